"""Whether the API answers."""

from __future__ import annotations

from typing import Any

from chalicelib.api.access import ANYONE
from chalicelib.api.routing import Call, Payload, Routes

routes = Routes("health")


class Health(Payload):
    status: str


@routes.get("/health", access=ANYONE, answer=Health, cache="no-store")
def read_health(call: Call[Any, Any]) -> Health:
    """Tell that the API answers."""
    return Health(status="ok")
