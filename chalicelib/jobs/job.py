"""The frame around every job: its logs say whose they are, its faults are logged, its wiring is handed in.

Chalice runs no middleware for handlers that live in blueprints, and loads those without app.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.observability import logger
from chalicelib.wiring import Wiring, wiring

T = TypeVar("T")

# What a run is assumed to have when nobody says: in tests and from a shell.
_ENDLESS_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Run:
    """One invocation of a job."""

    wiring: Wiring
    context: Any

    def seconds_left(self) -> float:
        """Until Lambda kills this run."""
        tell: Callable[[], int] = getattr(self.context, "get_remaining_time_in_millis", lambda: _ENDLESS_MS)
        return tell() / 1000


def job(handler: Callable[[dict[str, Any], Run], T]) -> Callable[[dict[str, Any], Any], T]:
    """Make a Lambda handler, (event, context), of a function of (event, run). A fault is logged and goes on to Lambda,
    which counts it and repeats the run."""

    @functools.wraps(handler)
    def handle(event: dict[str, Any], context: Any) -> T:
        logger.append_keys(job=handler.__name__, invocation=getattr(context, "aws_request_id", ""))
        try:
            return handler(event, Run(wiring(), context))
        except Exception:
            logger.exception("job failed")
            raise
        finally:
            logger.remove_keys(["job", "invocation"])

    return handle


@dataclass(frozen=True, slots=True)
class Record:
    """One part of a batch; `id` is what Lambda calls it by."""

    id: str
    content: Mapping[str, Any]


def in_parts(records: Iterable[Record], handle: Callable[[Record], None], *, ordered: bool) -> dict[str, Any]:
    """Handle each record, and tell Lambda which ones to bring again.

    Of a stream (`ordered`) Lambda brings again everything from the first failure on, so what comes after that is not
    tried. Powertools' batch utility does the same for queues, goes on after a failure in a stream, so that whatever
    follows it is done twice, and costs 50 ms of each cold start.
    """
    failures: list[dict[str, str]] = []
    for record in records:
        try:
            handle(record)
        except Exception:  # the edge: whatever went wrong with one record must not take the others along
            logger.exception("record failed", record=record.id)
            failures.append({"itemIdentifier": record.id})
            if ordered:
                break
    return {"batchItemFailures": failures}
