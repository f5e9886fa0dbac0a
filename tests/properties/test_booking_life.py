"""The life of a booking against a plain model: every step there is, allowed or not, in any order, at any time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.bookings import (
    Booking,
    BookingClosed,
    BookingDiffers,
    BookingState,
    CannotCancel,
    PaymentDeclined,
    PaymentUnderWay,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.errors import DomainError
from chalicelib.domain.holds import (
    Hold,
    HoldCheckedOut,
    HoldExpired,
    NoBlock,
    SalesClosed,
    SeatUnavailable,
)
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.services.selling import checkout
from chalicelib.stores import keys
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import Choice
from dev.payments.sessions import State as Session
from tests.support.chance import SeededIds
from tests.support.customers import Customer, House, a_house, seats
from tests.support.invariants import check, check_quiet
from tests.support.model import HOLD_S, LONGEST_S, MOST_ATTEMPTS, Again, Bought, Has, Life, Model, Taken
from tests.support.snapshots import Snapshot
from tests.support.stand_ins import FixedScheduling, NoLimits
from tests.unit.domain.test_best_available import legal_blocks
from tests.unit.domain.test_neighbours import forbidden

AGAIN: dict[Again, type[DomainError]] = {
    Again.UNDER_WAY: PaymentUnderWay,
    Again.DECLINED: PaymentDeclined,
    Again.CLOSED: BookingClosed,
}
BLOCKS = tuple(
    seats(*names)
    for names in (
        *((f"{row}-{n}", f"{row}-{n + 1}") for row in "AB" for n in range(1, 6)),
        ("A-1",),
        ("B-3",),
        ("A-1", "A-3"),
        ("A-1", "A-2", "A-3"),
        ("A-1", "A-2", "B-1", "B-2"),
    )
)
LIFE = {
    BookingState.PENDING: Life.PENDING,
    BookingState.CONFIRMED: Life.CONFIRMED,
    BookingState.LAPSED: Life.LAPSED,
    BookingState.CANCELLING: Life.CANCELLED,
    BookingState.CANCELLED: Life.CANCELLED,
}
KINDS = {ClaimKind.HOLD: Has.HOLD, ClaimKind.PAYING: Has.PAYING, ClaimKind.SOLD: Has.SOLD}
which = st.integers(0, 1_000)


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


class BookingLife(RuleBasedStateMachine):
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

    # --- holding

    @rule(who=which, block=st.sampled_from(BLOCKS))
    def hold(self, who: int, block: tuple[SeatRef, ...]) -> None:
        customer = self._customer(who)
        expected = self._expected_of_hold(block)
        self.keys += 1
        names = tuple(str(seat) for seat in block)
        key = str(self.keys)
        got = self._got(lambda: customer.hold(self.showtime_id, *names, key=key))
        self._agree(got, expected)
        if isinstance(got, SeatUnavailable):
            assert set(got.seats) == set(block) - self.model.free()
            assert set(got.alternative) <= self.model.free()
        if isinstance(got, SingleSeatLeft):
            assert set(got.seats) == self._left_alone(block)
        if isinstance(got, Hold):
            self._remember(customer, got, names, key)

    @rule(who=which, size=st.integers(1, 3))
    def hold_best(self, who: int, size: int) -> None:
        customer = self._customer(who)
        legal = legal_blocks(self.plan, size, self.model.free())
        closed = not self.model.is_open or self.model.is_cancelled
        expected = NoBlock if not legal else SalesClosed if closed else None
        self.keys += 1
        key = str(self.keys)
        got = self._got(lambda: customer.hold_best(self.showtime_id, size, key))
        self._agree(got, expected)
        if isinstance(got, Hold):
            assert frozenset(got.seats) in legal
            self._remember(customer, got, (), key)

    @precondition(lambda self: self.held)
    @rule(which=which)
    def repeat_a_hold(self, which: int) -> None:
        """With the same key: the same hold, or what became of it."""
        held = self._held(which)
        if not held.names or not self.model.has(held.taken) or self.model.now > held.taken.until:
            return
        expected = None if held.taken.has is Has.HOLD else HoldCheckedOut
        if not self.model.is_open or self.model.is_cancelled:
            expected = None if held.taken.has is Has.HOLD else HoldCheckedOut
        got = self._got(lambda: held.customer.hold(self.showtime_id, *held.names, key=held.key))
        self._agree(got, expected)
        if isinstance(got, Hold):
            assert got.expires_at == held.hold.expires_at

    @precondition(lambda self: self.held)
    @rule(which=which)
    def extend(self, which: int) -> None:
        held = self._held(which)
        ends = int(held.hold.expires_at.timestamp())
        until = max(ends, min(self.model.now + HOLD_S, held.taken.began + LONGEST_S))
        expected: type[DomainError] | None = None
        if self.model.now >= ends:
            expected = HoldExpired
        elif until != ends:
            expected = self._refusal_of_step_up(held, HoldCheckedOut)
        got = self._got(lambda: held.customer.extend(held.hold))
        self._agree(got, expected)
        if isinstance(got, Hold):
            assert int(got.expires_at.timestamp()) == until
            held.hold = got
            if held.taken.has is Has.HOLD:
                held.taken.until = until

    @precondition(lambda self: self.held)
    @rule(which=which)
    def release(self, which: int) -> None:
        held = self._held(which)
        checked_out = self._is_checked_out(held)
        got = self._got(lambda: held.customer.release(held.hold))
        self._agree(got, HoldCheckedOut if checked_out else None)
        if not checked_out and self.model.has(held.taken):
            self.model.give_back(held.taken)

    @precondition(lambda self: self.held)
    @rule(which=which, ticket_type=st.sampled_from(["adult", "child"]))
    def change_types(self, which: int, ticket_type: str) -> None:
        held = self._held(which)
        expired = self.model.now >= int(held.hold.expires_at.timestamp())
        types = [(seat, ticket_type) for seat in held.hold.seats]
        got = self._got(lambda: self.house.selling.holding.change_types(held.hold, types))
        self._agree(got, HoldExpired if expired else None)
        if isinstance(got, Hold):
            held.hold = got

    # --- buying

    @precondition(lambda self: self.held)
    @rule(which=which, agreed=st.booleans())
    def check_out(self, which: int, agreed: bool) -> None:
        held = self._held(which)
        expected: type[DomainError] | None
        if held.booking is not None:
            agreed = held.booking.agreed
            same = held.checked_out is not None and held.hold.quote == held.checked_out.quote
            expected = None if same else BookingDiffers
        elif self.model.now >= int(held.hold.expires_at.timestamp()):
            expected = HoldExpired
        else:
            expected = self._refusal_of_step_up(held, None)
        got = self._got(lambda: held.customer.check_out(held.hold, other_seats=agreed))
        self._agree(got, expected)
        if expected is None and held.booking is not None:
            if not self.model.is_over(held.booking):  # its page is opened again, and may be paid already
                self.model.settle(held.booking)
        elif expected is None:
            booking = got.booking
            assert booking.total == held.hold.quote.total
            held.booking = self.model.check_out(held.taken, booking.reference, agreed)
            held.booking.page = got.payment.url
            held.checked_out = held.hold

    @rule(who=which, block=st.sampled_from(BLOCKS), agreed=st.booleans())
    def hold_and_check_out(self, who: int, block: tuple[SeatRef, ...], agreed: bool) -> None:
        before = len(self.held)
        self.hold(who, block)
        if len(self.held) > before:
            self.check_out(before, agreed)

    @precondition(lambda self: self.model.bought)
    @rule(which=which, choice=st.sampled_from([Choice.APPROVE, Choice.SILENT, Choice.CLOSED, Choice.DECLINE]))
    def pay_and_confirm(self, which: int, choice: Choice) -> None:
        self.choose_on_the_page(which, choice)
        self.confirm(which)

    @rule(who=which, block=st.sampled_from(BLOCKS), cancels=st.booleans())
    def buy(self, who: int, block: tuple[SeatRef, ...], cancels: bool) -> None:
        before = len(self.model.bought)
        self.hold_and_check_out(who, block, agreed=False)
        if len(self.model.bought) > before:
            self.pay_and_confirm(before, Choice.APPROVE)
            if cancels:
                self.cancel(before)

    @rule(who=which, block=st.sampled_from(BLOCKS), agreed=st.booleans())
    def pay_so_late_that_the_booking_has_lapsed(
        self, who: int, block: tuple[SeatRef, ...], agreed: bool
    ) -> None:
        before = len(self.model.bought)
        self.hold_and_check_out(who, block, agreed)
        if len(self.model.bought) > before:
            self.house.world.payments.choose(self.model.bought[-1].key, Choice.LATE)
            self.time_passes(900)
            self.recover()
            self._learn_other_seats()
            self.time_passes(61)

    @precondition(lambda self: self.model.bought)
    @rule(which=which, choice=st.sampled_from(Choice))
    def choose_on_the_page(self, which: int, choice: Choice) -> None:
        booking = self._bought(which)
        if self._session(booking.key) is Session.OPEN:
            self.house.world.payments.choose(booking.key, choice)

    @precondition(lambda self: self.model.bought)
    @rule(which=which)
    def confirm(self, which: int) -> None:
        booking = self._bought(which)
        self.model.settle(booking)
        self.house.customers[0].confirm(booking.reference)

    @precondition(lambda self: self.model.bought)
    @rule(which=which)
    def pay_again(self, which: int) -> None:
        booking = self._bought(which)
        comes_to = self.model.pay_again(booking)
        got = self._got(lambda: self.house.customers[0].pay_again(booking.reference))
        self._agree(got, AGAIN.get(comes_to))
        if comes_to is Again.SAME_PAGE:
            assert got.payment is not None and got.payment.url == booking.page
        elif comes_to is Again.NEW_PAGE:
            assert got.payment is not None and got.payment.url != booking.page
            booking.page = got.payment.url
        elif comes_to is Again.SETTLED:
            assert got.payment is None

    @precondition(lambda self: self.model.bought)
    @rule(which=which, attempts=st.integers(1, MOST_ATTEMPTS))
    def be_declined_and_pay_again(self, which: int, attempts: int) -> None:
        for _ in range(attempts):
            self.choose_on_the_page(which, Choice.DECLINE)
            self.pay_again(which)

    @precondition(lambda self: self.model.bought)
    @rule(which=which)
    def cancel(self, which: int) -> None:
        booking = self._bought(which)
        expected: type[DomainError] | None = None
        if booking.life is Life.LAPSED or (
            booking.life is Life.CONFIRMED and self.model.now >= self._cancel_until()
        ):
            expected = CannotCancel
        got = self._got(lambda: self.house.customers[0].cancel(booking.reference))
        self._agree(got, expected)
        if expected is None and booking.life is not Life.CANCELLED:
            self.model.undo(booking)

    @rule(times=st.integers(1, 2))
    def notices_arrive(self, times: int) -> None:
        for headers, body in self.house.world.payments.deliver():
            event = self.house.world.payments.read_event(headers, body)
            booking = next(b for b in self.model.bought if b.reference == event.key.rpartition("/")[0])
            for _ in range(times):
                self.model.settle(booking)
                self.house.selling.notice(headers, body)
                self._learn_other_seats()

    # --- the cinema

    @rule(sure=st.integers(0, 2))
    def withdraw(self, sure: int) -> None:
        if sure:
            return
        self.house.selling.withdraw(self.house.showtime)
        self.model.is_open = self.model.is_open and self.model.is_cancelled

    @rule()
    def reopen(self) -> None:
        self.house.selling.reopen(self.house.showtime, self.house.showtime.sales_close_at)
        self.model.is_open = self.model.is_open or not self.model.is_cancelled

    @precondition(lambda self: self.keys > 5)
    @rule(sure=st.integers(0, 4))
    def cancel_showtime(self, sure: int) -> None:
        if sure == 0:
            self.house.selling.cancel_showtime(self.showtime_id)
            self.model.cancel_showtime()

    # --- time

    @precondition(lambda self: self.model.bought)
    @rule(which=which, seconds=st.sampled_from([-61, -60, -1, 0, 1, 60, 61]))
    def time_comes_close_to_when_a_booking_lapses(self, which: int, seconds: int) -> None:
        self.time_passes(max(0, self._bought(which).until + seconds - self.model.now))

    @rule(seconds=st.sampled_from([1, 30, 61, 300, 599, 600, 601]))
    def time_passes(self, seconds: int) -> None:
        self.house.world.clock.advance(seconds=seconds)
        self.model.now = self._now()

    @rule()
    def recover(self) -> None:
        now = self.house.world.clock.now()
        for shard in keys.due_shards():
            for key in Bookings().due_before(shard, now, 50):
                for booking in self.model.bought:
                    if key.own is not None and booking.reference == self._stored(key.own).reference:
                        self.model.settle(booking)
        self.house.selling.recover()

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


@pytest.fixture(scope="module", autouse=True)
def _house() -> Any:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        # Fifteen empty shards cost more than all the rest, and the order of shards is not the model's business.
        patch.setattr(keys, "DUE_SHARDS", 1)
        patch.setattr(checkout, "MAX_ATTEMPTS", MOST_ATTEMPTS)
        BookingLife.house = stack.enter_context(a_house())
        BookingLife.snapshot = Snapshot(BookingLife.house.world)
        yield


TestBookingLife = BookingLife.TestCase
# A life costs most of a second: 400 of them are five minutes.
TestBookingLife.settings = settings(stateful_step_count=40, max_examples=min(settings().max_examples, 400))
