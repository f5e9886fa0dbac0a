"""Cancelling: a booking by its customer, and every booking of a showtime by its cinema."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.domain.bookings import (
    Booking,
    BookingState,
    CancellationQuote,
    CancelObstacle,
    CannotCancel,
    TermsChanged,
    UndoReason,
    cancellation_quote,
)
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.instants import seconds
from chalicelib.domain.money import Money
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.rows import count
from chalicelib.gateways.payments import RequestRejected
from chalicelib.observability import logger
from chalicelib.services.selling.drafting import Scheduled
from chalicelib.services.selling.settling import Settling
from chalicelib.stores.bookings import BookingMoved, Bookings
from chalicelib.stores.clearances import Clearances
from chalicelib.stores.rows import Rows

# A manager waits for the answer, and a full house takes longer than a request may: recovery does the rest.
BEGINNING = timedelta(seconds=10)
_AGAIN = timedelta(minutes=1)
_TURNS = 5


class Cancelling:
    def __init__(
        self,
        scheduled: Scheduled,
        rows: Rows,
        bookings: Bookings,
        clearances: Clearances,
        settling: Settling,
        clock: Clock,
    ) -> None:
        self._scheduled = scheduled
        self._rows = rows
        self._bookings = bookings
        self._clearances = clearances
        self._settling = settling
        self._clock = clock

    def quote(self, booking: Booking) -> CancellationQuote:
        """What cancelling would give back now. Raises CannotCancel."""
        self._check(booking)
        return cancellation_quote(booking)

    def cancel(self, booking: Booking, refund: Money) -> Booking:
        """By the customer, who was shown that `refund` comes back. Raises CannotCancel, TermsChanged.

        Idempotent: a booking that is being cancelled, or is, stays so, whatever was shown.
        """
        for _ in range(_TURNS):
            if booking.state in (BookingState.CANCELLING, BookingState.CANCELLED):
                return self._settling.settle(booking) if booking.due_at else booking
            quoted = self.quote(booking)
            if quoted.refund != refund:
                raise TermsChanged(booking.reference, quoted)
            try:
                booking = self._settling.undo(booking, BookingState.CANCELLING, UndoReason.CUSTOMER)
            except BookingMoved as moved:
                booking = moved.current
        raise Unavailable("The booking")

    def _check(self, booking: Booking) -> None:
        now = self._clock.now()
        if booking.state is BookingState.PENDING:
            return
        if booking.state is not BookingState.CONFIRMED:
            raise CannotCancel(booking, CancelObstacle.STATE)
        if any(ticket.admitted_at for ticket in booking.tickets):
            raise CannotCancel(booking, CancelObstacle.ADMITTED)
        if now >= self._scheduled.showtime(booking.showtime_id).starts_at:
            raise CannotCancel(booking, CancelObstacle.SHOWTIME_BEGUN)
        if now >= booking.terms.cancel_until:
            raise CannotCancel(booking, CancelObstacle.TOO_LATE)

    # --- a whole showtime

    def cancel_showtime(self, showtime_id: str) -> None:
        """Order the clearance and begin it: nothing is sold there from now on, and recovery undoes what is left."""
        now = self._clock.now()
        self._clearances.order(showtime_id, now)
        self.clear(showtime_id, now + BEGINNING)

    def clear(self, showtime_id: str, until: datetime) -> bool:
        """Flag every row, then undo each booking, admitted ones too, beginning none after `until`.

        True when no live claim is left.
        """
        states = self._rows.read(showtime_id, consistent=True)
        self._rows.cancel(showtime_id, [row.row_id for row in states if not row.cancelled])
        ordered_at = self._clock.now()
        unfinished = False
        for booking in self._bookings.of_showtime(showtime_id):
            if self._clock.now() >= until:
                unfinished = True
                break
            try:
                unfinished = self._clear_booking(booking) or unfinished
            except (Unavailable, ProviderUnavailable, RequestRejected) as error:
                # One that can't be settled now must not keep the others waiting.
                logger.warning("left to recovery", reference=booking.reference, why=str(error))
                unfinished = True
        left = count(self._rows.read(showtime_id, consistent=True), seconds(self._clock.now()))
        if left.held or left.paying or left.sold or unfinished:
            self._clearances.postpone(showtime_id, ordered_at + _AGAIN)
            return False
        self._clearances.done(showtime_id)
        return True

    def _clear_booking(self, booking: Booking) -> bool:
        """Whether there is still something to do for it."""
        for _ in range(_TURNS):
            if booking.state in (BookingState.PENDING, BookingState.CONFIRMED):
                try:
                    booking = self._settling.undo(
                        booking, BookingState.CANCELLING, UndoReason.SHOWTIME_CANCELLED
                    )
                except BookingMoved as moved:
                    booking = moved.current
                continue
            if booking.state is BookingState.RESCUING or booking.due_at is not None:
                booking = self._settling.settle(booking)
            return booking.state in (BookingState.PENDING, BookingState.CONFIRMED, BookingState.RESCUING)
        return True
