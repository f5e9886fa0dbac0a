"""Rescuing: money came after the claims lapsed. Once a booking, its seats are taken again, if they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.domain import best_available
from chalicelib.domain.bookings import LIVE, MONEY_GOES_BACK, Attempt, Booking, BookingState, UndoReason
from chalicelib.domain.claims import Claim, paying_claim, sold_claim
from chalicelib.domain.holds import by_row
from chalicelib.domain.instants import seconds, whole_second
from chalicelib.domain.money import Money
from chalicelib.domain.showtimes import ShowtimeStatus
from chalicelib.services.selling.drafting import Scheduled, free_in
from chalicelib.stores.bookings import BookingMoved, Bookings
from chalicelib.stores.rows import Rows, RowsRefused

RESCUE_TIME = timedelta(minutes=5)
_TRIES = 3


class Rescuing:
    def __init__(self, scheduled: Scheduled, rows: Rows, bookings: Bookings, clock: Clock) -> None:
        self._scheduled = scheduled
        self._rows = rows
        self._bookings = bookings
        self._clock = clock

    def is_possible(self, booking: Booking, attempt: Attempt) -> bool:
        """Once, from lapsed, before sales close, nothing going back yet, and no newer booking of the customer."""
        if booking.state is not BookingState.LAPSED or booking.generation or attempt.amount != booking.total:
            return False
        if any(a.state in MONEY_GOES_BACK for a in booking.attempts):
            return False
        showtime = self._scheduled.showtime(booking.showtime_id)
        if showtime.status is not ShowtimeStatus.ON_SALE or self._clock.now() >= showtime.sales_close_at:
            return False
        return not any(
            other.customer == booking.customer
            and other.own != booking.own
            and other.created_at >= booking.created_at
            and other.state in LIVE
            for other in self._bookings.of_showtime(booking.showtime_id)
        )

    def begin(self, booking: Booking, attempt: Attempt) -> Booking:
        """Write down the generation and the seats to take before any is taken. Raises BookingMoved."""
        now = self._clock.now()
        until = whole_second(now) + RESCUE_TIME
        rescuing = replace(
            booking.with_attempt(replace(attempt, refund=Money(0, booking.currency))),
            state=BookingState.RESCUING,
            reason=UndoReason.NONE,
            generation=booking.generation + 1,
            claims_until=until,
            changed_at=now,
            due_at=now,
        )
        return self._bookings.change(booking, rescuing)

    def take_seats(self, booking: Booking) -> Booking | None:
        """Take the seats written down, or the nearest equal ones if that was agreed; None when they can't be had.

        May be repeated after a crash: claims of this generation are its own. Gives the booking to sell, read again
        after the taking. Raises BookingMoved.
        """
        for _ in range(_TRIES):
            now = self._clock.now()
            if now >= booking.claims_until:
                return booking  # too late to take them; taken before and still there, they can be sold
            try:
                self._rows.take(
                    "rescue", booking.showtime_id, by_row(booking.seats), paying_of(booking), seconds(now), {}
                )
            except RowsRefused as refused:
                if _is_sold(booking, refused):
                    return booking
                moved = self._move_to_other_seats(booking)
                if moved is None:
                    return None
                booking = moved
            else:
                current = self._bookings.get(booking.showtime_id, booking.own)
                assert current is not None, "bookings are never deleted"
                if current != booking:
                    raise BookingMoved(current)
                return booking
        return None

    def _move_to_other_seats(self, booking: Booking) -> Booking | None:
        """Written down before they are taken."""
        if not booking.terms.other_seats_agreed:
            return None
        rows = self._rows.read(booking.showtime_id, consistent=True)
        if any(row.cancelled for row in rows):
            return None
        plan = self._scheduled.plan_of(self._scheduled.showtime(booking.showtime_id))
        is_free = free_in({row.row_id: row for row in rows}, seconds(self._clock.now()))
        block = best_available.equal_block(plan, booking.seats, is_free)
        if not block:
            return None
        tickets = tuple(replace(t, seat=seat) for t, seat in zip(booking.tickets, block, strict=True))
        return self._bookings.change(booking, replace(booking, tickets=tickets))


def paying_of(booking: Booking) -> Claim:
    """The claim its seats bear while it waits for its money."""
    return paying_claim(booking.own, seconds(booking.claims_until), booking.generation)


def _is_sold(booking: Booking, refused: RowsRefused) -> bool:
    """Cut off between claims sold and booking confirmed: the seats bear sold claims of this generation."""
    sold = sold_claim(booking.own, booking.generation).number
    seats = by_row(booking.seats)
    return all(
        row is not None and row.claims.get(number) == sold
        for row_id, row in refused.found.items()
        for number in seats[row_id]
    )
