"""How each domain error is told: one entry a fact, all of them in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NotRequired

from typing_extensions import TypedDict

from chalicelib.api.money import MoneyOut, money
from chalicelib.domain import (
    auditoriums,
    bookings,
    cinemas,
    grants,
    holds,
    limits,
    local_times,
    neighbours,
    obstacles,
    payments,
    principals,
    replays,
    sessions,
    showtimes,
    users,
)
from chalicelib.domain.errors import DomainError, Invalid, Unavailable, VersionStale


@dataclass(frozen=True, slots=True)
class Kind:
    """How one domain error is told.

    `members` are its extensions, name → type, for the document. They are the error's attributes of these names,
    unless `extensions` says how to make them.
    """

    status: int
    slug: str
    title: str
    extensions: Callable[[Any], Mapping[str, Any]] | None = None
    headers: Callable[[Any], Mapping[str, str]] = lambda _: {}
    members: Mapping[str, Any] = field(default_factory=dict)


class Misfit(TypedDict):
    """Where something does not fit, and why: a JSON pointer into the body, or the name of a parameter."""

    pointer: NotRequired[str]
    parameter: NotRequired[str]
    detail: str


class Named(TypedDict):
    """Something that stands in the way."""

    noun: str
    id: str
    name: str


class Booked(Named):
    """Of a booking, what it is for: `starts_at` is shown in `time_zone`."""

    movie_title: NotRequired[str]
    cinema_name: NotRequired[str]
    starts_at: NotRequired[datetime]
    time_zone: NotRequired[str]


def _obstacles(error: Any) -> Mapping[str, Any]:
    return {"count": error.count, "obstacles": [asdict(each) for each in error.obstacles]}


def _terms(error: Any) -> Mapping[str, Any]:
    quote = error.quote
    parts = {"refund": quote.refund, "retained": quote.retained, "fee": quote.fee}
    amounts = {name: money(part).model_dump() for name, part in parts.items()}
    return {"reference": error.reference, **amounts, "cancel_until": quote.cancel_until}


def _texts(seats: Iterable[Any]) -> list[str]:
    return [str(seat) for seat in seats]


def _retry_after(error: Any) -> Mapping[str, str]:
    return {"Retry-After": str(error.retry_after_s)}


def _challenge(_: Any) -> Mapping[str, str]:
    """RFC 9110 asks it of every 401."""
    return {"WWW-Authenticate": "Bearer"}


# One entry a fact. A test holds it complete, its members true, and docs/problems.md in step with it.
TABLE: dict[type[DomainError], Kind] = {
    principals.NotSignedIn: Kind(401, "not-signed-in", "Sign in first", headers=_challenge),
    principals.Forbidden: Kind(403, "forbidden", "Your role does not allow this"),
    principals.NotFound: Kind(404, "not-found", "There is no such object", members={"noun": str, "id": str}),
    Invalid: Kind(
        422,
        "invalid",
        "The request does not fit",
        lambda e: {"errors": [{"pointer": pointer, "detail": detail} for pointer, detail in e.errors]},
        members={"errors": list[Misfit]},
    ),
    VersionStale: Kind(
        412,
        "version-stale",
        "It has changed since you read it",
        members={"noun": str, "current_version": int},
    ),
    users.CredentialsRejected: Kind(
        401, "credentials-rejected", "Address or password is wrong", headers=_challenge
    ),
    users.LinkRejected: Kind(410, "link-rejected", "This link does not count any more"),
    users.PasswordWrong: Kind(403, "password-wrong", "This is not your current password"),
    users.AccountNeeded: Kind(
        409,
        "account-needed",
        "The account can't be erased yet",
        _obstacles,
        members={"count": int, "obstacles": list[Booked]},
    ),
    sessions.SessionOver: Kind(401, "session-over", "The session is over", headers=_challenge),
    grants.OwnerStays: Kind(
        409, "owner-stays", "The cinema's owner keeps the role", members={"cinema_id": str}
    ),
    limits.TooManyAttempts: Kind(
        429, "too-many-attempts", "Too many attempts", headers=_retry_after, members={"retry_after_s": int}
    ),
    limits.HoldLimitReached: Kind(
        429,
        "hold-limit-reached",
        "You hold too many seats at once",
        headers=_retry_after,
        members={"limit": int, "retry_after_s": int},
    ),
    holds.SeatUnavailable: Kind(
        409,
        "seat-unavailable",
        "Seats were taken meanwhile",
        lambda e: {"seats": _texts(e.seats), "alternative": _texts(e.alternative)},
        members={"seats": list[str], "alternative": list[str]},
    ),
    neighbours.SingleSeatLeft: Kind(
        409,
        "single-seat-left",
        "A single seat would stay empty",
        lambda e: {"seats": _texts(e.seats)},
        members={"seats": list[str]},
    ),
    holds.NoBlock: Kind(
        409, "no-block", "No such seats together are left", members={"party": int, "largest": int}
    ),
    holds.SalesClosed: Kind(409, "sales-closed", "Not on sale", members={"showtime_id": str}),
    holds.HoldExpired: Kind(
        410,
        "hold-expired",
        "The hold has expired",
        members={"expires_at": datetime},
    ),
    holds.HoldTokenRejected: Kind(401, "hold-token-rejected", "The hold token does not count"),
    holds.HoldCheckedOut: Kind(409, "hold-checked-out", "The hold is a booking", members={"reference": str}),
    holds.HoldAgain: Kind(409, "hold-again", "Hold again with a new key"),
    bookings.BookingDiffers: Kind(
        409, "booking-differs", "Checked out with other details", members={"reference": str}
    ),
    bookings.BookingClosed: Kind(
        409,
        "booking-closed",
        "The booking is past that",
        lambda e: {"reference": e.reference, "state": e.state.value},
        members={"reference": str, "state": str},
    ),
    bookings.CannotCancel: Kind(
        409,
        "cannot-cancel",
        "The booking can't be cancelled",
        members={
            "reference": str,
            "reason": bookings.CancelObstacle,
            "state": bookings.BookingState,
            "cancel_until": datetime,
        },
    ),
    bookings.TermsChanged: Kind(
        409,
        "terms-changed",
        "The terms of cancelling have changed",
        _terms,
        members={
            "reference": str,
            "refund": MoneyOut,
            "retained": MoneyOut,
            "fee": MoneyOut,
            "cancel_until": datetime,
        },
    ),
    bookings.PaymentDeclined: Kind(
        402,
        "payment-declined",
        "The payment was declined",
        members={"reference": str, "until": datetime},
    ),
    bookings.PaymentUnderWay: Kind(
        409, "payment-under-way", "The bank is still at it", members={"reference": str}
    ),
    bookings.BookingTokenRejected: Kind(401, "booking-token-rejected", "The link does not open this booking"),
    payments.ProviderUnavailable: Kind(
        503,
        "payment-provider-unavailable",
        "The payment provider does not answer",
        headers=lambda _: {"Retry-After": "2"},
    ),
    payments.WebhookRejected: Kind(400, "webhook-rejected", "Not a notice of the payment provider"),
    replays.KeyReused: Kind(422, "idempotency-key-reused", "This Idempotency-Key belongs to another request"),
    replays.StillRunning: Kind(
        409,
        "request-in-flight",
        "The same request is being answered",
        headers=_retry_after,
        members={"retry_after_s": int},
    ),
    obstacles.InUse: Kind(
        409,
        "in-use",
        "Other things rest on it",
        lambda e: {
            "noun": e.noun,
            "id": e.id,
            "count": e.count,
            "obstacles": [{"noun": each.noun, "id": each.id, "name": each.name} for each in e.obstacles],
        },
        members={"noun": str, "id": str, "count": int, "obstacles": list[Named]},
    ),
    cinemas.CinemaNotPublished: Kind(
        409, "cinema-not-published", "The cinema is a draft", members={"cinema_id": str}
    ),
    auditoriums.AuditoriumIdTaken: Kind(
        409, "auditorium-id-taken", "The auditorium exists already", members={"auditorium_id": str}
    ),
    auditoriums.AuditoriumHasNoPlan: Kind(
        409, "auditorium-has-no-plan", "The auditorium has no seating plan", members={"auditorium_id": str}
    ),
    local_times.LocalTimeMissing: Kind(
        422,
        "local-time-missing",
        "The clocks skip this time",
        members={"local": str, "time_zone": str, "first_after": str},
    ),
    local_times.LocalTimeTwice: Kind(
        422,
        "local-time-twice",
        "This time comes twice",
        lambda e: {"local": e.local, "time_zone": e.time_zone, "choices": list(e.choices)},
        members={"local": str, "time_zone": str, "choices": list[str]},
    ),
    showtimes.ShowtimesOverlap: Kind(
        409,
        "showtimes-overlap",
        "The auditorium is taken then",
        members={"showtime_id": str, "taken_from": datetime, "free_at": datetime},
    ),
    showtimes.ShowtimeHasBookings: Kind(
        409,
        "showtime-has-bookings",
        "Seats are sold or being bought",
        members={"showtime_id": str, "sold": int, "held": int},
    ),
    showtimes.ShowtimeFinal: Kind(
        409, "showtime-final", "The showtime is cancelled", members={"showtime_id": str}
    ),
    Unavailable: Kind(
        503, "unavailable", "Busy, try again", headers=_retry_after, members={"retry_after_s": int}
    ),
}
