"""Instants as claims, rows and signed tokens count them: in whole seconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970; what is left of a second is dropped."""
    return int(instant.timestamp())


def instant_of(seconds_since_1970: int) -> datetime:
    """Aware, in UTC."""
    return datetime.fromtimestamp(seconds_since_1970, UTC)


def whole_second(instant: datetime) -> datetime:
    """As it is once it was counted in seconds."""
    return instant.replace(microsecond=0)
