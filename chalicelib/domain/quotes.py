"""A quote: what seats cost, in its parts. Frozen in the hold: what was shown is what is charged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import Money, total
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.seating_plans import SeatCategory, SeatingPlan, SeatRef


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One ticket to be: a seat, its ticket type (id of the price list) and its price."""

    seat: SeatRef
    ticket_type: str
    price: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """`fee` is the booking fee of all tickets together; lines and fee add up to the total."""

    lines: tuple[QuoteLine, ...]
    fee: Money

    @property
    def tickets(self) -> Money:
        return total((line.price for line in self.lines), self.fee.currency)

    @property
    def total(self) -> Money:
        return self.tickets + self.fee


def quote(plan: SeatingPlan, prices: PriceList, choices: Sequence[tuple[SeatRef, str | None]]) -> Quote:
    """Price each (seat, ticket type). None takes the list's first type that the seat's category has a price for.

    Raises Invalid, pointing into /seats, for a type that does not fit its seat. Seats must be of the plan.
    """
    lines: list[QuoteLine] = []
    errors: list[tuple[str, str]] = []
    for i, (ref, ticket_type) in enumerate(choices):
        seat = plan.seat(ref)
        assert seat is not None, "seats are checked against the plan before they are priced"
        chosen = ticket_type or default_type(prices, seat.category)
        price = prices.price(chosen, seat.category) if chosen else None
        if chosen is None or price is None:
            fitting = (
                ", ".join(t.id for t in prices.ticket_types if prices.price(t.id, seat.category)) or "none"
            )
            errors.append(
                (
                    f"/seats/{i}/ticket_type",
                    f"{chosen or 'a ticket'} is not sold for a {seat.category} seat; choose of: {fitting}",
                )
            )
        else:
            lines.append(QuoteLine(ref, chosen, price))
    if errors:
        raise Invalid(errors)
    return Quote(tuple(lines), prices.booking_fee.times(len(lines)))


def default_type(prices: PriceList, category: SeatCategory) -> str | None:
    """The first ticket type of the list that a seat of this category can be sold as."""
    return next((t.id for t in prices.ticket_types if prices.price(t.id, category) is not None), None)
