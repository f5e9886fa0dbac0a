"""What a process keeps of what it has read, for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from chalicelib.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

CATALOGUE_S = 30
"""How old what is read of the catalogue may be, in seconds. A row, not this, says whether a seat may be sold."""


class Kept(Generic[K, V]):
    """At most `most` values, each at most `seconds` old; the longest kept goes first. None keeps for ever."""

    def __init__(self, clock: Clock, seconds: int | None, most: int = 512) -> None:
        self._clock = clock
        self._age = None if seconds is None else timedelta(seconds=seconds)
        self._most = most
        self._values: dict[K, tuple[datetime, V]] = {}

    def get(self, key: K, read: Callable[[], V]) -> V:
        """The kept value, or what `read` gives; what it raises is not kept."""
        now = self._clock.now()
        kept = self._values.get(key)
        if kept is not None and (self._age is None or now - kept[0] < self._age):
            return kept[1]
        value = read()
        self._values.pop(key, None)
        while len(self._values) >= self._most:
            self._values.pop(next(iter(self._values)), None)
        self._values[key] = (now, value)
        return value

    def drop(self, key: K) -> None:
        """Read it anew next time: this process has just changed it."""
        self._values.pop(key, None)
