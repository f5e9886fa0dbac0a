"""Many people schedule at the same moment, on an engine that is atomic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.programmes import Programme
from chalicelib.domain.showtimes import Showtime, ShowtimesOverlap
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import keys, programmes
from chalicelib.stores.transactions import Transaction
from tests.support.builders import a_cinema, a_movie, a_price_list, an_auditorium
from tests.support.cloud import Cloud
from tests.support.races import a_real_world, at_once
from tests.support.world import World

PEOPLE = 8
ROUNDS = 5


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with a_real_world(cloud) as made:
        yield made


class Room:
    """A room whose business dates change at six in the morning, UTC."""

    def __init__(self, world: World) -> None:
        self.world = world
        cinema = a_cinema(world, time_zone="UTC", day_starts_hour=6)
        self.room = an_auditorium(world, cinema=cinema, rows=1, seats=2)
        self.prices = a_price_list(world, cinema)
        self.movie = a_movie(world, duration_minutes=100)

    def dawn(self, number: int) -> datetime:
        at_six = self.world.clock.now().replace(hour=6, minute=0, second=0, microsecond=0)
        return at_six + timedelta(days=3 + 3 * number)

    def race(self, starts: Sequence[datetime]) -> list[Showtime | Exception]:
        """Everybody schedules at once, each for a time of their own."""

        def scheduling(number: int, starts_at: datetime) -> Callable[[], Showtime]:
            details = ShowtimeDetails(
                self.room.id, self.movie.id, self.prices.id, starts_at, 0, 0, "2D", "en", ""
            )
            return lambda: self.world.wiring.showtimes.schedule(details, f"person {number} {starts_at}")

        return at_once([scheduling(number, starts_at) for number, starts_at in enumerate(starts)])

    def overlaps(self) -> int:
        """Pairs of showtimes that are in the room at the same time."""
        first = self.world.clock.now().date()
        slots = [slot for day in programmes.since(self.room.id, first) for slot in day.slots]
        return sum(a.overlaps(b) for i, a in enumerate(slots) for b in slots[i + 1 :])


def around(dawn: datetime) -> list[datetime]:
    """Times within one showtime's length, on both sides of dawn."""
    return [dawn + timedelta(minutes=10 * (person - PEOPLE // 2)) for person in range(PEOPLE)]


def same_day(dawn: datetime) -> list[datetime]:
    return [dawn + timedelta(hours=8, minutes=10 * person) for person in range(PEOPLE)]


@pytest.mark.parametrize("times", [around, same_day])
def test_one_of_many_who_schedule_at_once_wins_and_the_others_hear_of_them(
    world: World, times: Callable[[datetime], list[datetime]]
) -> None:
    room = Room(world)
    for number in range(ROUNDS):
        outcomes = room.race(times(room.dawn(number)))

        (won,) = [each for each in outcomes if isinstance(each, Showtime)]
        lost = [each for each in outcomes if isinstance(each, Exception)]
        assert all(isinstance(each, ShowtimesOverlap) for each in lost), lost
        assert {each.showtime_id for each in lost if isinstance(each, ShowtimesOverlap)} == {won.id}
    assert room.overlaps() == 0


def test_without_the_version_of_the_day_two_win(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(transaction: Transaction, programme: Programme) -> None:
        key = keys.programme(programme.auditorium_id, programme.day)
        transaction.put("programme", programmes.ProgrammeItem(*key, slots="[]", version=1))

    monkeypatch.setattr(programmes, "write", write)
    room = Room(world)

    outcomes = room.race(same_day(room.dawn(0)))

    assert sum(isinstance(each, Showtime) for each in outcomes) > 1


def test_without_the_versions_of_neighbour_days_two_win(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_nothing(transaction: Transaction, programme: Programme) -> None:
        """In the place of the check of a neighbour day."""

    monkeypatch.setattr(programmes, "require_unchanged", check_nothing)
    room = Room(world)

    for number in range(ROUNDS):
        dawn = room.dawn(number)
        room.race([dawn - timedelta(minutes=10), dawn + timedelta(minutes=10)])

    assert room.overlaps() > 0
