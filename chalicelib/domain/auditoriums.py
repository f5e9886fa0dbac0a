"""An auditorium: one room of a cinema."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Auditorium:
    """`plan_id` names its current seating plan, "" while it has none. `cleaning_minutes` follow each showtime."""

    id: str
    cinema_id: str
    name: str
    plan_id: str
    plan_version: int
    cleaning_minutes: int
    formats: tuple[str, ...]
    deleted: bool
    version: int


def cinema_of(auditorium_id: str) -> str:
    """An auditorium's id begins with its cinema's, so that its key needs no index."""
    return auditorium_id.partition("-")[0]
