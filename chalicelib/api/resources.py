"""Every resource of the API, in the order of the document."""

from __future__ import annotations

from chalicelib.api import (
    auditoriums,
    auth,
    availability,
    bookings,
    cinemas,
    docs,
    grants,
    health,
    holds,
    me,
    movies,
    payments,
    price_lists,
    seating_plans,
    showtimes,
    tickets,
)
from chalicelib.api.routing import Operation, Routes

ALL: list[Routes] = [
    health.routes,
    docs.routes,
    auth.routes,
    me.routes,
    grants.routes,
    cinemas.routes,
    auditoriums.routes,
    seating_plans.routes,
    movies.routes,
    price_lists.routes,
    showtimes.routes,
    availability.routes,
    holds.routes,
    bookings.routes,
    payments.routes,
    tickets.routes,
]


def operations() -> list[Operation]:
    """Chalice's route table, the OpenAPI document and the authorisation table are all made from this."""
    return [operation for routes in ALL for operation in routes.operations]
