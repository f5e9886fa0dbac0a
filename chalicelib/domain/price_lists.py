"""A price list: ticket type × seat category → price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.money import Money
from chalicelib.domain.seating_plans import SeatCategory


@dataclass(frozen=True, slots=True)
class TicketType:
    """`id` is a short slug ("adult"). `categories` limits it; empty means every category the list prices for it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices include tax. A pair that is absent is not sold. `booking_fee` is charged once a ticket."""

    id: str
    cinema_id: str
    name: str
    currency: str
    ticket_types: tuple[TicketType, ...]
    prices: Mapping[tuple[str, SeatCategory], Money]
    booking_fee: Money
    deleted: bool
    version: int

    def price(self, ticket_type: str, category: SeatCategory) -> Money | None:
        return self.prices.get((ticket_type, category))
