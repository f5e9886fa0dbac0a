"""Buying straight from the services: quicker than over HTTP, and every fact that stops a use case is an exception."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.bookings import Booking, cancellation_quote
from chalicelib.domain.holds import Hold
from chalicelib.domain.principals import Principal
from chalicelib.domain.seating_plans import Row, SeatRef
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import User
from chalicelib.services.selling.best_seats import Party
from chalicelib.services.selling.checkout import CheckedOut
from chalicelib.services.selling.drafting import Asker
from chalicelib.services.selling.holding import Choice
from chalicelib.services.selling.selling import Selling
from dev.payments.sessions import Choice as PageChoice
from tests.support.builders import a_cinema, a_showtime, principal_of
from tests.support.people import a_user
from tests.support.world import World, a_world


def seats(*names: str) -> tuple[SeatRef, ...]:
    """Seats from "A-1"."""
    return tuple(SeatRef.parse(name) for name in names)


@dataclass(frozen=True)
class Customer:
    """Someone with an account. Each call is what one request does."""

    world: World
    user: User
    address: str = "192.0.2.1"

    @property
    def principal(self) -> Principal:
        return principal_of(self.user)

    @property
    def selling(self) -> Selling:
        return self.world.wiring.selling

    def hold(
        self, showtime_id: str, *names: str, key: str | None = None, types: Sequence[str | None] = ()
    ) -> Hold:
        """A new idempotency key unless one is given; `types` are those of the first seats."""
        given = [*types, *[None] * (len(names) - len(types))]
        choices = [Choice(seat, ticket_type) for seat, ticket_type in zip(seats(*names), given, strict=True)]
        body = {"seats": [[name, ticket_type] for name, ticket_type in zip(names, given, strict=True)]}
        return self.selling.holding.hold_seats(self._asker(key, body), showtime_id, choices)

    def hold_best(
        self,
        showtime_id: str,
        size: int,
        key: str | None = None,
        ticket_type: str | None = "adult",
        **wishes: Any,
    ) -> Hold:
        party = Party(((ticket_type, size),), **wishes)
        body = {"party": [[ticket_type, size]], **wishes}
        return self.selling.best_seats.hold(self._asker(key, body), showtime_id, party)

    def extend(self, hold: Hold) -> Hold:
        return self.selling.holding.extend(hold)

    def release(self, hold: Hold) -> None:
        self.selling.holding.release(hold, self.address)

    def check_out(self, hold: Hold, *, other_seats: bool = False, name: str | None = None) -> CheckedOut:
        showtime = self.selling.scheduled.showtime(hold.showtime_id)
        cinema = self.world.wiring.catalogue.cinema(showtime.cinema_id)
        buyer = self.selling.buyers.buyer(self.principal, None, name, None, other_seats)
        return self.selling.checkout.check_out(hold, buyer, cinema, self.address)

    def look(self, reference: str) -> Booking:
        return self.selling.reading.by_reference(reference)

    def pay(self, reference: str, choice: PageChoice = PageChoice.APPROVE, attempt: int = 1) -> None:
        """Choose on the provider's page."""
        self.world.payments.choose(f"{reference}/{attempt}", choice)

    def confirm(self, reference: str) -> Booking:
        return self.selling.settling.settle(self.look(reference))

    def pay_again(self, reference: str) -> CheckedOut:
        return self.selling.checkout.pay_again(self.look(reference))

    def cancel(self, reference: str) -> Booking:
        booking = self.look(reference)
        return self.selling.cancelling.cancel(booking, cancellation_quote(booking).refund)

    def buy(self, showtime_id: str, *names: str, other_seats: bool = False) -> Booking:
        booking = self.check_out(self.hold(showtime_id, *names), other_seats=other_seats).booking
        self.pay(booking.reference)
        return self.confirm(booking.reference)

    def _asker(self, key: str | None, body: dict[str, Any]) -> Asker:
        return Asker(self.principal, self.address, key or self.world.wiring.ids.token(), body)


@dataclass(frozen=True)
class House:
    """One showtime on sale and people who want to see it."""

    world: World
    showtime: Showtime
    customers: tuple[Customer, ...]

    @property
    def selling(self) -> Selling:
        return self.world.wiring.selling

    def recover(self, turns: int = 1, minutes: float = 0) -> None:
        """Run recovery that often, each time after so many minutes."""
        for _ in range(turns):
            self.world.clock.advance(minutes=minutes)
            self.selling.recover()

    def claims(self) -> dict[SeatRef, int]:
        return {
            SeatRef(row.row_id, number): claim
            for row in self.selling.stock.rows_of(self.showtime.id)
            for number, claim in row.claims.items()
        }


@contextmanager
def a_house(
    rows: int | Sequence[Row] = 2,
    seats: int = 6,
    *,
    customers: int = 3,
    refund_per_cent: int = 50,
    seed: int = 0,
) -> Iterator[House]:
    """A world of its own with one showtime, tomorrow at noon, in a small room."""
    with a_world(seed=seed) as world:
        cinema = a_cinema(world, refund_per_cent=refund_per_cent)
        showtime = a_showtime(world, cinema=cinema, rows=rows, seats=seats)
        people = tuple(Customer(world, a_user(world), f"192.0.2.{i}") for i in range(1, customers + 1))
        yield House(world, showtime, people)
