"""What a process keeps of what it has read, for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
        if kept is not None and self._is_fresh(kept, now):
            return kept[1]
        value = read()
        self._keep(key, value, now)
        return value

    def read_together(self, keys: Iterable[K], read: Callable[[list[K]], Mapping[K, V]]) -> None:
        """Read at once those of the keys that are not kept, for `get` to find. What `read` lacks, `get` reads itself."""
        now = self._clock.now()
        wanted = []
        for key in dict.fromkeys(keys):
            kept = self._values.get(key)
            if kept is None or not self._is_fresh(kept, now):
                wanted.append(key)
        if wanted:
            for key, value in read(wanted).items():
                self._keep(key, value, now)

    def _is_fresh(self, kept: tuple[datetime, V], now: datetime) -> bool:
        return self._age is None or now - kept[0] < self._age

    def _keep(self, key: K, value: V, now: datetime) -> None:
        self._values.pop(key, None)
        while len(self._values) >= self._most:
            self._values.pop(next(iter(self._values)), None)
        self._values[key] = (now, value)

    def drop(self, key: K) -> None:
        """Read it anew next time: this process has just changed it."""
        self._values.pop(key, None)
