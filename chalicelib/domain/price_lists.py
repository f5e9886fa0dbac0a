"""A price list: ticket type × seat category → price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import Money
from chalicelib.domain.seating_plans import ACCESSIBLE, SeatCategory


@dataclass(frozen=True, slots=True)
class TicketType:
    """`id` is a short slug ("adult"). It is sold for the categories that its price list has a price for."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices include tax. A pair that is absent is not sold. `booking_fee` is charged once a ticket.

    `uses` counts the showtimes ever scheduled with it.
    """

    id: str
    cinema_id: str
    name: str
    currency: str
    ticket_types: tuple[TicketType, ...]
    prices: Mapping[tuple[str, SeatCategory], Money]
    booking_fee: Money
    deleted: bool
    version: int
    uses: int = field(default=0, compare=False)

    def price(self, ticket_type: str, category: SeatCategory) -> Money | None:
        return self.prices.get((ticket_type, category))

    def lowest(self) -> Money:
        """The least that one ticket of an ordinary seat costs, its fee included: "from".

        A companion's free place must not promise everybody a free ticket; it counts when nothing else is sold.
        """
        ordinary = [price for (_, category), price in self.prices.items() if category not in ACCESSIBLE]
        return min(ordinary or self.prices.values()) + self.booking_fee


def check(ticket_types: Sequence[TicketType], prices: Sequence[tuple[str, SeatCategory]]) -> None:
    """Raises Invalid, pointing, for types named twice, prices of no type, or a pair priced twice."""
    errors: list[tuple[str, str]] = []
    types: set[str] = set()
    for index, each in enumerate(ticket_types):
        if each.id in types:
            errors.append((f"/ticket_types/{index}/id", f"{each.id} is there twice."))
        types.add(each.id)
    priced: set[tuple[str, SeatCategory]] = set()
    for index, pair in enumerate(prices):
        if pair[0] not in types:
            errors.append((f"/prices/{index}/ticket_type", f"{pair[0]} is none of the ticket types."))
        if pair in priced:
            errors.append((f"/prices/{index}", f"{pair[0]} in {pair[1]} is priced twice."))
        priced.add(pair)
    if errors:
        raise Invalid(errors)
