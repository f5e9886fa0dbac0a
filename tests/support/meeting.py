"""Makes a race happen: each rival is held at its first write of one kind until all rivals have come to theirs.

So every one of them has read and decided, and none has written: what then keeps two from winning is the condition
of the write alone. `met` says how many came; a race in which not all met proves nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from chalicelib.stores import keys, tables

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
# Only a failure waits so long: a busy machine takes its time to bring everybody there.
PATIENCE_S = 120

Key = tuple[str, str]
T = TypeVar("T")


def to_row(pk: str, sk: str) -> bool:
    return pk.startswith(keys.showtime_sales("")) and sk.startswith(keys.ROW_PREFIX)


def to_booking(pk: str, sk: str) -> bool:
    return pk.startswith(keys.showtime_sales("")) and sk.startswith(keys.BOOKING_PREFIX)


def to_programme(pk: str, sk: str) -> bool:
    return pk.startswith(keys.programmes(""))


def to_movie(pk: str, sk: str) -> bool:
    return pk == keys.MOVIES


def to_session(pk: str, sk: str) -> bool:
    return pk.startswith(keys.account("")) and sk.startswith(keys.FAMILY_PREFIX)


def to_attempts(pk: str, sk: str) -> bool:
    return sk == keys.attempts("", "").sk


class Meeting:
    def __init__(self, rivals: int, is_it: Callable[[str, str], bool]) -> None:
        self._barrier = threading.Barrier(rivals)
        self._is_it = is_it
        self._been = threading.local()
        self._lock = threading.Lock()
        self._busy = rivals
        self._others_done = threading.Event()
        self.met = 0

    def rival(self, call: Callable[[], T], *, is_late: bool = False) -> Callable[[], T]:
        """The call as one of the rivals. The one that is late writes only when all others have done everything."""

        def run() -> T:
            self._been.late = is_late
            try:
                return call()
            finally:
                with self._lock:
                    self._busy -= 1
                    if self._busy <= 1:
                        self._others_done.set()

        return run

    def heed(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        """botocore tells it of each call, before it is made."""
        if model.name not in WRITES or getattr(self._been, "here", False):
            return
        if not any(self._is_it(pk, sk) for pk, sk in keys_written(params)):
            return
        self._been.here = True
        self._barrier.wait(timeout=PATIENCE_S)
        with self._lock:
            self.met += 1
        if getattr(self._been, "late", False):
            self._others_done.wait(timeout=PATIENCE_S)


@contextmanager
def meeting(rivals: int, is_it: Callable[[str, str], bool]) -> Iterator[Meeting]:
    """While it lasts, the first such write of each thread waits for the first ones of all."""
    made = Meeting(rivals, is_it)
    events = tables.client().meta.events
    events.register("before-parameter-build.dynamodb", made.heed)
    try:
        yield made
    finally:
        events.unregister("before-parameter-build.dynamodb", made.heed)


def keys_written(params: Mapping[str, Any]) -> list[Key]:
    """The keys that a call writes or checks."""
    if "TransactItems" in params:
        parts = [part for item in params["TransactItems"] for part in item.values()]
    else:
        parts = [params]
    found = [part.get("Key") or part.get("Item") or {} for part in parts]
    return [(key["pk"]["S"], key["sk"]["S"]) for key in found if "pk" in key]
