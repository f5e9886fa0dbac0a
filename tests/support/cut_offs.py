"""Between two writes of selling, in one thread: an action is put there, or a function ends right after one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint
import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.bookings import (
    Booking,
)
from chalicelib.stores import tables
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.rows import Rows
from tests.support.crashes import Killed

# --- between two writes


@contextmanager
def before_exchange(operation: str, action: Callable[[], None]) -> Iterator[None]:
    with _around("exchange", operation, before=action):
        yield


@contextmanager
def after_exchange(operation: str, action: Callable[[], None]) -> Iterator[None]:
    with _around("exchange", operation, after=action):
        yield


@contextmanager
def not_after_exchange(operation: str) -> Iterator[None]:
    """Fails when the story gets as far as this write."""

    def never() -> None:
        raise AssertionError(f"{operation} was tried")

    with _around("exchange", operation, before=never):
        yield


@contextmanager
def ends_after_exchange(operation: str) -> Iterator[None]:
    with pytest.raises(Killed), _around("exchange", operation, after=_end):
        yield


@contextmanager
def ends_after_take(operation: str) -> Iterator[None]:
    with pytest.raises(Killed), _around("take", operation, after=_end):
        yield


@contextmanager
def ends_after_change(when: Callable[[Booking], bool]) -> Iterator[None]:
    change = Bookings.change

    def changed(self: Bookings, old: Booking, new: Booking) -> Booking:
        stored = change(self, old, new)
        if when(stored):
            _end()
        return stored

    with pytest.raises(Killed), patch.object(Bookings, "change", changed):
        yield


@contextmanager
def _around(
    method: str,
    operation: str,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """At the first write of this operation only."""
    write = getattr(Rows, method)
    seen: list[str] = []

    def wrapped(self: Rows, name: str, *args: Any, **details: Any) -> None:
        first = name == operation and not seen
        if first:
            seen.append(name)
            before()
        write(self, name, *args, **details)
        if first:
            after()

    with patch.object(Rows, method, wrapped):
        yield


def _end() -> None:
    raise Killed


@contextmanager
def first_answer_lost() -> Iterator[None]:
    """The first write of a row is made, and its answer lost: the SDK repeats it."""
    events = tables.client().meta.events
    lost: list[str] = []

    def lose(request: Any, event_name: str, **_: Any) -> None:
        if not lost and event_name.endswith("UpdateItem") and b'"R#' in request.body:
            lost.append(event_name)
            raise ReadTimeoutError(endpoint_url=request.url)

    events.register_last("before-send", lose)  # after moto, which answers there
    try:
        with patch.dict(vars(botocore.endpoint), time=SimpleNamespace(sleep=lambda seconds: None)):
            yield
    finally:
        events.unregister("before-send", lose)
    assert lost, "no row was written"
