"""Check-out: a hold becomes a pending booking with a payment attempt. One hold, at most one booking."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.domain.bookings import (
    ATTEMPT_OVER,
    MAX_ATTEMPTS,
    UNDONE,
    Attempt,
    AttemptState,
    Booking,
    BookingClosed,
    BookingDiffers,
    BookingState,
    PaymentDeclined,
    PaymentUnderWay,
    Terms,
    Ticket,
    UndoReason,
    reference_of,
)
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.claims import Claim, ClaimKind, paying_claim
from chalicelib.domain.holds import Hold, HoldAgain, HoldCheckedOut, HoldExpired, SalesClosed, by_row
from chalicelib.domain.instants import instant_of, seconds, whole_second
from chalicelib.domain.money import Money
from chalicelib.domain.payments import PaymentOrder, PaymentSession, SessionState
from chalicelib.domain.principals import Principal
from chalicelib.domain.selling_times import SellingTimes
from chalicelib.gateways.payments import Payments
from chalicelib.services.links import Links
from chalicelib.services.selling.drafting import Limits, Scheduled
from chalicelib.services.selling.holding import Holding
from chalicelib.services.selling.settling import Settling
from chalicelib.stores.bookings import BookingMoved, Bookings
from chalicelib.stores.rows import Rows, RowsRefused, every
from chalicelib.stores.versions import storable


@dataclass(frozen=True, slots=True)
class Buyer:
    """What check-out is told. `customer` is the index key of the account, or of a guest's address."""

    customer: str
    email: str
    name: str
    language: str
    other_seats_agreed: bool


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """`payment` is the last attempt as the provider has it; None when there is nothing to pay (any more)."""

    booking: Booking
    payment: PaymentSession | None


class Checkout:
    def __init__(
        self,
        scheduled: Scheduled,
        holding: Holding,
        settling: Settling,
        rows: Rows,
        bookings: Bookings,
        payments: Payments,
        limits: Limits,
        clock: Clock,
        times: SellingTimes,
        links: Links,
    ) -> None:
        self._scheduled = scheduled
        self._holding = holding
        self._settling = settling
        self._rows = rows
        self._bookings = bookings
        self._payments = payments
        self._limits = limits
        self._clock = clock
        self._times = times
        self._links = links

    def check_out(self, hold: Hold, buyer: Buyer, cinema: Cinema, address: str) -> CheckedOut:
        """Claims hold → paying, the booking put if absent, attempt 1 opened at the provider.

        Raises HoldExpired, HoldCheckedOut, SalesClosed, BookingDiffers, HoldAgain, ProviderUnavailable, Unavailable;
        after the last two the same call may simply be repeated.
        """
        now = self._clock.now()
        if now >= hold.expires_at:
            return self._go_on(self._existing(hold, buyer, HoldExpired(hold.expires_at)))
        until = whole_second(now) + self._times.payment
        try:
            claim = self._holding.raise_claims("check_out", hold, paying_claim(hold.own, seconds(until)))
        except (HoldExpired, SalesClosed, HoldCheckedOut) as error:
            return self._go_on(self._existing(hold, buyer, error))
        if claim.kind is not ClaimKind.PAYING:
            return self._go_on(
                self._existing(hold, buyer, HoldCheckedOut(reference_of(hold.showtime_id, hold.own)))
            )
        booking = self._booking(hold, buyer, cinema, claim)
        stored = self._bookings.put_if_absent(booking)
        if stored.state in UNDONE or set(stored.seats) != set(hold.seats):
            self._give_back(hold, stored, claim)
        buyer_id = Principal(hold.principal_id)
        # A request that was repeated after its booking was undone has a hold again, but gets no second booking.
        if stored.digest != hold.digest or stored.state in UNDONE:
            self._limits.give_back(buyer_id, address, hold.own)
            raise HoldAgain()
        same = _same_payload(stored, booking.payload_digest)
        # Who checks out and never pays hoards seats just as well: they count until they are paid or come free.
        if same.state is BookingState.PENDING and same.attempts:  # what costs nothing is confirmed at once
            self._limits.prolong(buyer_id, address, hold.own, same.claims_until)
        checked_out = self._go_on(same)
        if checked_out.booking.state is not BookingState.PENDING:
            self._limits.give_back(buyer_id, address, hold.own)
        return checked_out

    def pay_again(self, booking: Booking) -> CheckedOut:
        """Give the page of the last attempt again while it is open; once that has failed or ended for good, start n+1.

        A double click, another tab and a repeat after a lost reply so find the same page, and no attempt is used. All
        pages of a booking end at the same moment, so an open one is never worse than a new one. A success found is
        confirmed instead, and what is confirmed stays so. Raises BookingClosed, PaymentUnderWay, PaymentDeclined once
        MAX_ATTEMPTS are used up, ProviderUnavailable, Unavailable; after the last two the same call may simply be
        repeated.
        """
        if booking.state is BookingState.CONFIRMED:
            return CheckedOut(booking, None)
        if booking.state is not BookingState.PENDING or self._clock.now() >= booking.session_ends_at:
            raise BookingClosed(booking.reference, booking.state)
        last = booking.last_attempt
        if last is None:
            return self._go_on(booking)
        if last.state is AttemptState.STARTED:
            session = self._open(booking, last)
            if session.state is SessionState.OPEN:
                return CheckedOut(booking, session)
            if session.state is SessionState.PROCESSING:
                raise PaymentUnderWay(booking.reference)
            booking = self._settling.settle(booking)
            settled = booking.last_attempt
            if booking.state is not BookingState.PENDING or settled is None:
                return CheckedOut(booking, None)
            # Another tab has started the next one, or the provider took its word back.
            if settled.number != last.number or settled.state not in ATTEMPT_OVER:
                return self._go_on(booking)
        if last.number >= MAX_ATTEMPTS:
            raise PaymentDeclined(booking.reference, booking.session_ends_at)
        try:
            booking = self._bookings.change(booking, booking.with_attempt(_started(booking, last.number + 1)))
        except BookingMoved as moved:
            booking = moved.current
        return self._go_on(booking)

    # --- within

    def _go_on(self, booking: Booking) -> CheckedOut:
        """Open, or open again, the page of the last attempt. The key makes a repeat find the same session."""
        if booking.state is not BookingState.PENDING:
            return CheckedOut(booking, None)
        attempt = booking.last_attempt
        if attempt is None:
            return CheckedOut(self._settling.settle(booking), None)
        if attempt.state in ATTEMPT_OVER or self._clock.now() >= booking.session_ends_at:
            return CheckedOut(booking, None)
        session = self._open(booking, attempt)
        if session.state is SessionState.OPEN:
            return CheckedOut(booking, session)
        settled = self._settling.look(booking)
        if settled.payment is not None and settled.payment.state is SessionState.OPEN:
            # It took its word back: that is no page to send anybody to.
            return CheckedOut(settled.booking, None)
        return CheckedOut(settled.booking, settled.payment)

    def _open(self, booking: Booking, attempt: Attempt) -> PaymentSession:
        """The attempt's page, opened if it never was; as it stands now. Raises ProviderUnavailable."""
        return self._payments.open(
            PaymentOrder(
                key=booking.attempt_key(attempt.number),
                reference=booking.reference,
                amount=attempt.amount,
                expires_at=booking.session_ends_at,
                return_url=self._links.after_payment(booking),
                description=_tickets(len(booking.tickets)),
            )
        )

    def _existing(self, hold: Hold, buyer: Buyer, otherwise: Exception) -> Booking:
        """The booking this hold has become; `otherwise` when it has not."""
        found = self._bookings.get(hold.showtime_id, hold.own)
        if found is None or found.digest != hold.digest:
            raise otherwise
        return _same_payload(found, _payload_digest(hold, buyer))

    def _booking(self, hold: Hold, buyer: Buyer, cinema: Cinema, claim: Claim) -> Booking:
        now = self._clock.now()
        showtime = self._scheduled.showtime(hold.showtime_id)
        until = instant_of(claim.expires_s)
        drafted = Booking(
            showtime_id=hold.showtime_id,
            own=hold.own,
            digest=hold.digest,
            payload_digest=_payload_digest(hold, buyer),
            principal_id=hold.principal_id,
            customer=buyer.customer,
            email=buyer.email,
            name=buyer.name,
            language=buyer.language,
            tickets=tuple(Ticket(line.seat, line.ticket_type, line.price) for line in hold.quote.lines),
            fee=hold.quote.fee,
            terms=Terms(
                cancel_until=showtime.starts_at - timedelta(minutes=cinema.policy.closes_minutes),
                refund_per_cent=cinema.policy.refund_per_cent,
                other_seats_agreed=buyer.other_seats_agreed,
            ),
            state=BookingState.PENDING,
            generation=0,
            attempts=(),
            paid_by=0,
            reason=UndoReason.NONE,
            created_at=storable(now),
            changed_at=storable(now),
            claims_until=until,
            confirmed_at=None,
            due_at=None,
        )
        drafted = replace(drafted, due_at=drafted.session_ends_at)
        return drafted.with_attempt(_started(drafted, 1)) if drafted.total.minor else drafted

    def _give_back(self, hold: Hold, stored: Booking, claim: Claim) -> None:
        """The digits are another booking's, a stranger's or an earlier one of the same request: release what this hold
        took, exactly, and nothing of that booking's. One that is undone has no seats any more."""
        taken = tuple(seat for seat in hold.seats if stored.state in UNDONE or seat not in stored.seats)
        if not taken:
            return
        try:
            self._rows.exchange(
                "undo", hold.showtime_id, every(by_row(taken), claim.number, 0), unless_cancelled=False
            )
        except RowsRefused:
            return  # not ours any more; paying claims lapse by themselves


def _started(booking: Booking, number: int) -> Attempt:
    return Attempt(number, AttemptState.STARTED, booking.total, Money(0, booking.currency))


def _payload_digest(hold: Hold, buyer: Buyer) -> str:
    """What two check-outs of one hold must agree in: the buyer's details and the quote."""
    payload = [
        asdict(buyer),
        [[str(line.seat), line.ticket_type, line.price.minor] for line in hold.quote.lines],
    ]
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]


def _same_payload(booking: Booking, payload_digest: str) -> Booking:
    if booking.payload_digest != payload_digest:
        raise BookingDiffers(booking.reference)
    return booking


def _tickets(count: int) -> str:
    return "1 ticket" if count == 1 else f"{count} tickets"
