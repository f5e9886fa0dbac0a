"""A movie of the chain's catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Movie:
    """`rating` is by viewers, in tenths (0 to 100), None before the first. `created_by` is a user id."""

    id: str
    title: str
    synopsis: str
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    duration_minutes: int
    certificate: str
    released_on: date | None
    rating: int | None
    created_by: str
    deleted: bool
    version: int
    created_at: datetime
    updated_at: datetime
