"""Holds: seats claimed for a few minutes. The token that proves a hold travels in the header Hold-Token."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from chalicelib.api.access import BUYER
from chalicelib.api.contract import Call, Nothing, Payload
from chalicelib.api.fields import Instant
from chalicelib.api.money import MoneyOut, money
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import (
    MAX_SEATS,
    Hold,
    HoldAgain,
    HoldCheckedOut,
    HoldExpired,
    HoldTokenRejected,
    NoBlock,
    SalesClosed,
    SeatUnavailable,
)
from chalicelib.domain.limits import HoldLimitReached
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.principals import NotFound
from chalicelib.domain.seating_plans import SeatCategory, SeatRef
from chalicelib.services.selling.best_seats import Party
from chalicelib.services.selling.drafting import Asker
from chalicelib.services.selling.holding import Choice

routes = Routes("holds")

HOLD_TOKEN = "hold-token"  # nosec B105: the name of a header
TOKEN_HEADER = {"Hold-Token": "The token the hold was answered with."}

SeatText = Annotated[str, Field(pattern="^[A-Z0-9]{1,3}-[A-Z0-9]{1,3}$", examples=["F-12"])]
TypeText = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,19}$", examples=["adult"])]


class SeatChoice(Payload):
    """A seat by row id and number; without a ticket type, the first of the price list that the seat is sold as."""

    seat: SeatText
    ticket_type: TypeText | None = None


class TypedSeat(Payload):
    seat: SeatText
    ticket_type: TypeText


class PartyMembers(Payload):
    ticket_type: TypeText | None = None
    count: Annotated[int, Field(ge=1, le=MAX_SEATS)]


class HoldIn(Payload):
    """Either `seats`, picked by hand, or `party`, to be given the best seats together."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["seats"],
                    "properties": {"seats": {"type": "array"}, "party": {"type": "null"}},
                },
                {
                    "required": ["party"],
                    "properties": {"party": {"type": "array"}, "seats": {"type": "null"}},
                },
            ]
        }
    )

    seats: Annotated[tuple[SeatChoice, ...], Field(min_length=1, max_length=MAX_SEATS)] | None = None
    party: Annotated[tuple[PartyMembers, ...], Field(min_length=1, max_length=MAX_SEATS)] | None = None
    wheelchairs: Annotated[int, Field(ge=0, le=MAX_SEATS)] = 0
    category: SeatCategory | None = None


class HoldTypesIn(Payload):
    seats: Annotated[tuple[TypedSeat, ...], Field(min_length=1, max_length=MAX_SEATS)]


class QuoteLineOut(Payload):
    """`label` is what a person reads: "F12"."""

    seat: str
    label: str
    ticket_type: str
    price: MoneyOut


class QuoteOut(Payload):
    """The parts add up to the total. What is shown here is what is charged."""

    lines: tuple[QuoteLineOut, ...]
    tickets: MoneyOut
    fee: MoneyOut
    total: MoneyOut


class HoldOut(Payload):
    """`token` is secret: whoever has it has the seats. It can be extended up to `latest_expiry`."""

    token: str
    showtime_id: str
    seats: tuple[str, ...]
    quote: QuoteOut
    expires_at: Instant
    latest_expiry: Instant


_MAKING = (
    NotFound,
    Invalid,
    SalesClosed,
    SeatUnavailable,
    SingleSeatLeft,
    NoBlock,
    HoldCheckedOut,
    HoldAgain,
    HoldLimitReached,
    Unavailable,
)
_KEEPING = (NotFound, HoldTokenRejected, HoldExpired, HoldCheckedOut, HoldAgain, SalesClosed, Unavailable)


@routes.post(
    "/v1/showtimes/{showtime_id}/holds",
    access=BUYER,
    body=HoldIn,
    answer=HoldOut,
    status=201,
    idempotency_key=True,
    problems=_MAKING,
)
def make_hold(call: Call[HoldIn, Nothing]) -> HoldOut:
    """Hold seats picked by hand, or the best ones for a party.

    At most as many of them may be companion places as are wheelchair places.
    A repeat with the same Idempotency-Key and body finds the same hold, with the expiry it has.
    """
    body = call.body
    assert call.idempotency_key is not None
    asker = Asker(
        call.principal,
        call.source_address,
        call.idempotency_key,
        body.model_dump(mode="json", exclude_none=True),
    )
    showtime_id = call.path["showtime_id"]
    if (body.seats is None) == (body.party is None):
        raise Invalid([("", "give either seats or party")])
    if body.seats is not None:
        if body.wheelchairs or body.category is not None:
            raise Invalid([("", "wheelchairs and category go with party")])
        choices = [Choice(SeatRef.parse(each.seat), each.ticket_type) for each in body.seats]
        return present(call, call.wiring.selling.holding.hold_seats(asker, showtime_id, choices))
    assert body.party is not None
    members = tuple((each.ticket_type, each.count) for each in body.party)
    party = Party(members, body.wheelchairs, body.category)
    return present(call, call.wiring.selling.best_seats.hold(asker, showtime_id, party))


@routes.get(
    "/v1/showtimes/{showtime_id}/holds",
    access=BUYER,
    answer=HoldOut,
    headers=TOKEN_HEADER,
    problems=(NotFound, HoldTokenRejected, HoldExpired, HoldCheckedOut),
)
def read_hold(call: Call[Any, Any]) -> HoldOut:
    """Tell what a hold holds, until when, and what it costs."""
    return present(call, call.wiring.selling.holding.look(hold_of(call)))


@routes.post(
    "/v1/showtimes/{showtime_id}/holds/extension",
    access=BUYER,
    answer=HoldOut,
    headers=TOKEN_HEADER,
    problems=_KEEPING,
)
def extend_hold(call: Call[Any, Any]) -> HoldOut:
    """Extend a hold: by a whole hold time from now, never past its `latest_expiry`."""
    return present(call, call.wiring.selling.holding.extend(hold_of(call), call.source_address))


@routes.post(
    "/v1/showtimes/{showtime_id}/holds/ticket-types",
    access=BUYER,
    body=HoldTypesIn,
    answer=HoldOut,
    headers=TOKEN_HEADER,
    problems=(NotFound, Invalid, HoldTokenRejected, HoldExpired),
)
def change_hold_types(call: Call[HoldTypesIn, Nothing]) -> HoldOut:
    """Change the ticket types of a hold: a new token over the same seats."""
    types = [(SeatRef.parse(each.seat), each.ticket_type) for each in call.body.seats]
    return present(call, call.wiring.selling.holding.change_types(hold_of(call), types))


# No If-Match: the token itself says which claims are given back.
@routes.delete(
    "/v1/showtimes/{showtime_id}/holds",
    access=BUYER,
    headers=TOKEN_HEADER,
    problems=(NotFound, HoldTokenRejected, HoldCheckedOut, Unavailable),
)
def release_hold(call: Call[Any, Any]) -> None:
    """Give the seats of a hold back. What is no longer this hold's is left alone."""
    call.wiring.selling.holding.release(hold_of(call), call.source_address)


def hold_of(call: Call[Any, Any]) -> Hold:
    """The hold that the request's token proves. Raises HoldTokenRejected."""
    return call.wiring.selling.hold_tokens.read(
        call.headers.get(HOLD_TOKEN, ""), call.path.get("showtime_id"), call.principal
    )


def present(call: Call[Any, Any], hold: Hold) -> HoldOut:
    return HoldOut(
        token=call.wiring.selling.hold_tokens.write(hold),
        showtime_id=hold.showtime_id,
        seats=tuple(str(ref) for ref in hold.seats),
        quote=_quote(call, hold),
        expires_at=hold.expires_at,
        latest_expiry=hold.latest_expiry,
    )


def _quote(call: Call[Any, Any], hold: Hold) -> QuoteOut:
    scheduling = call.wiring.scheduling
    plan = scheduling.plan_of(scheduling.showtime(hold.showtime_id))
    quote = hold.quote
    return QuoteOut(
        lines=tuple(
            QuoteLineOut(
                seat=str(line.seat),
                label=plan.label(line.seat),
                ticket_type=line.ticket_type,
                price=money(line.price),
            )
            for line in quote.lines
        ),
        tickets=money(quote.tickets),
        fee=money(quote.fee),
        total=money(quote.total),
    )
