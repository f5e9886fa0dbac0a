"""A movie of the chain's catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from chalicelib.domain.text import fold


class MovieStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Movie:
    """`rating` is by viewers, in tenths (0 to 100), None before the first. `created_by` is a user id.

    `poster` is a path of the site, None for none. `uses` counts the showtimes ever scheduled of it. `unapproved`: no
    cinema of its maker's was approved when it was made.
    """

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
    poster: str | None = None
    unapproved: bool = False
    uses: int = field(default=0, compare=False)

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)


@dataclass(frozen=True, slots=True)
class MovieFilter:
    """What a visitor looks for; None and empty match everything. `min_rating` is in tenths."""

    title: str = ""
    genre: str = ""
    tag: str = ""
    language: str = ""
    certificate: str = ""
    min_rating: int | None = None

    def matches(self, movie: Movie) -> bool:
        return (
            not movie.deleted
            and (not self.title or fold(self.title).strip() in movie.folded_title)
            and _has(movie.genres, self.genre)
            and _has(movie.tags, self.tag)
            and _has(movie.languages, self.language)
            and _has((movie.certificate,), self.certificate)
            and (self.min_rating is None or (movie.rating is not None and movie.rating >= self.min_rating))
        )


def _has(values: tuple[str, ...], wanted: str) -> bool:
    return not wanted or fold(wanted) in {fold(value) for value in values}
