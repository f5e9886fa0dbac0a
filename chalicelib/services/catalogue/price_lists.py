"""Making and changing price lists. A change shows in new quotes; a quote that is held keeps its prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.clock import Ids
from chalicelib.domain import price_lists as rules
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.money import Money
from chalicelib.domain.obstacles import InUse, Obstacle
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.principals import NotFound
from chalicelib.domain.seating_plans import SeatCategory
from chalicelib.services.catalogue.auditoriums import Auditoriums
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.stores import auditoriums, cinemas, price_lists
from chalicelib.stores.transactions import Transaction


@dataclass(frozen=True, slots=True)
class PriceListDetails:
    """`prices` are (ticket type, category, minor units of the cinema's currency); the fee is a ticket's."""

    name: str
    ticket_types: tuple[TicketType, ...]
    prices: Sequence[tuple[str, SeatCategory, int]]
    booking_fee_minor: int


class PriceLists:
    def __init__(self, catalogue: Catalogue, rooms: Auditoriums, ids: Ids) -> None:
        self._catalogue = catalogue
        self._rooms = rooms
        self._ids = ids

    def create(self, cinema_id: str, details: PriceListDetails) -> PriceList:
        """In the cinema's currency. Raises NotFound, Invalid."""
        cinema = self._catalogue.live_cinema(cinema_id)
        price_list = _made(self._ids.ulid(), cinema, details, version=1)
        transaction = Transaction()
        price_lists.add(transaction, price_list)
        # Once used, the cinema's currency stays: so the one read above is the one that counts.
        cinemas.use(transaction, cinema_id, currency=cinema.currency)
        if transaction.commit():
            self._catalogue.forget_cinema(cinema_id)
            raise NotFound("cinema", cinema_id)
        self._catalogue.forget_cinema(cinema_id)
        return price_list

    def change(self, price_list_id: str, version: int, details: PriceListDetails) -> PriceList:
        """Raises NotFound, VersionStale, Invalid."""
        old = self._read(price_list_id, version)
        new = _made(old.id, self._catalogue.cinema(old.cinema_id), details, version=version + 1)
        price_lists.change(new)
        self._catalogue.forget_price_list(price_list_id)
        return new

    def delete(self, price_list_id: str, version: int) -> None:
        """Raises NotFound, VersionStale; InUse while showtimes to come are sold by it."""
        old = self._read(price_list_id, version)
        coming = [
            Obstacle("showtime", slot.showtime_id, f"{slot.showtime_id} at {slot.starts_at:%Y-%m-%dT%H:%MZ}")
            for room in auditoriums.of_cinema(old.cinema_id, consistent=True)
            for slot in self._rooms.coming_slots(room.id)
            if slot.price_list_id == price_list_id
        ]
        if coming:
            raise InUse("delete", "price list", price_list_id, coming)
        # A showtime scheduled since the programmes were read has raised `uses`.
        price_lists.change(replace(old, deleted=True, version=old.version + 1), unused=True)
        self._catalogue.forget_price_list(price_list_id)

    def read(self, price_list_id: str) -> PriceList:
        """As it is now; raises NotFound."""
        return self._read(price_list_id)

    def of_cinema(self, cinema_id: str) -> list[PriceList]:
        found = [self._catalogue.price_list(each) for each in price_lists.ids_of(cinema_id)]
        return [each for each in found if not each.deleted]

    def _read(self, price_list_id: str, version: int | None = None) -> PriceList:
        price_list = price_lists.find(price_list_id)
        if price_list is None or price_list.deleted:
            raise NotFound("price list", price_list_id)
        if version is not None and price_list.version != version:
            raise VersionStale("price list", price_list.version)
        return price_list


def _made(price_list_id: str, cinema: Cinema, details: PriceListDetails, version: int) -> PriceList:
    rules.check(details.ticket_types, [(kind, category) for kind, category, _ in details.prices])
    return PriceList(
        id=price_list_id,
        cinema_id=cinema.id,
        name=details.name,
        currency=cinema.currency,
        ticket_types=details.ticket_types,
        prices={(kind, category): Money(minor, cinema.currency) for kind, category, minor in details.prices},
        booking_fee=Money(details.booking_fee_minor, cinema.currency),
        deleted=False,
        version=version,
    )
