"""A hold: a claim on seats that expires, and the token that proves whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import DomainError
from chalicelib.domain.quotes import Quote
from chalicelib.domain.seating_plans import SeatRef

MAX_SEATS = 10


@dataclass(frozen=True, slots=True)
class Hold:
    """What the signed hold token carries. `digest` is the whole HMAC that `own` digits are a part of, in hex.

    No extension goes past `latest_expiry`, which stands from its first moment on.
    """

    showtime_id: str
    principal_id: str
    own: int
    digest: str
    quote: Quote
    latest_expiry: datetime
    expires_at: datetime

    @property
    def seats(self) -> tuple[SeatRef, ...]:
        return tuple(line.seat for line in self.quote.lines)


def own_digits(digest: str, limit: int) -> int:
    """The part of the whole HMAC (hex) that stands in claims: uniform enough below 10^10 from 128 bits."""
    return int(digest[:32], 16) % limit


def by_row(seats: tuple[SeatRef, ...]) -> dict[str, tuple[str, ...]]:
    """Seat numbers by row id, rows in the order they first appear."""
    rows: dict[str, list[str]] = {}
    for ref in seats:
        rows.setdefault(ref.row_id, []).append(ref.number)
    return {row_id: tuple(numbers) for row_id, numbers in rows.items()}


class SeatUnavailable(DomainError):
    """Someone else has `seats`. `alternative` is the nearest equal block that was free a moment ago; may be empty."""

    def __init__(
        self, seats: tuple[SeatRef, ...], labels: tuple[str, ...], alternative: tuple[SeatRef, ...] = ()
    ) -> None:
        super().__init__(f"Taken meanwhile: {', '.join(labels)}. Choose others, or take the alternative.")
        self.seats = seats
        self.alternative = alternative


class NoBlock(DomainError):
    """No block for the party is free. `largest` is the biggest party that still fits together."""

    def __init__(self, party: int, largest: int) -> None:
        super().__init__(
            f"No {party} seats together are left; {largest} are. Choose fewer, or pick seats by hand."
        )
        self.party = party
        self.largest = largest


class SalesClosed(DomainError):
    """The showtime sells nothing (any more, or yet)."""

    def __init__(self, showtime_id: str) -> None:
        super().__init__("This showtime is not on sale.")
        self.showtime_id = showtime_id


class HoldExpired(DomainError):
    """The hold's time is over; the seats may be someone else's."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__("The hold has expired. Hold seats again.")
        self.expires_at = expires_at


class HoldTokenRejected(DomainError):
    """The Hold-Token header is missing, not ours, or of another showtime or principal."""

    def __init__(self) -> None:
        super().__init__("Send the token that the hold was answered with as Hold-Token.")


class HoldCheckedOut(DomainError):
    """The hold has become a booking."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"This hold has been checked out as booking {reference}.")
        self.reference = reference


class HoldAgain(DomainError):
    """The hold's digits are those of another booking: an undone one under the same key, or, one chance in ten thousand
    million, a stranger's."""

    def __init__(self) -> None:
        super().__init__("Hold again with a new Idempotency-Key.")
