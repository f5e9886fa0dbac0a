"""Price lists: ticket type × seat category → price, in the cinema's currency."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.access import ANYONE, Access
from chalicelib.api.contract import Answer, Call, Payload, Query
from chalicelib.api.fields import Ulid, name
from chalicelib.api.finding import cinema_of_body, cinema_of_price_list
from chalicelib.api.presenting import listed, versioned
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.obstacles import InUse
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.principals import NotFound, Role
from chalicelib.domain.seating_plans import SeatCategory
from chalicelib.services.catalogue.price_lists import PriceListDetails

routes = Routes("price-lists")

RUNS_IT = Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_price_list)

TicketTypeId = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,19}$")]
Minor = Annotated[int, Field(ge=0, le=100_000_000)]


class TicketTypePayload(Payload):
    id: TicketTypeId
    name: Annotated[str, name(40)]


class PricePayload(Payload):
    """`minor` is in the minor unit of the currency, tax included."""

    ticket_type: TicketTypeId
    category: SeatCategory
    minor: Minor


class PriceListIn(Payload):
    """A pair of ticket type and category without a price is not sold. `booking_fee_minor` is charged a ticket."""

    name: Annotated[str, name(60)]
    ticket_types: Annotated[tuple[TicketTypePayload, ...], Field(min_length=1, max_length=12)]
    prices: Annotated[tuple[PricePayload, ...], Field(min_length=1, max_length=72)]
    booking_fee_minor: Minor = 0


class NewPriceList(PriceListIn):
    cinema_id: Ulid


class PriceListOut(NewPriceList):
    id: Ulid
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    version: int


class PriceLists(Payload):
    price_lists: tuple[PriceListOut, ...]


class PriceListSearch(Query):
    cinema: Ulid


@routes.get(
    "/v1/price-lists",
    access=ANYONE,
    query=PriceListSearch,
    answer=PriceLists,
    problems=(NotFound,),
    conditional=True,
)
def list_price_lists(call: Call[Any, PriceListSearch]) -> Answer:
    """List the price lists of a cinema"""
    cinema = call.wiring.cinemas.require_visible(call.query.cinema, call.principal)
    found = call.wiring.price_lists.of_cinema(cinema.id)
    return listed(call, PriceLists(price_lists=tuple(map(_out, found))), is_public=cinema.is_published)


@routes.post(
    "/v1/price-lists",
    access=Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_body),
    body=NewPriceList,
    answer=PriceListOut,
    status=201,
    replay=True,
    problems=(Invalid,),
)
def create_price_list(call: Call[NewPriceList, Any]) -> Answer:
    """Make a price list, in the currency of its cinema"""
    price_list = call.wiring.price_lists.create(call.body.cinema_id, _details(call.body))
    return versioned(call, _out(price_list), price_list.version)


@routes.get(
    "/v1/price-lists/{price_list_id}",
    access=ANYONE,
    answer=PriceListOut,
    problems=(NotFound,),
    conditional=True,
)
def read_price_list(call: Call[Any, Any]) -> Answer:
    """Read a price list"""
    price_list = call.wiring.price_lists.read(call.path["price_list_id"])
    cinema = call.wiring.cinemas.require_visible(price_list.cinema_id, call.principal)
    return versioned(call, _out(price_list), price_list.version, is_public=cinema.is_published)


@routes.put(
    "/v1/price-lists/{price_list_id}",
    access=RUNS_IT,
    body=PriceListIn,
    answer=PriceListOut,
    if_match=True,
    problems=(Invalid, VersionStale),
)
def change_price_list(call: Call[PriceListIn, Any]) -> Answer:
    """Change a price list: new holds are quoted by it, what is held keeps its prices"""
    assert call.expected_version is not None
    price_list = call.wiring.price_lists.change(
        call.path["price_list_id"], call.expected_version, _details(call.body)
    )
    return versioned(call, _out(price_list), price_list.version)


@routes.delete(
    "/v1/price-lists/{price_list_id}",
    access=RUNS_IT,
    if_match=True,
    status=204,
    problems=(VersionStale, InUse),
)
def delete_price_list(call: Call[Any, Any]) -> None:
    """Delete a price list by which no showtimes to come are sold"""
    assert call.expected_version is not None
    call.wiring.price_lists.delete(call.path["price_list_id"], call.expected_version)


def _details(body: PriceListIn) -> PriceListDetails:
    return PriceListDetails(
        name=body.name,
        ticket_types=tuple(TicketType(each.id, each.name) for each in body.ticket_types),
        prices=[(each.ticket_type, each.category, each.minor) for each in body.prices],
        booking_fee_minor=body.booking_fee_minor,
    )


def _out(price_list: PriceList) -> PriceListOut:
    return PriceListOut(
        id=price_list.id,
        cinema_id=price_list.cinema_id,
        name=price_list.name,
        currency=price_list.currency,
        ticket_types=tuple(TicketTypePayload(id=each.id, name=each.name) for each in price_list.ticket_types),
        prices=tuple(
            PricePayload(ticket_type=kind, category=category, minor=price.minor)
            for (kind, category), price in price_list.prices.items()
        ),
        booking_fee_minor=price_list.booking_fee.minor,
        version=price_list.version,
    )
