"""The size of an item as DynamoDB counts it (developer guide, "DynamoDB item sizes and formats")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

READ_UNIT = 4096
_NESTED = 3  # a list or a map, and one byte more for each element


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in DynamoDB's typed JSON: names and values, in UTF-8."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def read_units(items: Iterable[Mapping[str, Any]], *, consistent: bool) -> float:
    """Units of one GetItem or Query that read these items."""
    steps = max(1, -(-sum(item_size(item) for item in items) // READ_UNIT))
    return steps * (1.0 if consistent else 0.5)


def _value_size(typed: Mapping[str, Any]) -> int:
    (kind, value), *_ = typed.items()
    if kind == "N":
        return _number_size(str(value))
    if kind == "S":
        return len(value.encode())
    if kind == "B":
        return len(value)
    if kind == "M":
        return _NESTED + sum(1 + len(name.encode()) + _value_size(each) for name, each in value.items())
    if kind == "L":
        return _NESTED + sum(1 + _value_size(each) for each in value)
    if kind in ("BOOL", "NULL"):
        return 1
    raise ValueError(f"no store of ours writes {kind}")


def _number_size(text: str) -> int:
    """One byte for two significant digits, one more, and one for a sign."""
    digits = text.lstrip("-").replace(".", "").strip("0") or "0"
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")
