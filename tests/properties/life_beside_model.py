"""A house of two customers beside its model, and what must be so after each step: for machines that live bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from chalicelib.domain.bookings import (
    Booking,
    BookingState,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.errors import DomainError
from chalicelib.domain.holds import (
    Hold,
    HoldExpired,
    SalesClosed,
    SeatUnavailable,
)
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import State as Session
from tests.support.chance import SeededIds
from tests.support.customers import Customer, House
from tests.support.invariants import check, check_quiet
from tests.support.model import Bought, Has, Life, Model, Taken
from tests.support.snapshots import Snapshot
from tests.support.stand_ins import FixedScheduling, NoLimits
from tests.unit.domain.test_best_available import legal_blocks
from tests.unit.domain.test_neighbours import forbidden

LIFE = {
    BookingState.PENDING: Life.PENDING,
    BookingState.CONFIRMED: Life.CONFIRMED,
    BookingState.LAPSED: Life.LAPSED,
    BookingState.CANCELLING: Life.CANCELLED,
    BookingState.CANCELLED: Life.CANCELLED,
}
KINDS = {ClaimKind.HOLD: Has.HOLD, ClaimKind.PAYING: Has.PAYING, ClaimKind.SOLD: Has.SOLD}


@dataclass(eq=False)
class Held:
    """A hold and what the model has of it; `key` is its idempotency key."""

    customer: Customer
    hold: Hold
    taken: Taken
    names: tuple[str, ...]
    key: str
    booking: Bought | None = None
    checked_out: Hold | None = None


class LifeBesideModel(RuleBasedStateMachine):
    house: House
    snapshot: Snapshot

    @initialize()
    def begin(self) -> None:
        self.snapshot.restore()
        wiring = self.house.world.wiring
        wiring.ids = SeededIds(0, self.house.world.clock)
        self.plan = wiring.scheduling.plan_of(self.house.showtime)
        wiring.scheduling = FixedScheduling.of(self.house)  # type: ignore[assignment]
        wiring.hoarding = NoLimits()  # type: ignore[assignment]
        self.showtime_id = self.house.showtime.id
        self.held: list[Held] = []
        self.keys = 0
        self.model = Model(
            seats=dict.fromkeys(self.plan.refs()),
            session=self._session,
            a_block=lambda size, free: bool(legal_blocks(self.plan, size, free)),
            now=self._now(),
        )

    # --- what must be so

    @invariant()
    def lives_and_seats_are_those_of_the_model(self) -> None:
        self._learn_other_seats()
        for booking in self.model.bought:
            found = self._find(booking)
            assert LIFE[found.state] is booking.life, (
                f"{found.reference} is {found.state}, not {booking.life}"
            )
            if booking.life is Life.CONFIRMED:
                assert set(found.seats) == set(booking.taken.seats)
        claims = self.house.claims()
        for seat, taken in self.model.seats.items():
            claim = claim_of(claims[seat])
            live = claim is not None and claim.expires_s >= self.model.now
            expected = taken.has if taken is not None and taken.until >= self.model.now else None
            assert (KINDS[claim.kind] if claim and live else None) == expected, (
                f"{seat}: {claim}, not {expected}"
            )

    @invariant()
    def attempts_are_those_of_the_model_and_all_but_the_last_are_over(self) -> None:
        for booking in self.model.bought:
            found = self._find(booking)
            assert [attempt.number for attempt in found.attempts] == [*range(1, booking.attempts + 1)]
            for attempt in found.attempts[:-1]:
                assert self._session(found.attempt_key(attempt.number)) in (Session.FAILED, Session.ENDED)

    @invariant()
    def invariants_hold(self) -> None:
        check(self.house.world, [self.showtime_id])

    def teardown(self) -> None:
        """Everything comes to rest, and what was confirmed stays so."""
        if not hasattr(self, "model"):
            return
        confirmed = {b.reference: b.taken.seats for b in self.model.bought if b.life is Life.CONFIRMED}
        self.house.recover(turns=8, minutes=10)
        check_quiet(self.house.world, [self.showtime_id], acknowledged=confirmed)

    # --- within

    def _expected_of_hold(self, block: tuple[SeatRef, ...]) -> type[DomainError] | None:
        if not self.model.is_open or self.model.is_cancelled:
            return SalesClosed
        if not set(block) <= self.model.free():
            return SeatUnavailable
        return SingleSeatLeft if self._left_alone(block) else None

    def _left_alone(self, block: tuple[SeatRef, ...]) -> set[SeatRef]:
        free = self.model.free()
        return {
            SeatRef(row.id, number)
            for row in self.plan.rows
            for number in forbidden(
                row,
                {ref.number for ref in free if ref.row_id == row.id},
                {ref.number for ref in block if ref.row_id == row.id},
            )
        }

    def _refusal_of_step_up(
        self, held: Held, checked_out: type[DomainError] | None
    ) -> type[DomainError] | None:
        """Of an extension or a check-out before the hold's end."""
        if self._is_checked_out(held):
            return checked_out
        if self.model.is_cancelled:
            return SalesClosed
        return None if self.model.has(held.taken) else HoldExpired

    def _is_checked_out(self, held: Held) -> bool:
        """Whether its very seats are a booking's: its own, or the one that was rescued into them."""
        if held.booking is not None and held.booking.taken is not held.taken:
            rescued = held.booking.life is Life.CONFIRMED
            return rescued and set(held.booking.taken.seats) == set(held.hold.seats)
        return self.model.has(held.taken) and held.taken.has is not Has.HOLD

    def _remember(self, customer: Customer, hold: Hold, names: tuple[str, ...], key: str) -> None:
        taken = self.model.take(self.house.customers.index(customer), hold.seats)
        assert int(hold.expires_at.timestamp()) == taken.until
        self.held.append(Held(customer, hold, taken, names, key))

    def _learn_other_seats(self) -> None:
        """Which equal block a rescue took is the real thing's choice; that it was free is the model's."""
        for booking in self.model.bought:
            if booking.life is Life.CONFIRMED and not booking.taken.seats:
                found = self._find(booking)
                assert set(found.seats) <= self.model.free()
                self.model.sell_again(booking, found.seats)

    def _got(self, call: Any) -> Any:
        try:
            return call()
        except DomainError as refusal:
            return refusal

    def _agree(self, got: Any, expected: type[DomainError] | None) -> None:
        if expected is None:
            assert not isinstance(got, DomainError), f"refused: {got!r}"
        else:
            assert isinstance(got, expected), f"{got!r} instead of {expected.__name__}"

    def _session(self, key: str) -> Session:
        found = self.house.world.payments.find(key)
        assert found is not None
        return Session(found.state)

    def _stored(self, own: int) -> Booking:
        found = Bookings().get(self.showtime_id, own)
        assert found is not None
        return found

    def _find(self, booking: Bought) -> Booking:
        return self.house.customers[0].look(booking.reference)

    def _customer(self, which: int) -> Customer:
        return self.house.customers[which % len(self.house.customers)]

    def _held(self, which: int) -> Held:
        return self.held[which % len(self.held)]

    def _bought(self, which: int) -> Bought:
        return self.model.bought[which % len(self.model.bought)]

    def _now(self) -> int:
        return int(self.house.world.clock.now().timestamp())

    def _cancel_until(self) -> int:
        starts: datetime = self.house.showtime.starts_at
        return int(starts.timestamp()) - 3600
