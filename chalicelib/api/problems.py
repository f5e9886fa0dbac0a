"""Every error of the API as application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalice.app import Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json

from chalicelib.api.fields import misfit
from chalicelib.domain.errors import DomainError

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
    # It knows the errors of every noun: a cold start that refuses nothing does without.
    from chalicelib.api.problem_table import TABLE

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
    found = error.errors(include_url=False)
    if found and found[0]["type"] == "json_invalid":
        return replace(INVALID_JSON, detail=found[0]["msg"])
    return invalid(
        [{"pointer": pointer(*each["loc"]), "detail": _in_our_words(each)} for each in _own(found)]
    )


def invalid_query(error: ValidationError) -> Problem:
    found = error.errors(include_url=False)
    return invalid(
        [
            {"parameter": str(each["loc"][0]) if each["loc"] else "", "detail": _in_our_words(each)}
            for each in _own(found)
        ]
    )


def _own(found: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without what follows from another: a list is not too short because an entry of it was refused."""
    refused_within = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in refused_within]


def _in_our_words(found: ErrorDetails) -> str:
    """pydantic speaks of Python's types and of its own steps; whoever called speaks JSON."""
    if found["type"] == "string_pattern_mismatch":
        why = misfit(found["ctx"]["pattern"], found["input"])
        if why is not None:
            return why
    return (
        found["msg"].removeprefix("Value error, ").replace("Tuple ", "List ").replace(" after validation", "")
    )


def invalid_query_names(names: list[str], why: str) -> Problem:
    return invalid([{"parameter": name, "detail": f"{name} {why}"} for name in names])


def invalid(errors: list[dict[str, str]]) -> Problem:
    return replace(INVALID, extensions={"errors": errors})


def pointer(*parts: int | str) -> str:
    """Into the body, as RFC 6901 says."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
