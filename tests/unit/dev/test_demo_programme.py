"""When the demo's movies are shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from dev.demo.data import CINEMAS, MOVIES, DemoRoom
from dev.demo.programme import CLEANING_MINUTES, EXTRA_MINUTES, FULL_DAYS, Screening, screenings

SUNDAY = date(2026, 11, 22)
# After so many days the same movies are shown on the same weekdays.
FIRST_DAYS = [SUNDAY + timedelta(days=n) for n in range(len(MOVIES))]
ROOMS = [room for cinema in CINEMAS.values() for room in cinema.rooms]
DAYS = 13


def minutes(start: str) -> int:
    hours, rest = start.split(":")
    return int(hours) * 60 + int(rest)


def shown(first: date, days: int) -> list[tuple[str, Screening]]:
    return [
        (key, screening)
        for key, cinema in CINEMAS.items()
        for ahead in range(days)
        for screening in screenings(cinema, first + timedelta(days=ahead), ahead)
    ]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_any_movie_is_over_and_swept_up_after_before_the_next_one_begins(room: DemoRoom) -> None:
    longest = max(movie.duration_minutes for movie in MOVIES) + EXTRA_MINUTES + CLEANING_MINUTES
    starts = [minutes(start) for start in (*room.starts, room.late) if start]

    # The first of the next day is a day later.
    assert all(later - one >= longest for one, later in pairwise([*starts, starts[0] + 24 * 60]))


def test_no_two_rooms_of_a_cinema_begin_at_the_same_time() -> None:
    for cinema in CINEMAS.values():
        starts = [start for room in cinema.rooms for start in (*room.starts, room.late) if start]

        assert len(set(starts)) == len(starts)


@pytest.mark.parametrize("ahead", range(FULL_DAYS + 1))
def test_each_room_has_three_showtimes_or_more_on_each_day_of_the_coming_week(ahead: int) -> None:
    for cinema in CINEMAS.values():
        found = Counter(each.room.code for each in screenings(cinema, SUNDAY + timedelta(days=ahead), ahead))

        assert all(found[room.code] >= 3 for room in cinema.rooms)


def test_further_ahead_there_are_the_evenings_only() -> None:
    for cinema in CINEMAS.values():
        found = screenings(cinema, SUNDAY, FULL_DAYS + 1)

        assert {each.room.code for each in found} == {room.code for room in cinema.rooms}
        assert all(17 <= each.hour < 22 for each in found)


def test_what_is_shown_at_a_time_does_not_depend_on_how_far_ahead_it_is() -> None:
    cinema = CINEMAS["lichtburg"]

    assert set(screenings(cinema, SUNDAY, FULL_DAYS + 1)) < set(screenings(cinema, SUNDAY, 0))


@pytest.mark.parametrize("first", FIRST_DAYS, ids=str)
def test_each_movie_is_on_within_three_days_and_in_two_cinemas_within_two_weeks(first: date) -> None:
    near = {each.movie.title for _, each in shown(first, 3)}
    where = {(each.movie.title, key) for key, each in shown(first, DAYS)}
    count = Counter(each.movie.title for _, each in shown(first, DAYS))

    assert len(near) == len(MOVIES)
    assert min(Counter(title for title, _ in where).values()) >= 2
    assert min(count.values()) >= 6


@pytest.mark.parametrize("first", FIRST_DAYS, ids=str)
def test_children_s_movies_are_not_shown_at_night(first: date) -> None:
    late = [each for _, each in shown(first, FULL_DAYS) if each.hour >= 22]

    assert late
    assert {each.movie.certificate for each in late} <= {"12", "16"}
