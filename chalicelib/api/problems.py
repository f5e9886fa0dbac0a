"""Every error of the API as application/problem+json (RFC 9457): one table from domain errors to problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NotRequired

from chalice.app import Response
from pydantic import ValidationError
from pydantic_core import to_json
from typing_extensions import TypedDict

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

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """`slug` names the type: "/problems/<slug>", told in docs/problems.md. `extensions` are typed members."""

    status: int
    slug: str
    title: str
    detail: str = ""
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request refused by HTTP itself, before any use case."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


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


def _obstacles(error: Any) -> Mapping[str, Any]:
    return {"obstacles": [{"noun": each.noun, "id": each.id, "name": each.name} for each in error.obstacles]}


class Named(TypedDict):
    """Something that stands in the way."""

    noun: str
    id: str
    name: str


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
        members={"obstacles": list[Named]},
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
        lambda e: {"expires_at": e.expires_at.isoformat()},
        members={"expires_at": str},
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
        409, "cannot-cancel", "The booking can't be cancelled", members={"reference": str}
    ),
    bookings.PaymentDeclined: Kind(
        402,
        "payment-declined",
        "The payment was declined",
        lambda e: {"reference": e.reference, "until": e.until.isoformat()},
        members={"reference": str, "until": str},
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
        lambda e: {
            "showtime_id": e.showtime_id,
            "taken_from": e.taken_from.isoformat(),
            "free_at": e.free_at.isoformat(),
        },
        members={"showtime_id": str, "taken_from": str, "free_at": str},
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

INTERNAL = Problem(500, "internal", "Something went wrong on our side", "It is logged. Repeat the request.")
PRECONDITION_REQUIRED = Problem(
    428, "precondition-required", "If-Match is missing", "Send the ETag of what you read as If-Match."
)
PRECONDITION_FAILED = Problem(
    412,
    "precondition-failed",
    "If-Match is not an ETag of ours",
    "Send the ETag of what you read as it came.",
)
IDEMPOTENCY_KEY_REQUIRED = Problem(
    400,
    "idempotency-key-required",
    "Idempotency-Key is missing",
    "Send a new UUID as Idempotency-Key; keep it when you repeat the request.",
)
INVALID_CURSOR = Problem(
    400,
    "invalid-cursor",
    "The cursor does not fit this list",
    "Begin again without a cursor, with the filters you want.",
)
INVALID_JSON = Problem(400, "invalid-json", "The body is not JSON")
INVALID_REQUEST = Problem(400, "invalid-request", "The request cannot be read")
INVALID = Problem(
    422,
    "invalid",
    "The request does not fit",
    "See errors: each says where and why.",
    {"errors": []},
)
UNSUPPORTED_MEDIA_TYPE = Problem(415, "unsupported-media-type", "Send JSON")
TOO_LARGE = Problem(413, "too-large", "The body is too large", "Send at most 512 KB.")
NO_SUCH_ROUTE = Problem(
    404, "no-such-route", "There is no such path", "See /openapi.json for those that exist."
)
METHOD_NOT_ALLOWED = Problem(405, "method-not-allowed", "The path does not take this method")

# What HTTP itself refuses, before any use case.
OF_HTTP: tuple[Problem, ...] = (
    INVALID_JSON,
    INVALID_REQUEST,
    INVALID_CURSOR,
    IDEMPOTENCY_KEY_REQUIRED,
    NO_SUCH_ROUTE,
    METHOD_NOT_ALLOWED,
    PRECONDITION_FAILED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID,
    PRECONDITION_REQUIRED,
    INTERNAL,
)

# Answered by the gateway without asking us; infra/ words them alike.
OF_THE_GATEWAY: tuple[Problem, ...] = (
    Problem(429, "too-many-requests", "Too many requests", "Wait as long as Retry-After says."),
    Problem(
        504,
        "timed-out",
        "It took too long",
        "Whether it took effect is unknown: repeat it with the same key.",
    ),
)


def of(error: DomainError) -> Problem:
    """Raises KeyError for an error nobody registered: a defect that a test finds first."""
    kind = TABLE[type(error)]
    if kind.extensions is None:
        extensions: Mapping[str, Any] = {name: getattr(error, name) for name in kind.members}
    else:
        extensions = kind.extensions(error)
    return Problem(kind.status, kind.slug, kind.title, str(error), extensions, kind.headers(error))


def response(problem: Problem) -> Response:
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        **problem.extensions,
    }
    headers: dict[str, Any] = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **problem.headers}
    return Response(body=to_json(body).decode(), status_code=problem.status, headers=headers)


def unsupported_media_type(given: str) -> Problem:
    return replace(
        UNSUPPORTED_MEDIA_TYPE, detail=f"Content-Type is {given[:100]!r}; send application/json in UTF-8."
    )


def method_not_allowed(allowed: Iterable[str]) -> Problem:
    return replace(METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(allowed))})


def invalid_body(error: ValidationError) -> Problem:
    """422, or 400 when the body is not JSON at all. `errors` points into the body (RFC 6901) and says why."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found and found[0]["type"] == "json_invalid":
        return replace(INVALID_JSON, detail=found[0]["msg"])
    return invalid([{"pointer": pointer(*each["loc"]), "detail": each["msg"]} for each in found])


def invalid_query(error: ValidationError) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return invalid(
        [{"parameter": str(each["loc"][0]) if each["loc"] else "", "detail": each["msg"]} for each in found]
    )


def invalid_query_names(names: list[str], why: str) -> Problem:
    return invalid([{"parameter": name, "detail": f"{name} {why}"} for name in names])


def invalid(errors: list[dict[str, str]]) -> Problem:
    return replace(INVALID, extensions={"errors": errors})


def pointer(*parts: int | str) -> str:
    """Into the body, as RFC 6901 says."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
