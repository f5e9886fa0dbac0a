"""Which requests a call makes of DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.stores import tables


def calls_of(call: Callable[[], object]) -> list[str]:
    """The operations that it asks DynamoDB for, in their order."""
    made: list[str] = []

    def note(model: Any, **_: object) -> None:
        made.append(model.name)

    events = tables.client().meta.events
    events.register("before-call.dynamodb", note)
    try:
        call()
    finally:
        events.unregister("before-call.dynamodb", note)
    return made
