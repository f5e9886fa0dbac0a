"""Every resource of the API, in the order of the document.

A request needs the modules of one resource, and making all their models takes longer than anything else at a cold
start: so the package carries the table of routes, made when it is built, and a resource is loaded by its first request.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

from chalicelib.api.contract import Operation
from chalicelib.api.routing import Route, Routes

MODULES = (
    "health",
    "docs",
    "auth",
    "me",
    "grants",
    "cinemas",
    "auditoriums",
    "seating_plans",
    "movies",
    "price_lists",
    "showtimes",
    "listings",
    "availability",
    "holds",
    "bookings",
    "payments",
    "tickets",
)

TABLE = Path(__file__).with_name("routes.json")
"""Only in a package: from source, the modules are asked."""


def operations() -> list[Operation]:
    """Chalice's route table, the OpenAPI document and the authorisation table are all made from this."""
    return [operation for module in MODULES for operation in routes_of(module).operations]


def routes_of(module: str) -> Routes:
    """The operations that a module of this package declares."""
    routes: Routes = importlib.import_module(f"chalicelib.api.{module}").routes
    return routes


def table() -> list[Route]:
    """Where each request goes."""
    if TABLE.exists():
        return [Route(*row) for row in json.loads(TABLE.read_text(encoding="utf-8"))]
    return declared()


def declared() -> list[Route]:
    """The table as the modules have it."""
    return [
        Route(operation.method, operation.path, operation.operation_id, module)
        for module in MODULES
        for operation in routes_of(module).operations
    ]


def load(route: Route) -> Operation:
    """The route's operation; loads its module."""
    return next(
        operation
        for operation in routes_of(route.module).operations
        if operation.operation_id == route.operation_id
    )
