"""Counts the capacity that each call to DynamoDB consumes, indices included: as the endpoint tells it, and by size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.sizes import read_units
from chalicelib.stores import keys, tables

_READS = frozenset({"GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"})
# Beside the figures: counters against hoarding, and the ledger of mails.
ASIDE = (keys.live_holds("").pk, "MAIL#")


@dataclass(frozen=True, slots=True)
class Consumed:
    """One call: what it cost in one table and its indices. `pk` is the first key it names."""

    operation: str
    table: str
    pk: str
    read: float
    write: float

    @property
    def is_aside(self) -> bool:
        return self.pk.startswith(ASIDE)


@dataclass
class Meter:
    calls: list[Consumed] = field(default_factory=list)
    _pk: str = ""
    _consistent: bool = False

    @property
    def read(self) -> float:
        return sum(call.read for call in self.calls if not call.is_aside)

    @property
    def write(self) -> float:
        return sum(call.write for call in self.calls if not call.is_aside)

    @property
    def aside(self) -> float:
        """Units of the hoarding counters and the mail ledger, reads and writes together."""
        return sum(call.read + call.write for call in self.calls if call.is_aside)

    def ask(self, params: dict[str, Any], model: Any, **_: object) -> None:
        """botocore tells it of each call, before it is made."""
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "INDEXES"
        self._pk = _first_key(params)
        self._consistent = bool(params.get("ConsistentRead"))

    def note(self, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
        told = parsed.get("ConsumedCapacity") or []
        for each in told if isinstance(told, list) else [told]:
            units = float(each["CapacityUnits"])
            is_read = model.name in _READS
            read = max(units, self._by_size(model.name, parsed)) if is_read else 0.0
            write = 0.0 if is_read else units
            self.calls.append(Consumed(model.name, each["TableName"], self._pk, read, write))

    def _by_size(self, operation: str, answer: Mapping[str, Any]) -> float:
        """ministack tells the same for a read of any size, so the items it gave are measured as well."""
        if operation == "GetItem":
            return read_units([answer.get("Item", {})], consistent=self._consistent)
        return read_units(answer["Items"], consistent=self._consistent) if "Items" in answer else 0.0


@contextmanager
def metered() -> Iterator[Meter]:
    """What this process's client of DynamoDB consumes while it lasts. Refused writes are not told, and not counted."""
    meter = Meter()
    events = tables.client().meta.events
    events.register("before-parameter-build.dynamodb", meter.ask)
    events.register("after-call.dynamodb", meter.note)
    try:
        yield meter
    finally:
        events.unregister("before-parameter-build.dynamodb", meter.ask)
        events.unregister("after-call.dynamodb", meter.note)


def _first_key(params: Mapping[str, Any]) -> str:
    if "TransactItems" in params:
        return _first_key(next(iter(params["TransactItems"][0].values())))
    if "RequestItems" in params:
        request = next(iter(params["RequestItems"].values()))
        return str(request["Keys"][0]["pk"]["S"]) if isinstance(request, Mapping) else ""
    key = params.get("Key") or params.get("Item") or {}
    return str(key["pk"]["S"]) if "pk" in key else ""
