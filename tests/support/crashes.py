"""Kills the code at one of its writes to DynamoDB, before it is sent or after it was made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.stores import tables

READS = frozenset({"GetItem", "Query", "BatchGetItem", "TransactGetItems"})


class Killed(BaseException):
    """The function's end: nothing after it runs, and no handler of ours may catch it."""


@dataclass
class Crashes:
    """The writes seen so far; the one to die at, counted from 0, and whether it is made first."""

    at: int | None = None
    after: bool = False
    writes: int = 0
    died: bool = False

    def before_call(self, model: Any, **_: Any) -> None:
        if model.name in READS:
            return
        self.writes += 1
        if not self.after and self.writes - 1 == self.at:
            raise Killed

    def after_call(self, model: Any, **_: Any) -> None:
        if model.name not in READS and self.after and self.writes - 1 == self.at:
            raise Killed


@contextmanager
def crashing(at: int | None = None, *, after: bool = False) -> Iterator[Crashes]:
    """Die at the write of that number (None: only count). The kill ends at the block's edge."""
    crashes = Crashes(at, after)
    events = tables.client().meta.events
    events.register_first("before-call.dynamodb", crashes.before_call)
    events.register_first("after-call.dynamodb", crashes.after_call)
    try:
        yield crashes
    except Killed:
        crashes.died = True
    finally:
        events.unregister("before-call.dynamodb", crashes.before_call)
        events.unregister("after-call.dynamodb", crashes.after_call)
