"""What the demo's cinemas show, and when.

Each cinema shows some of the movies at a time; every day it takes off one and takes on another. By day it shows what
children may see, at night what they may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from chalicelib.services.catalogue.movies import MovieDetails
from dev.demo.data import MOVIES, DemoCinema, DemoRoom

EXTRA_MINUTES = 15
CLEANING_MINUTES = 20
# Further ahead, only the evenings are announced.
FULL_DAYS = 7
# Friday and Saturday.
_LATE_DAYS = (4, 5)
_EVENING_HOURS = range(17, 22)
_ANY_MOVIE = range(16, 22)
# So many are shown more often than once a day, so many hours apart.
_OFTEN = 3
_APART_H = 2
_CERTIFICATES = ("0", "6", "12", "16")


@dataclass(frozen=True, slots=True)
class Screening:
    """`start` is a local time of the business date, as in DemoRoom. `number` counts the room's of that day."""

    room: DemoRoom
    start: str
    movie: MovieDetails
    number: int

    @property
    def hour(self) -> int:
        return _hour(self.start)


def screenings(cinema: DemoCinema, day: date, ahead: int) -> list[Screening]:
    """Those of a business date that lies so many days ahead of today, or behind it."""
    is_full = 0 <= ahead <= FULL_DAYS
    return [each for each in _all(cinema, day) if is_full or each.hour in _EVENING_HOURS]


def bill(cinema: DemoCinema, day: date) -> list[MovieDetails]:
    """The movies that the cinema shows on that day."""
    first = day.toordinal() + cinema.first_movie
    return [MOVIES[(first + n) % len(MOVIES)] for n in range(cinema.movies)]


def _all(cinema: DemoCinema, day: date) -> Iterator[Screening]:
    """The best rated movies are shown several times, and those of them that are left then in the larger rooms."""
    starts = [
        (room, start, number)
        for room in cinema.rooms
        for number, start in enumerate(
            (*room.starts, room.late) if day.weekday() in _LATE_DAYS else room.starts
        )
        if start
    ]
    rated = sorted(bill(cinema, day), key=lambda movie: -(movie.rating or 0))
    left = [*rated, *islice(cycle(rated[:_OFTEN]), len(starts) - len(rated))]
    chosen: list[tuple[int, MovieDetails]] = []
    for room, start, number in sorted(starts, key=_choice):
        hour = _hour(start)
        about_then = [movie for other, movie in chosen if abs(other - hour) <= _APART_H]
        movie = min(left, key=lambda each: (each in about_then, _unfitness(each, hour), -(each.rating or 0)))
        left.remove(movie)
        chosen.append((hour, movie))
        yield Screening(room, start, movie, number)


def _choice(of: tuple[DemoRoom, str, int]) -> tuple[bool, int]:
    """Night and afternoon choose first: not every movie fits there. Then the larger rooms."""
    room, start, _ = of
    return _hour(start) in _ANY_MOVIE, -room.rows * room.seats


def _unfitness(movie: MovieDetails, hour: int) -> int:
    if hour in _ANY_MOVIE:
        return 0
    age = _CERTIFICATES.index(movie.certificate)
    return age if hour < _ANY_MOVIE.start else len(_CERTIFICATES) - age


def _hour(start: str) -> int:
    return int(start.split(":")[0])
