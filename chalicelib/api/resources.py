"""Every resource of the API, in the order of the document."""

from __future__ import annotations

from chalicelib.api import auth, availability, bookings, docs, grants, health, holds, me, payments, tickets
from chalicelib.api.routing import Operation, Routes

ALL: list[Routes] = [
    health.routes,
    docs.routes,
    auth.routes,
    me.routes,
    grants.routes,
    availability.routes,
    holds.routes,
    bookings.routes,
    payments.routes,
    tickets.routes,
]


def operations() -> list[Operation]:
    """Chalice's route table, the OpenAPI document and the authorisation table are all made from this."""
    return [operation for routes in ALL for operation in routes.operations]
