"""The problems in the OpenAPI document: each as a component, and which of them an operation may answer with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from chalicelib.api import problems
from chalicelib.api.access import Who
from chalicelib.api.contract import Operation
from chalicelib.api.cursors import Paged
from chalicelib.api.problem_table import TABLE, Kind, Misfit
from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.domain.principals import Forbidden, NotFound, NotSignedIn
from chalicelib.domain.replays import KeyReused, StillRunning

_HEADERS = {"Retry-After": "Seconds to wait.", "WWW-Authenticate": "How to sign in."}


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as the document has it."""

    status: int
    slug: str
    title: str
    members: tuple[tuple[str, Any], ...] = ()
    headers: tuple[str, ...] = ()

    @property
    def component(self) -> str:
        return "".join(part.capitalize() for part in self.slug.split("-")) + "Problem"


def every() -> dict[str, Told]:
    """All problems by slug."""
    found: dict[str, Told] = {}
    for problem in (*problems.OF_HTTP, *problems.OF_THE_GATEWAY):
        found[problem.slug] = Told(
            problem.status, problem.slug, problem.title, headers=_headers(problem.status, problem.slug)
        )
    for kind in TABLE.values():
        found[kind.slug] = _told(kind)
    return found


def schemas() -> dict[str, Any]:
    return {told.component: _schema(told) for told in every().values()}


def responses() -> dict[str, Any]:
    return {told.component: _response([told]) for told in every().values()}


def of(operation: Operation) -> dict[str, Any]:
    """The responses that are problems, by status."""
    known = every()
    by_status: dict[int, dict[str, Told]] = {}
    for slug in _slugs(operation):
        told = known[slug]
        by_status.setdefault(told.status, {})[slug] = told
    return {
        str(status): {"$ref": f"#/components/responses/{next(iter(found.values())).component}"}
        if len(found) == 1
        else _response(list(found.values()))
        for status, found in sorted(by_status.items())
    }


def _slugs(operation: Operation) -> Iterator[str]:
    yield from (problems.INVALID.slug, problems.INTERNAL.slug)
    yield from (problem.slug for problem in problems.OF_THE_GATEWAY)
    common: list[type[Exception]] = [Unavailable]
    if operation.access.who is not Who.NOBODY:
        common.append(NotSignedIn)
    if operation.access.who not in (Who.NOBODY, Who.ANYONE):
        common.append(Forbidden)
    if "{" in operation.path or operation.access.who is Who.GRANTED:
        common.append(NotFound)
    if operation.if_match:
        yield from (problems.PRECONDITION_REQUIRED.slug, problems.PRECONDITION_FAILED.slug)
        common.append(VersionStale)
    if operation.idempotency_key or operation.replay:
        yield problems.IDEMPOTENCY_KEY_REQUIRED.slug
    if operation.replay:
        common += [KeyReused, StillRunning]
    if operation.query is not None and issubclass(operation.query, Paged):
        yield problems.INVALID_CURSOR.slug
    if operation.method in ("POST", "PUT", "PATCH"):
        yield from (problems.TOO_LARGE.slug, problems.INVALID_REQUEST.slug)
    if operation.body is not None:
        yield from (problems.INVALID_JSON.slug, problems.UNSUPPORTED_MEDIA_TYPE.slug)
    for error in (*common, *operation.problems):
        yield TABLE[error].slug  # type: ignore[index]  # the common ones are domain errors too


def _told(kind: Kind) -> Told:
    waits = ("Retry-After",) if "retry_after_s" in kind.members else _headers(kind.status, kind.slug)
    return Told(kind.status, kind.slug, kind.title, tuple(kind.members.items()), waits)


def _headers(status: int, slug: str) -> tuple[str, ...]:
    if status in (429, 503):
        return ("Retry-After",)
    return ("WWW-Authenticate",) if slug == TABLE[NotSignedIn].slug else ()


def _schema(told: Told) -> dict[str, Any]:
    members = {
        name: _inlined(TypeAdapter(kind).json_schema(mode="serialization")) for name, kind in told.members
    }
    if told.slug == problems.INVALID.slug:
        members = {"errors": _inlined(TypeAdapter(list[Misfit]).json_schema())}
    properties = {
        "type": {"const": f"/problems/{told.slug}", "type": "string"},
        "title": {"type": "string"},
        "status": {"const": told.status, "type": "integer"},
        "detail": {"type": "string", "description": "For people; it may change."},
        **members,
    }
    return {
        "type": "object",
        "title": told.component,
        "description": f"{told.title}.",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """With its definitions in place: a member's schema is small and stands alone."""
    definitions = schema.pop("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, list):
            return [inline(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inline(definitions[part["$ref"].rpartition("/")[2]])
        return {name: inline(value) for name, value in part.items() if name != "title"}

    found: dict[str, Any] = inline(schema)
    return found


def _response(found: list[Told]) -> dict[str, Any]:
    references = [{"$ref": f"#/components/schemas/{told.component}"} for told in found]
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    headers = sorted({name for told in found for name in told.headers})
    response: dict[str, Any] = {
        "description": "; ".join(f"{told.title} (`{told.slug}`)" for told in found),
        "content": {problems.MEDIA_TYPE: {"schema": schema}},
    }
    if headers:
        response["headers"] = {
            name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in headers
        }
    return response
