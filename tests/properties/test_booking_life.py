"""The life of a booking against a plain model: every step there is, allowed or not, in any order, at any time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chalicelib.domain.bookings import (
    BookingClosed,
    BookingDiffers,
    CannotCancel,
    PaymentDeclined,
    PaymentUnderWay,
)
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
from tests.properties.life_beside_model import LifeBesideModel
from tests.support.customers import a_house, seats
from tests.support.model import HOLD_S, LONGEST_S, MOST_ATTEMPTS, Again, Has, Life
from tests.support.snapshots import Snapshot
from tests.unit.domain.test_best_available import legal_blocks

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
which = st.integers(0, 1_000)


class BookingLife(LifeBesideModel):
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
