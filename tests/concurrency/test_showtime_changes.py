"""Showtimes changed, and movies deleted, by several people at the same moment, on an engine that is atomic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.domain.movies import Movie
from chalicelib.domain.showtimes import Showtime
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import movies, programmes, showtimes
from chalicelib.stores.rows import Rows
from chalicelib.stores.transactions import Transaction
from tests.support.builders import (
    HEAD_OFFICE,
    a_cinema,
    a_movie,
    a_price_list,
    an_admin,
    an_auditorium,
    principal_of,
)
from tests.support.cloud import Cloud
from tests.support.meeting import meeting, to_movie, to_programme
from tests.support.races import a_real_world, at_once
from tests.support.world import World

ROUNDS = 5


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with a_real_world(cloud) as made:
        yield made


class Room:
    def __init__(self, world: World) -> None:
        self.world = world
        cinema = a_cinema(world, time_zone="UTC")
        self.room = an_auditorium(world, cinema=cinema, rows=2, seats=2)
        self.prices = a_price_list(world, cinema)

    def scheduling(self, movie: Movie, day: int) -> Callable[[], Showtime]:
        details = self._details(movie.id, self.world.clock.now() + timedelta(days=2 * day + 2))
        request = self.world.wiring.ids.token()
        return lambda: self.world.wiring.showtimes.schedule(details, request, HEAD_OFFICE)

    def moving(self, showtime: Showtime, hours: int) -> Callable[[], Showtime]:
        details = self._details(showtime.movie_id, showtime.starts_at + timedelta(hours=hours))
        return lambda: self.world.wiring.showtimes.change(showtime.id, showtime.version, details, HEAD_OFFICE)

    def slots_of(self, showtime: Showtime) -> list[datetime]:
        days = programmes.since(self.room.id, self.world.clock.now().date())
        return [slot.starts_at for day in days for slot in day.slots if slot.showtime_id == showtime.id]

    def _details(self, movie_id: str, starts_at: datetime) -> ShowtimeDetails:
        return ShowtimeDetails(self.room.id, movie_id, self.prices.id, starts_at, 0, 0, "2D", "en", "")


def test_programme_rows_and_showtime_agree_whoever_of_many_moves_it(world: World) -> None:
    room, movie = Room(world), a_movie(world)
    for number in range(ROUNDS):
        made = room.scheduling(movie, number)()

        outcomes = at_once([room.moving(made, hours) for hours in (4, 8, 12, 16)])

        won = [each for each in outcomes if isinstance(each, Showtime)]
        lost = [each for each in outcomes if isinstance(each, Exception)]
        assert len(won) == 1
        assert all(isinstance(each, VersionStale | Unavailable) for each in lost), lost
        stored = world.wiring.showtimes.read(made.id)
        assert stored == won[0]
        assert room.slots_of(made) == [stored.starts_at]
        opened = {row.open_until_s for row in Rows(world.wiring.ids).read(made.id, consistent=True)}
        assert opened == {int(stored.sales_close_at.timestamp())}
        assert showtimes.orders() == []


class TestSomebodyDeletesWhileAnotherSchedules:
    @staticmethod
    def _doubles(world: World) -> int:
        """How often both were told that they had done it."""
        room = Room(world)
        admin = principal_of(an_admin(world))

        def deleting(movie: Movie) -> Callable[[], None]:
            return lambda: world.wiring.movies.delete(movie.id, admin, movie.version)

        doubles = 0
        for number in range(ROUNDS):
            movie = a_movie(world)
            calls: list[Callable[[], object]] = [deleting(movie), room.scheduling(movie, number)]
            # Both have looked before either writes.
            with meeting(2, lambda pk, sk: to_movie(pk, sk) or to_programme(pk, sk)) as met:
                given = at_once(calls)
            assert met.met == 2, given
            doubles += not any(isinstance(each, Exception) for each in given)
        return doubles

    def test_one_of_the_two_is_refused(self, world: World) -> None:
        assert self._doubles(world) == 0

    def test_without_the_count_of_uses_both_happen(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def count_nothing(transaction: Transaction, movie_id: str) -> None:
            """In the place of the count, and of the check of the tombstone."""

        monkeypatch.setattr(movies, "use", count_nothing)

        assert self._doubles(world) == ROUNDS
