"""Confirming and undoing raced on a real endpoint. Every rival has read and decided before any writes.

Each race has a control: without the condition that decides it, it has another outcome. Wherever one could call the
outcome luck, the control shows that it is not.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from chalicelib.domain.bookings import (
    Booking,
    BookingState,
    TermsChanged,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.payments import PaymentSession, SessionState
from tests.support.builders import a_showtime
from tests.support.cloud import Cloud
from tests.support.meeting import to_booking, to_row
from tests.support.races import a_real_world
from tests.support.selling import Box
from tests.support.selling_races import people, race, without_the_state

WHO_IS_LATE = pytest.mark.parametrize("late", [0, 1], ids=["first-is-late", "second-is-late"])


class TestConfirmAgainstLapse:
    """The bank says yes while recovery, which heard "not yet" a moment before, lets the booking lapse.

    The customer has bought other seats since, so the late success is not rescued: the money goes back.
    """

    def race(self, box: Box, row: str, late: int) -> Booking:
        (who,) = people(1)
        booking = box.pending(who, f"{row}-1", f"{row}-2")
        box.world.payments.choose(booking.attempt_key(1))
        box.world.clock.advance(seconds=1)
        box.confirmed(who, f"{row}-5", f"{row}-6")
        box.world.clock.set(booking.claims_until)
        settling, payments = box.selling.settling, box.world.payments
        hears_late = threading.local()

        def end(asked: str) -> PaymentSession:
            told = type(payments).end(payments, asked)
            if getattr(hears_late, "once", False):
                hears_late.once = False
                return replace(told, state=SessionState.PROCESSING)
            return told

        def lapse() -> Booking:
            hears_late.once = True
            return settling.settle(booking)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(payments, "end", end)
            race([lambda: settling.settle(booking), lapse], to_booking, late)
        settle_all(box)
        return box.stored(booking)

    @WHO_IS_LATE
    def test_one_outcome_with_its_seats_and_its_money(self, box: Box, row: str, late: int) -> None:
        booking = self.race(box, row, late)

        assert booking.state is (BookingState.LAPSED if late == 0 else BookingState.CONFIRMED)
        assert stands(box, booking), booking

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        assert not stands(box, self.race(box, row, late=0))


class TestCancelAgainstConfirm:
    def race(self, box: Box, row: str, late: int) -> Booking:
        booking = box.pending(*people(1), f"{row}-1", f"{row}-2")
        box.world.payments.choose(booking.attempt_key(1))

        def cancel() -> Booking:
            try:
                return box.cancel(booking)
            except TermsChanged:  # it is paid, as far as is known now: by these terms, then
                return box.cancel(box.stored(booking))

        race([lambda: box.selling.settling.settle(booking), cancel], to_booking, late)
        settle_all(box)
        return box.stored(booking)

    @WHO_IS_LATE
    def test_cancelled_with_seats_and_money_given_back(self, box: Box, row: str, late: int) -> None:
        booking = self.race(box, row, late)

        assert booking.state is BookingState.CANCELLED
        assert stands(box, booking), booking
        again = box.hold(*people(1), f"{row}-1", f"{row}-2")
        assert [str(seat) for seat in again.seats] == [f"{row}-1", f"{row}-2"]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        assert not stands(box, self.race(box, row, late=0))


class TestShowtimeCancelledWhileSelling:
    """Holds, a confirmation and the cancellation of the whole showtime meet at the rows."""

    @pytest.mark.parametrize("late", [0, 1, 2], ids=["confirmation", "hold", "cancellation"])
    def test_nothing_is_left_sold(self, cloud: Cloud, late: int) -> None:
        with a_real_world(cloud) as world:
            showtime = a_showtime(world, rows=1, seats=20)
            box = Box(world, showtime.id, world.wiring.catalogue.cinema(showtime.cinema_id))
            booking = box.pending("Ada", "A-1", "A-2")
            world.payments.choose(booking.attempt_key(1))
            race(
                [
                    lambda: box.selling.settling.settle(booking),
                    lambda: box.hold("Ben", "A-5", "A-6"),
                    lambda: world.wiring.showtimes.cancel(showtime.id),
                ],
                to_row,
                late,
            )
            settle_all(box)

            world.clock.advance(minutes=30)
            settle_all(box)
            assert stands(box, box.stored(booking))
            # A confirmation that found its row cancelled has undone the booking itself: lapsed, and its money back.
            assert box.stored(booking).state in (BookingState.CANCELLED, BookingState.LAPSED)
            counts = box.selling.recount(showtime.id)
            assert (counts.held, counts.paying, counts.sold) == (0, 0, 0)


def settle_all(box: Box) -> None:
    """Recovery, minute by minute, until nothing is due."""
    for _ in range(12):
        box.world.clock.advance(minutes=1)
        done = box.selling.recover()
        assert done.failed == 0
        if not done.settled and not done.left and not any(each.due_at for each in box.bookings()):
            return


def stands(box: Box, booking: Booking) -> bool:
    """Confirmed: with its seats sold and paid. Undone: without any seat, and the money back but for what is kept."""
    mine = [
        claim
        for seat in booking.seats
        if (claim := claim_of(box.claims(seat.row_id).get(str(seat), 0))) is not None
        and claim.own == booking.own
    ]
    net = sum(box.world.payments.net(booking.attempt_key(each.number)) for each in booking.attempts)
    if booking.state is BookingState.CONFIRMED:
        sold = all(each.kind is ClaimKind.SOLD and each.generation == booking.generation for each in mine)
        return sold and len(mine) == len(booking.seats) and net == booking.total.minor
    kept = booking.total.minor - sum(
        attempt.refund.minor for attempt in booking.attempts if attempt.number == booking.paid_by
    )
    return not mine and net == (kept if booking.paid_by else 0)
