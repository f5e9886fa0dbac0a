"""A booking: the purchase of seats of one showtime; its states, and what may follow on what.

    pending ──→ confirmed ──→ cancelling ──→ cancelled
       │  └───────────────────↗
       └→ lapsed ←→ rescuing ──→ confirmed

Money and seats follow the state, never lead it: an undo writes its state first, then gives the seats back, then the
money. docs/selling.md tells the order of all writes and what each crash between two of them leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import DomainError
from chalicelib.domain.money import Money, total
from chalicelib.domain.seating_plans import SeatRef

# The provider's session ends this long before the claims do, so that a success still finds its seats.
SESSION_MARGIN = timedelta(seconds=60)
# A write may land as late as its function lives; the longest timeout of any function, and some.
LATE_WRITE = timedelta(seconds=90)
MAX_ATTEMPTS = 5


class BookingState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    RESCUING = "rescuing"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


TRANSITIONS: dict[BookingState, frozenset[BookingState]] = {
    BookingState.PENDING: frozenset({BookingState.CONFIRMED, BookingState.LAPSED, BookingState.CANCELLING}),
    BookingState.CONFIRMED: frozenset({BookingState.CANCELLING}),
    BookingState.LAPSED: frozenset({BookingState.RESCUING}),
    BookingState.RESCUING: frozenset({BookingState.CONFIRMED, BookingState.LAPSED}),
    BookingState.CANCELLING: frozenset({BookingState.CANCELLED}),
    BookingState.CANCELLED: frozenset(),
}
# In these no seat is the booking's any more, and money may go back.
UNDONE = frozenset({BookingState.LAPSED, BookingState.CANCELLING, BookingState.CANCELLED})
# In these the customer has, or may yet get, the seats.
LIVE = frozenset({BookingState.PENDING, BookingState.RESCUING, BookingState.CONFIRMED})


class AttemptState(StrEnum):
    """`started` until the provider says something final; `refused` is a refund the provider refuses for good."""

    STARTED = "started"
    PAID = "paid"
    FAILED = "failed"
    ENDED = "ended"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUSED = "refused"


ATTEMPT_OVER = frozenset(
    {AttemptState.FAILED, AttemptState.ENDED, AttemptState.REFUNDED, AttemptState.REFUSED}
)

MONEY_GOES_BACK = frozenset({AttemptState.REFUNDING, AttemptState.REFUNDED, AttemptState.REFUSED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to be paid; never deleted. `refund` is what goes, or went, back; zero until a refund begins."""

    number: int
    state: AttemptState
    amount: Money
    refund: Money


@dataclass(frozen=True, slots=True)
class Ticket:
    """One admission. `admitted_at` is None until the door lets its holder in."""

    seat: SeatRef
    ticket_type: str
    price: Money
    admitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the customer agreed to, frozen at check-out: until when they may cancel, and how much comes back."""

    cancel_until: datetime
    refund_per_cent: int
    other_seats_agreed: bool = False


class UndoReason(StrEnum):
    """Why a booking was undone; it decides what comes back."""

    NONE = ""
    CUSTOMER = "customer"
    SHOWTIME_CANCELLED = "showtime_cancelled"
    UNPAID = "unpaid"
    SEATS_LOST = "seats_lost"


@dataclass(frozen=True, slots=True)
class Booking:
    """`customer` is the index key of an account, or of a guest's address; `principal_id` is who held the seats.

    `claims_until` is the expiry of its paying claims; `generation` counts the takings of its seats; `changed_at` is when
    its life last turned (an undo's beginning, not its end); `due_at` is when recovery looks at it, None when nothing is
    left to do.
    """

    showtime_id: str
    own: int
    digest: str
    payload_digest: str
    principal_id: str
    customer: str
    email: str
    name: str
    language: str
    tickets: tuple[Ticket, ...]
    fee: Money
    terms: Terms
    state: BookingState
    generation: int
    attempts: tuple[Attempt, ...]
    paid_by: int
    reason: UndoReason
    created_at: datetime
    changed_at: datetime
    claims_until: datetime
    confirmed_at: datetime | None
    due_at: datetime | None

    @property
    def reference(self) -> str:
        return reference_of(self.showtime_id, self.own)

    @property
    def seats(self) -> tuple[SeatRef, ...]:
        return tuple(ticket.seat for ticket in self.tickets)

    @property
    def currency(self) -> str:
        return self.fee.currency

    @property
    def total(self) -> Money:
        return total((ticket.price for ticket in self.tickets), self.currency) + self.fee

    @property
    def session_ends_at(self) -> datetime:
        return self.claims_until - SESSION_MARGIN

    @property
    def last_attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    def attempt_key(self, number: int) -> str:
        """The provider's idempotency key of an attempt."""
        return f"{self.reference}/{number}"

    def with_attempt(self, attempt: Attempt) -> Booking:
        kept = tuple(a for a in self.attempts if a.number != attempt.number)
        return replace(self, attempts=tuple(sorted((*kept, attempt), key=lambda a: a.number)))


def may_follow(old: Booking, new: Booking) -> bool:
    """Whether the table has the step, and money goes back only of what bought nothing, or nothing any more."""
    if new.state is not old.state and new.state not in TRANSITIONS[old.state]:
        return False
    sent = [attempt for attempt in new.attempts if attempt.state in MONEY_GOES_BACK]
    if new.state is BookingState.CONFIRMED:
        return all(attempt.number != new.paid_by for attempt in sent)
    return not sent or new.state in UNDONE


@dataclass(frozen=True, slots=True)
class CancellationQuote:
    """What cancelling now gives back (`refund`) and what is kept: of the tickets (`retained`), and the fee."""

    refund: Money
    retained: Money
    fee: Money
    cancel_until: datetime


def cancellation_quote(booking: Booking) -> CancellationQuote:
    """By the terms the customer agreed to: a percentage of each ticket, half up; the booking fee stays.

    Of a booking that waits for its payment nothing is kept: what is still paid for it goes back.
    """
    if booking.state is BookingState.PENDING:
        nothing = Money(0, booking.currency)
        return CancellationQuote(booking.total, nothing, nothing, booking.terms.cancel_until)
    refund = total(
        (ticket.price.per_cent(booking.terms.refund_per_cent) for ticket in booking.tickets), booking.currency
    )
    tickets = booking.total - booking.fee
    return CancellationQuote(refund, tickets - refund, booking.fee, booking.terms.cancel_until)


def refund_due(booking: Booking, attempt: Attempt) -> Money:
    """What of a paid attempt goes back once the booking is undone. Only the customer's own cancelling keeps a part."""
    if booking.reason is UndoReason.CUSTOMER and attempt.number == booking.paid_by:
        return cancellation_quote(booking).refund
    return attempt.amount


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_DIGITS = 7


def reference_of(showtime_id: str, own: int) -> str:
    """ "K7M2QX-4FZ81QW": the showtime's short code and the own digits in base 32."""
    letters = ""
    for _ in range(REFERENCE_DIGITS):
        own, digit = divmod(own, 32)
        letters = _CROCKFORD[digit] + letters
    return f"{showtime_id}-{letters}"


def parse_reference(text: str) -> tuple[str, int]:
    """Showtime id and own digits. Forgives case, and O, I, L read for 0, 1, 1. Raises ValueError."""
    cleaned = text.strip().upper().translate(str.maketrans("OIL", "011"))
    showtime_id, hyphen, letters = cleaned.partition("-")
    if not hyphen or not showtime_id or len(letters) != REFERENCE_DIGITS:
        raise ValueError(f"{text!r} is not a booking reference")
    own = 0
    for letter in letters:
        own = own * 32 + _CROCKFORD.index(letter)  # ValueError for a stranger to the alphabet
    return showtime_id, own


class BookingDiffers(DomainError):
    """The hold has been checked out already, with another payload."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"This hold was checked out as {reference} with other details. Open that booking.")
        self.reference = reference


class BookingClosed(DomainError):
    """The booking is past what was asked of it."""

    def __init__(self, reference: str, state: BookingState) -> None:
        super().__init__(f"Booking {reference} is {state}; this can't be done any more.")
        self.reference = reference
        self.state = state


class CancelObstacle(StrEnum):
    """Why a customer may not cancel (any more)."""

    STATE = "state"
    ADMITTED = "admitted"
    SHOWTIME_BEGUN = "showtime_begun"
    TOO_LATE = "too_late"


_WHY = {
    CancelObstacle.STATE: "it is {state}",
    CancelObstacle.ADMITTED: "a ticket of it has been admitted",
    CancelObstacle.SHOWTIME_BEGUN: "the showtime has begun",
    CancelObstacle.TOO_LATE: "that was possible until {until}",
}


class CannotCancel(DomainError):
    """A customer may not cancel; `reason` says why."""

    def __init__(self, booking: Booking, reason: CancelObstacle) -> None:
        until = booking.terms.cancel_until
        why = _WHY[reason].format(state=booking.state, until=until.isoformat())
        super().__init__(f"Booking {booking.reference} can't be cancelled: {why}.")
        self.reference = booking.reference
        self.reason = reason
        self.state = booking.state
        self.cancel_until = until


class TermsChanged(DomainError):
    """Cancelling would give back another sum than the customer was shown; `quote` is what it would now."""

    def __init__(self, reference: str, quote: CancellationQuote) -> None:
        super().__init__(
            f"The terms of cancelling {reference} have changed. Look at them, then cancel by these."
        )
        self.reference = reference
        self.quote = quote


class PaymentDeclined(DomainError):
    """Every attempt there may be has failed for good; the seats are kept until `until` all the same."""

    def __init__(self, reference: str, until: datetime) -> None:
        super().__init__("The payment was declined too often. Cancel this booking and hold seats again.")
        self.reference = reference
        self.until = until


class PaymentUnderWay(DomainError):
    """An attempt is with the bank: nothing may be started beside it."""

    def __init__(self, reference: str) -> None:
        super().__init__("The bank is still at it. Wait for its answer.")
        self.reference = reference


class BookingTokenRejected(DomainError):
    """The signed link to the booking is missing, not ours, or of another booking."""

    def __init__(self) -> None:
        super().__init__("Sign in, or open the booking by the link in your mail.")
