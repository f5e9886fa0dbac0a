"""Answers kept for whoever repeats a request: the same key and body, the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors import DomainError

KEPT = timedelta(hours=24)
"""How long an answer is repeated."""

RUN_TIME = timedelta(seconds=35)
"""Longer than a function lives: a run older than this is dead, and its key is free for the same request."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a key stands for. `digest` is of all that the caller sent; `key` is the caller's own."""

    principal_id: str
    operation_id: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt to answer the request; `id` tells it from an attempt that took over after it."""

    id: str
    request: Request
    until: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    headers: Mapping[str, str]
    text: str | None


class KeyReused(DomainError):
    """The key came before, with another body."""

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key belongs to another request. Send a new UUID with a new request."
        )


class StillRunning(DomainError):
    """The same request is being answered at this moment."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"The same request is being answered. Repeat it in {retry_after_s} s.")
        self.retry_after_s = retry_after_s
