"""Every error of the API as application/problem+json (RFC 9457): one table from domain errors to problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalice.app import Response
from pydantic import ValidationError

from chalicelib.domain import principals
from chalicelib.domain.errors import DomainError, Unavailable

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """`slug` names the type: "/problems/<slug>", documented in docs/problems.md. `extensions` are typed members."""

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
    """How one domain error is told."""

    status: int
    slug: str
    title: str
    extensions: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    headers: Callable[[Any], Mapping[str, str]] = lambda _: {}


# One line a fact. Each capability's module adds its own through `register`; a test holds the whole complete.
TABLE: dict[type[DomainError], Kind] = {
    principals.NotSignedIn: Kind(
        401, "not-signed-in", "Sign in first", headers=lambda _: {"WWW-Authenticate": "Bearer"}
    ),
    principals.Forbidden: Kind(403, "forbidden", "Your role does not allow this"),
    principals.NotFound: Kind(404, "not-found", "There is no such object", lambda e: {"noun": e.noun, "id": e.id}),
    Unavailable: Kind(
        503,
        "unavailable",
        "Busy, try again",
        lambda e: {"retry_after_s": e.retry_after_s},
        lambda e: {"Retry-After": str(e.retry_after_s)},
    ),
}

INTERNAL = Problem(500, "internal", "Something went wrong on our side", "It is logged. Repeat the request.")
PRECONDITION_REQUIRED = Problem(
    428, "precondition-required", "If-Match is missing", "Send the ETag of what you read as If-Match."
)
PRECONDITION_FAILED = Problem(
    412, "precondition-failed", "It has changed since you read it", "Read it again, then repeat with its new ETag."
)
IDEMPOTENCY_KEY_REQUIRED = Problem(
    400, "idempotency-key-required", "Idempotency-Key is missing", "Send a new UUID as Idempotency-Key; keep it when you repeat."
)


def of(error: DomainError) -> Problem:
    """Raises KeyError for an error nobody registered: a defect that a test finds first."""
    kind = TABLE[type(error)]
    return Problem(kind.status, kind.slug, kind.title, str(error), kind.extensions(error), kind.headers(error))


def response(problem: Problem) -> Response:
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        **problem.extensions,
    }
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **problem.headers}
    return Response(body=json.dumps(body), status_code=problem.status, headers=headers)


def unsupported_media_type(given: str) -> Problem:
    return Problem(415, "unsupported-media-type", "Send JSON", f"Content-Type is {given!r}; send application/json.")


def invalid_body(error: ValidationError) -> Problem:
    """422, or 400 when the body is not JSON at all. `errors` points into the body (RFC 6901) and says what to change."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found and found[0]["type"] == "json_invalid":
        return Problem(400, "invalid-json", "The body is not JSON", found[0]["msg"])
    return invalid([{"pointer": _pointer(each["loc"]), "detail": each["msg"]} for each in found])


def invalid_query(error: ValidationError) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return invalid([{"parameter": str(each["loc"][0]) if each["loc"] else "", "detail": each["msg"]} for each in found])


def invalid_query_names(names: list[str], why: str) -> Problem:
    return invalid([{"parameter": name, "detail": f"{name} {why}"} for name in names])



def invalid(errors: list[dict[str, str]]) -> Problem:
    return Problem(422, "invalid", "The request does not fit", "See errors: each says where and why.", {"errors": errors})


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def plain(status: int, told: str) -> Problem:
    """For answers that Chalice makes without a view."""
    titles = {400: "invalid-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type"}
    slug = titles.get(status, "internal" if status >= 500 else "invalid-request")
    return Problem(status, slug, told or slug.replace("-", " "))
