"""One source for Chalice's routes, the OpenAPI document and the authorisation table.

A resource module declares its operations on a `Routes`; `app.py` binds every `Routes` to Chalice. The view around
a handler parses headers, query and body, checks access, maps domain errors to problems and presents the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalice.app import Blueprint, Chalice

from chalicelib.api import view
from chalicelib.api.access import Access, Who
from chalicelib.api.contract import PRIVATE, Answer, Call, Handler, Nothing, Operation, Payload, Query

__all__ = [
    "PRIVATE",
    "Answer",
    "Call",
    "Handler",
    "Misdeclared",
    "Nothing",
    "Operation",
    "Payload",
    "Query",
    "Route",
    "Routes",
    "bind",
]


class Misdeclared(TypeError):
    """An operation that could not work as declared; raised while the module is imported."""


class Routes:
    """The operations of one resource."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def add(self, method: str, path: str, *, access: Access, **details: Any) -> Callable[[Handler], Handler]:
        """Declare `handler` as `method path`.

        Its name is the operationId, its docstring's first line the summary and the rest the description.
        """

        def declare(handler: Handler) -> Handler:
            summary, _, description = (handler.__doc__ or "").strip().partition("\n")
            operation = Operation(
                method=method,
                path=path,
                operation_id=_camel(handler.__name__),
                summary=summary.strip(),
                description="\n".join(line.strip() for line in description.strip().splitlines()),
                tag=self.tag,
                handler=handler,
                access=access,
                **details,
            )
            _check(operation)
            self.operations.append(operation)
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


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is declared: all that Chalice must know of it before its first request."""

    method: str
    path: str
    operation_id: str
    module: str


def bind(app: Chalice, table: Iterable[Route], load: Callable[[Route], Operation]) -> None:
    """Register every route with Chalice, one blueprint a module. The first request to a route loads its operation."""
    blueprints: dict[str, Blueprint] = {}
    for route in table:
        blueprint = blueprints.setdefault(route.module, Blueprint(f"chalicelib.api.{route.module}"))
        # The view checks content types and answers with a problem; Chalice's own 415 is not one.
        blueprint.route(route.path, methods=[route.method], name=route.operation_id, content_types=[])(
            view.of(partial(load, route), blueprint, route.operation_id)
        )
    for blueprint in blueprints.values():
        app.register_blueprint(blueprint)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _check(operation: Operation) -> None:
    name = f"{operation.method} {operation.path}"
    if not operation.summary:
        raise Misdeclared(f"{name}: the handler has no docstring")
    if operation.replay and (operation.method != "POST" or operation.access.who in (Who.NOBODY, Who.ANYONE)):
        # An answer is kept for somebody: for nobody, whoever guesses the key would read it.
        raise Misdeclared(f"{name}: only a POST that needs someone signed in can be replayed")
    if operation.body is not None and operation.method not in ("POST", "PUT", "PATCH"):
        raise Misdeclared(f"{name}: {operation.method} has no body")
