"""One source for Chalice's routes, the OpenAPI document and the authorisation table.

A resource module declares its operations on a `Routes`; `app.py` binds every `Routes` to Chalice. The view around a
handler parses headers, query and body, checks access, maps domain errors to problems and presents the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from chalice.app import Blueprint, Chalice
from pydantic import BaseModel, ConfigDict

from chalicelib.api import view
from chalicelib.api.access import Access
from chalicelib.domain.errors import DomainError
from chalicelib.domain.principals import Principal
from chalicelib.wiring import Wiring

PRIVATE = "private, no-store"


class Payload(BaseModel):
    """Base of every body, query and answer: unknown fields are refused, types are not coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """Base of a query string's parameters. They arrive as text, so they are coerced; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Payload):
    """No body, or no query."""


B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call(Generic[B, Q]):
    """What a handler gets. `path` holds the path's parameters; header names are lower case."""

    wiring: Wiring
    principal: Principal
    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: B
    query: Q
    raw_body: bytes = b""
    source_address: str = ""
    expected_version: int | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives when it says more than a body. `etag` makes the answer conditional (304)."""

    body: BaseModel | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    etag: str | None = None
    cache: str | None = None


Handler = Callable[[Call[Any, Any]], "Answer | BaseModel | None"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `problems` are the domain errors it may answer with, beside the common ones.

    idempotency_key: the header is required and reaches the handler as `call.idempotency_key`.
    replay: the framework keeps the answer of (principal, route, key) for 24 hours and repeats it.
    if_match: PUT, PATCH and DELETE go by `If-Match`, which reaches the handler as `call.expected_version`.
    headers: further request headers, name → what it is, for the document.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    tag: str
    handler: Handler
    access: Access
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    problems: tuple[type[DomainError], ...] = ()
    cache: str = PRIVATE
    idempotency_key: bool = False
    replay: bool = False
    if_match: bool = False
    conditional: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bool = False
    media_type: str = "application/json"


class Routes:
    """The operations of one resource."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def add(
        self, method: str, path: str, *, access: Access, **details: Any
    ) -> Callable[[Handler], Handler]:
        """Declare `handler` as `method path`. Its name is the operationId, its docstring's first line the summary."""

        def declare(handler: Handler) -> Handler:
            name = handler.__name__
            summary = (handler.__doc__ or "").strip().splitlines()[0]
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    operation_id="".join(
                        part if i == 0 else part.capitalize() for i, part in enumerate(name.split("_"))
                    ),
                    summary=summary,
                    tag=self.tag,
                    handler=handler,
                    access=access,
                    **details,
                )
            )
            return handler

        return declare

    def get(self, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        return self.add("GET", path, access=access, **details)

    def post(self, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        return self.add("POST", path, access=access, **details)

    def put(self, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        return self.add("PUT", path, access=access, **details)

    def patch(self, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        return self.add("PATCH", path, access=access, **details)

    def delete(self, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        return self.add("DELETE", path, access=access, **details)


def bind(app: Chalice, all_routes: list[Routes]) -> None:
    """Register every operation with Chalice, one blueprint a resource."""
    for routes in all_routes:
        blueprint = Blueprint(f"chalicelib.api.{routes.tag}")
        for operation in routes.operations:
            # Content types are checked by the view, which answers with a problem; Chalice's own 415 is not one.
            blueprint.route(
                operation.path, methods=[operation.method], name=operation.operation_id, content_types=[]
            )(view.of(operation, blueprint))
        app.register_blueprint(blueprint)
