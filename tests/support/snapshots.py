"""Putting a world back as it was, so that many requests can each begin from the same state."""

from __future__ import annotations

import copy
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib import wiring as wiring_module
from chalicelib.wiring import Wiring
from tests.support.world import ACCOUNT, REGION, World


class Snapshot:
    """Of the tables, the payment provider's ledger and the clock. Mail that is queued stays queued."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._now = world.clock.now()
        self._items = {name: _copied(table.items) for name, table in _tables().items()}
        self._ledger = copy.deepcopy(_parts(world))

    def restore(self) -> None:
        """What the process remembers is forgotten as well: a new wiring takes the place of the one in use."""
        world = self._world
        world.clock.set(self._now)
        for name, table in _tables().items():
            table.items = _copied(self._items[name])
            if table.stream_shard is not None:
                table.stream_shard.items.clear()
        for name, value in self._ledger.items():
            setattr(world.payments.provider._ledger, name, copy.copy(value))
        before = world.wiring
        world.wiring = Wiring(before.settings, world.clock, before.ids)
        world.wiring.secrets = before.secrets
        world.wiring.payments = world.payments
        wiring_module.use(world.wiring)


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
    return tables


def _copied(items: Any) -> Any:
    """moto replaces items when they are written and changes them in place when they are updated: so copy deep."""
    return copy.deepcopy(items)


def _parts(world: World) -> dict[str, Any]:
    ledger = world.payments.provider._ledger
    return {name: getattr(ledger, name) for name in ("_sessions", "_keys", "_entries")}
