"""Putting a world back as it was, so that many requests can each begin from the same state."""

from __future__ import annotations

import copy
import pickle
from collections import defaultdict
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item

from chalicelib import wiring as wiring_module
from chalicelib.wiring import Wiring
from tests.support.world import ACCOUNT, REGION, World


class Snapshot:
    """Of the tables, the payment provider's ledger and the clock. Mail that is queued stays queued."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._now = world.clock.now()
        self._items = {name: _packed(table.items) for name, table in _tables().items()}
        self._ledger = copy.deepcopy(_parts(world))

    def restore(self) -> None:
        """What the process remembers is forgotten as well: a new wiring takes the place of the one in use."""
        world = self._world
        world.clock.set(self._now)
        for name, table in _tables().items():
            table.items = _unpacked(self._items[name])
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


def _packed(items: Any) -> bytes:
    """moto replaces items when they are written and changes them in place when they are updated: so all is copied.

    This way it takes a tenth of what deepcopy takes, and each request that is generated begins with it.
    """
    return pickle.dumps(
        {
            pk: {sk: (item.hash_key, item.range_key, dict(item.attrs)) for sk, item in found.items()}
            for pk, found in items.items()
        }
    )


def _unpacked(packed: bytes) -> Any:
    made: Any = defaultdict(dict)
    for pk, found in pickle.loads(packed).items():
        made[pk] = {sk: _item(*parts) for sk, parts in found.items()}
    return made


def _item(hash_key: Any, range_key: Any, attributes: dict[str, Any]) -> Any:
    item: Any = Item(hash_key, range_key, {})
    # Its own way of being filled weighs all that is in it, at each attribute.
    dict.update(item.attrs, attributes)
    return item


def _parts(world: World) -> dict[str, Any]:
    ledger = world.payments.provider._ledger
    return {name: getattr(ledger, name) for name in ("_sessions", "_keys", "_entries")}
