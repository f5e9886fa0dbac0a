"""Scheduling raced on a real endpoint: two people can't put two showtimes into one room at one time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.showtimes import Showtime, ShowtimesOverlap
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import programmes
from tests.support.builders import HEAD_OFFICE, a_cinema, a_movie, a_price_list, an_auditorium
from tests.support.cloud import Cloud
from tests.support.meeting import meeting, to_programme
from tests.support.races import a_real_world, at_once
from tests.support.world import World

# The business day begins at 6: five in the morning still belongs to the evening before.
BEFORE, AFTER = datetime(2026, 11, 24, 4, 0, tzinfo=UTC), datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
NEXT_EVENING = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with a_real_world(cloud) as made:
        yield made


_codes = count(10)


@pytest.fixture
def room(world: World) -> Auditorium:
    return an_auditorium(world, cinema=a_cinema(world), code=f"R{next(_codes)}", rows=1)


def race(world: World, room: Auditorium, *times: datetime) -> tuple[list[Showtime], list[Exception]]:
    """Everyone has read the programme before anyone writes it."""
    prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))
    movies = [a_movie(world).id for _ in times]

    def schedule(movie_id: str, starts_at: datetime) -> Showtime:
        details = ShowtimeDetails(room.id, movie_id, prices.id, starts_at, 10, 0, "2D", "en", "")
        return world.wiring.showtimes.schedule(details, world.wiring.ids.token(), HEAD_OFFICE)

    with meeting(len(times), to_programme) as met:
        given = at_once([partial(schedule, movie, at) for movie, at in zip(movies, times, strict=True)])
    assert met.met == len(times), given
    scheduled = [each for each in given if isinstance(each, Showtime)]
    return scheduled, [each for each in given if isinstance(each, Exception)]


def in_programme(world: World, room: Auditorium) -> set[str]:
    days = programmes.since(room.id, datetime(2026, 11, 20, tzinfo=UTC).date())
    return {slot.showtime_id for day in days for slot in day.slots}


@pytest.mark.parametrize(
    "times",
    [(BEFORE,) * 4, (BEFORE, AFTER), (BEFORE, AFTER) * 3],
    ids=["same-time", "past-midnight", "many-past-midnight"],
)
def test_one_gets_the_room_and_the_others_are_told_by_whom(
    world: World, room: Auditorium, times: tuple[datetime, ...]
) -> None:
    scheduled, refused = race(world, room, *times)

    (winner,) = scheduled
    assert in_programme(world, room) == {winner.id}
    assert len(refused) == len(times) - 1
    for error in refused:
        assert isinstance(error, ShowtimesOverlap), error
        assert winner.id in str(vars(error).values())


def test_neighbours_that_do_not_overlap_are_both_scheduled(world: World, room: Auditorium) -> None:
    scheduled, refused = race(world, room, BEFORE, NEXT_EVENING)

    assert refused == []
    assert in_programme(world, room) == {each.id for each in scheduled}


@pytest.mark.parametrize("times", [(BEFORE, BEFORE), (BEFORE, AFTER)], ids=["same-time", "past-midnight"])
def test_control(
    world: World, room: Auditorium, times: tuple[datetime, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pk = programmes.ProgrammeItem.pk
    monkeypatch.setattr(programmes, "_unchanged", lambda _: pk.exists() | pk.does_not_exist())

    scheduled, _ = race(world, room, *times)

    assert len(scheduled) == len(times)
