"""Settling: whatever a booking has left unfinished is finished or undone, from wherever it was cut off.

Webhooks, a customer who comes back, a cancellation and the recovery job all end up here, so there is one way to do each
step. Every step is conditional on what it leaves; one that is refused reads the booking again and goes on from there.
docs/selling.md has the order of the writes and what a crash between any two leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.domain.bookings import (
    ATTEMPT_OVER,
    LATE_WRITE,
    Attempt,
    AttemptState,
    Booking,
    BookingState,
    UndoReason,
    refund_due,
)
from chalicelib.domain.claims import ClaimKind, sold_claim
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.holds import by_row
from chalicelib.domain.payments import NO_AMOUNT, PaymentSession, RefundState, SessionState
from chalicelib.domain.rows import claims_of
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.gateways.payments import Payments
from chalicelib.observability import logger
from chalicelib.services.selling.rescuing import Rescuing, paying_of
from chalicelib.stores.bookings import BookingMoved, Bookings
from chalicelib.stores.clearances import RefusedRefunds
from chalicelib.stores.rows import Rows, RowsRefused, every

_TURNS = 8
_FIRST_LOOK_AGAIN = timedelta(minutes=1)
_LAST_LOOK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Settled:
    """`payment` is the last attempt as the provider has it, where it was asked and the booking still waits for it."""

    booking: Booking
    payment: PaymentSession | None = None


class Settling:
    def __init__(
        self,
        rows: Rows,
        bookings: Bookings,
        refused_refunds: RefusedRefunds,
        payments: Payments,
        rescuing: Rescuing,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._bookings = bookings
        self._refused_refunds = refused_refunds
        self._payments = payments
        self._rescuing = rescuing
        self._clock = clock

    def settle(self, booking: Booking) -> Booking:
        """Do what the booking needs now; gives it as it stands then. Raises ProviderUnavailable, Unavailable.

        May be called at any time, by several at once, any number of times.
        """
        return self.look(booking).booking

    def look(self, booking: Booking) -> Settled:
        """The same, with what the provider said on the way: whoever waits for the payment asks nobody else for it."""
        for _ in range(_TURNS):
            try:
                return self._settle_once(booking)
            except BookingMoved as moved:
                booking = moved.current
        raise Unavailable("The booking")

    def undo(self, booking: Booking, to: BookingState, reason: UndoReason) -> Booking:
        """Begin an undo: the state first, with what goes back of what was paid. Raises BookingMoved.

        Seats and money follow in `settle`, which finishes it however often it is cut off.
        """
        return self._bookings.change(booking, self._begun(booking, to, reason))

    def _begun(self, booking: Booking, to: BookingState, reason: UndoReason) -> Booking:
        now = self._clock.now()
        begun = replace(booking, state=to, reason=reason, changed_at=now, due_at=now)
        for attempt in begun.attempts:
            if attempt.state is AttemptState.PAID:
                begun = begun.with_attempt(replace(attempt, refund=refund_due(begun, attempt)))
        return begun

    def _settle_once(self, booking: Booking) -> Settled:
        if booking.state is BookingState.PENDING:
            return self._settle_pending(booking)
        if booking.state is BookingState.RESCUING:
            return Settled(self._go_on_rescuing(booking))
        if booking.state is BookingState.CONFIRMED:
            return Settled(self._settle_confirmed(booking))
        return Settled(self._settle_undone(booking))

    # --- pending

    def _settle_pending(self, booking: Booking) -> Settled:
        attempt = booking.last_attempt
        if attempt is None:  # nothing to pay
            return Settled(self._sell(booking, 0))
        over = self._clock.now() >= booking.session_ends_at
        if attempt.state is AttemptState.STARTED:
            key = booking.attempt_key(attempt.number)
            session = self._payments.end(key) if over else self._payments.find(key)
            if session is None:  # it is opened when somebody asks for its page
                session = PaymentSession("", key, "", SessionState.OPEN, NO_AMOUNT)
            if session.state is SessionState.OPEN:
                return Settled(booking, session)
            if session.state is SessionState.PROCESSING:
                return self._wait_for_bank(booking, session)
            if session.state is SessionState.PAID:
                return Settled(self._paid(booking, replace(attempt, amount=session.amount)))
            attempt = replace(attempt, state=_ended_as(session.state))
        known = booking.with_attempt(attempt)
        if not over:
            return Settled(self._bookings.change(booking, known))
        lapsed = self._begun(known, BookingState.LAPSED, UndoReason.UNPAID)
        return Settled(self._settle_undone(self._bookings.change(booking, lapsed)))

    def _wait_for_bank(self, booking: Booking, session: PaymentSession) -> Settled:
        now = self._clock.now()
        if now >= booking.claims_until:
            return Settled(self._settle_undone(self.undo(booking, BookingState.LAPSED, UndoReason.UNPAID)))
        if now >= booking.session_ends_at:
            booking = self._look_again(booking, booking.claims_until)
        return Settled(booking, session)

    def _paid(self, booking: Booking, attempt: Attempt) -> Booking:
        """The provider has the money of the last attempt: sell, unless it is not the sum that was asked."""
        if attempt.amount != booking.total:
            logger.error("paid another amount than the quote's", reference=booking.reference)
            known = booking.with_attempt(replace(attempt, state=AttemptState.PAID))
            lapsed = self._begun(known, BookingState.LAPSED, UndoReason.UNPAID)
            return self._settle_undone(self._bookings.change(booking, lapsed))
        return self._sell(booking, attempt.number)

    def _sell(self, booking: Booking, paid_by: int) -> Booking:
        """Claims paying → sold, then booking → confirmed. Seats that are gone begin the undo."""
        now = self._clock.now()
        known = booking
        if paid_by:
            paid = next(a for a in booking.attempts if a.number == paid_by)
            known = booking.with_attempt(replace(paid, state=AttemptState.PAID))
        try:
            self._rows.exchange(
                "confirm",
                booking.showtime_id,
                every(
                    by_row(booking.seats),
                    paying_of(booking).number,
                    sold_claim(booking.own, booking.generation).number,
                ),
                unless_cancelled=True,
            )
        except RowsRefused:
            self._unmoved(booking)
            lost = replace(
                known, state=BookingState.LAPSED, reason=UndoReason.SEATS_LOST, changed_at=now, due_at=now
            )
            return self._settle_undone(self._bookings.change(booking, lost))
        return self._bookings.change(
            booking,
            replace(
                known,
                state=BookingState.CONFIRMED,
                paid_by=paid_by,
                confirmed_at=now,
                changed_at=now,
                due_at=None,
            ),
        )

    def _unmoved(self, booking: Booking) -> None:
        """Raises BookingMoved unless a consistent read shows the booking as it is here."""
        current = self._bookings.get(booking.showtime_id, booking.own)
        assert current is not None, "bookings are never deleted"
        if current != booking:
            raise BookingMoved(current)

    # --- undone

    def _settle_undone(self, booking: Booking) -> Booking:
        """Give the seats back, then the money; done when a late enough read shows no claim of this booking."""
        quiet = self._give_seats_back(booking)
        generation = booking.generation
        for attempt in booking.attempts:
            if attempt.state not in ATTEMPT_OVER:
                booking = self._return_money(booking, attempt)
                if booking.generation != generation:
                    return booking  # a late success: rescued, or settled again after the attempt to
        return self._finish_undo(booking, quiet)

    def _give_seats_back(self, booking: Booking) -> bool:
        """Release every paying or sold claim of it. True when a consistent read, late enough, showed none."""
        read_at = self._clock.now()
        mine = {
            ref: claim
            for ref, claim in claims_of(
                self._rows.read(booking.showtime_id, consistent=True), booking.own
            ).items()
            if claim.kind in (ClaimKind.PAYING, ClaimKind.SOLD) and claim.generation <= booking.generation
        }
        for row_id, numbers in by_row(tuple(mine)).items():
            changes = {n: (mine[SeatRef(row_id, n)].number, 0) for n in numbers}
            try:
                self._rows.exchange("undo", booking.showtime_id, {row_id: changes}, unless_cancelled=False)
            except RowsRefused:
                # Somebody else released it, or a late write changed it: the next look sees which.
                logger.info("undo met another writer", reference=booking.reference)
        return not mine and read_at >= booking.changed_at + LATE_WRITE

    def _return_money(self, booking: Booking, attempt: Attempt) -> Booking:
        key = booking.attempt_key(attempt.number)
        if attempt.state is AttemptState.STARTED:
            session = self._payments.end(key)
            if session.state is SessionState.PROCESSING:
                return booking
            if session.state is not SessionState.PAID:
                return self._bookings.change(
                    booking, booking.with_attempt(replace(attempt, state=_ended_as(session.state)))
                )
            attempt = replace(attempt, state=AttemptState.PAID, amount=session.amount)
            attempt = replace(attempt, refund=refund_due(booking, attempt))
            booking = self._bookings.change(booking, booking.with_attempt(attempt))
        if attempt.state is AttemptState.PAID:
            if self._rescuing.is_possible(booking, attempt):
                return self._go_on_rescuing(self._rescuing.begin(booking, attempt))
            refund = (
                attempt.refund
                if attempt.refund.minor or attempt.number == booking.paid_by
                else attempt.amount
            )
            state = AttemptState.REFUNDING if refund.minor else AttemptState.REFUNDED
            attempt = replace(attempt, state=state, refund=refund)
            # No refund is sent before the booking says so.
            booking = self._bookings.change(booking, booking.with_attempt(attempt))
        if attempt.state is AttemptState.REFUNDING:
            outcome = self._payments.refund(key, f"{key}/refund", attempt.refund)
            if outcome.state is RefundState.PENDING:
                return booking
            if outcome.state is RefundState.REFUSED:
                self._refused_refunds.record(
                    booking, attempt.number, attempt.refund, outcome.reason, self._clock.now()
                )
                logger.error("refund refused for good", reference=booking.reference, attempt=attempt.number)
            over = AttemptState.REFUNDED if outcome.state is RefundState.DONE else AttemptState.REFUSED
            booking = self._bookings.change(booking, booking.with_attempt(replace(attempt, state=over)))
        return booking

    def _finish_undo(self, booking: Booking, quiet: bool) -> Booking:
        settled = all(attempt.state in ATTEMPT_OVER for attempt in booking.attempts)
        state = booking.state
        if settled and state is BookingState.CANCELLING:
            state = BookingState.CANCELLED
        if settled and quiet:
            due_at = None
        elif settled:
            due_at = booking.changed_at + LATE_WRITE
            if due_at <= self._clock.now():
                due_at = self._clock.now() + _FIRST_LOOK_AGAIN
        else:
            due_at = self._next_look(booking)
        return self._bookings.change(booking, replace(booking, state=state, due_at=due_at))

    def _next_look(self, booking: Booking) -> datetime:
        """Soon at first, then ever more seldom: a bank may take days."""
        now = self._clock.now()
        return now + min(max((now - booking.changed_at) / 2, _FIRST_LOOK_AGAIN), _LAST_LOOK_AGAIN)

    def _look_again(self, booking: Booking, at: datetime) -> Booking:
        return self._bookings.change(booking, replace(booking, due_at=at))

    def _settle_confirmed(self, booking: Booking) -> Booking:
        """Only attempts other than the one that paid can hold money that must go back."""
        if booking.due_at is None:
            return booking
        for attempt in booking.attempts:
            if attempt.number != booking.paid_by and attempt.state not in ATTEMPT_OVER:
                booking = self._return_money(booking, attempt)
        settled = all(a.state in ATTEMPT_OVER for a in booking.attempts if a.number != booking.paid_by)
        return (
            self._look_again(booking, self._next_look(booking))
            if not settled
            else self._no_longer_due(booking)
        )

    def _no_longer_due(self, booking: Booking) -> Booking:
        return self._bookings.change(booking, replace(booking, due_at=None))

    # --- late success

    def _go_on_rescuing(self, booking: Booking) -> Booking:
        paid_by = next(a.number for a in booking.attempts if a.state is AttemptState.PAID)
        taken = self._rescuing.take_seats(booking)
        if taken is not None:
            return self._sell(taken, paid_by)
        # Other seats may have been written down on the way.
        current = self._bookings.get(booking.showtime_id, booking.own)
        assert current is not None, "bookings are never deleted"
        if current.state is not BookingState.RESCUING or current.generation != booking.generation:
            raise BookingMoved(current)
        now = self._clock.now()
        lapsed = replace(
            current, state=BookingState.LAPSED, reason=UndoReason.SEATS_LOST, changed_at=now, due_at=now
        )
        return self._settle_undone(self._bookings.change(current, lapsed))


def _ended_as(state: SessionState) -> AttemptState:
    return AttemptState.FAILED if state is SessionState.FAILED else AttemptState.ENDED
