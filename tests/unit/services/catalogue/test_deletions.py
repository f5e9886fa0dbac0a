"""What is built while somebody deletes what it is built on: one of the two is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.obstacles import NAMED, InUse, Obstacle
from chalicelib.domain.principals import NotFound
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, programmes
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_price_list,
    a_row,
    a_showtime,
    an_admin,
    an_auditorium,
    principal_of,
)
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def meanwhile(patch: pytest.MonkeyPatch, module: Any, name: str, act: Callable[[], object]) -> None:
    """Have somebody act right after the first call of module.name has looked."""
    look = getattr(module, name)
    acted: list[bool] = []

    def looked(*args: Any, **details: Any) -> Any:
        found = look(*args, **details)
        if not acted:
            acted.append(True)
            act()
        return found

    patch.setattr(module, name, looked)


class TestSomebodySchedulesMeanwhile:
    def test_movie_stays(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        movie, admin = a_movie(world), an_admin(world)
        meanwhile(monkeypatch, movies, "showings_from", lambda: a_showtime(world, movie=movie))

        with pytest.raises(VersionStale):
            world.wiring.movies.delete(movie.id, principal_of(admin), movie.version)

        assert not world.wiring.movies.read(movie.id, principal_of(admin)).deleted

    def test_price_list_stays(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        cinema = a_cinema(world)
        room, prices = an_auditorium(world, cinema=cinema), a_price_list(world, cinema)
        meanwhile(
            monkeypatch,
            programmes,
            "since",
            lambda: a_showtime(world, auditorium=room, price_list=prices),
        )

        with pytest.raises(VersionStale):
            world.wiring.price_lists.delete(prices.id, prices.version)

        assert not world.wiring.price_lists.read(prices.id).deleted


class TestSomebodyDeletesMeanwhile:
    """The other way round: what was there when it was read is gone when it is written."""

    def test_showtime_of_a_deleted_movie_is_refused(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        movie, admin = a_movie(world), an_admin(world)
        room = an_auditorium(world)
        meanwhile(
            monkeypatch,
            programmes,
            "read",
            lambda: world.wiring.movies.delete(movie.id, principal_of(admin), movie.version),
        )

        with pytest.raises(NotFound) as refused:
            a_showtime(world, auditorium=room, movie=movie)

        assert refused.value.noun == "movie"

    def test_showtime_by_a_deleted_price_list_is_refused(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cinema = a_cinema(world)
        room, prices = an_auditorium(world, cinema=cinema), a_price_list(world, cinema)
        meanwhile(monkeypatch, programmes, "read", lambda: world.wiring.price_lists.delete(prices.id, 1))

        with pytest.raises(NotFound) as refused:
            a_showtime(world, auditorium=room, price_list=prices)

        assert refused.value.noun == "price list"

    def test_showtime_in_a_deleted_auditorium_is_refused(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = an_auditorium(world)
        meanwhile(
            monkeypatch,
            programmes,
            "read",
            lambda: world.wiring.auditoriums.delete(room.id, room.version),
        )

        with pytest.raises(NotFound) as refused:
            a_showtime(world, auditorium=room)

        assert refused.value.noun == "auditorium"

    def test_showtime_takes_the_plan_that_the_room_has_when_it_is_written(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = an_auditorium(world)
        plan = world.wiring.seating_plans.create(room.id, "Smaller", (a_row(seats=7),))
        details = AuditoriumDetails(room.name, plan.id, room.cleaning_minutes, room.formats)
        meanwhile(
            monkeypatch,
            programmes,
            "read",
            lambda: world.wiring.auditoriums.change(room.id, room.version, details),
        )

        showtime = a_showtime(world, auditorium=room)

        assert (showtime.plan_id, showtime.capacity) == (plan.id, 7)

    def test_auditorium_of_a_deleted_cinema_is_refused(self, world: World) -> None:
        cinema = a_cinema(world)
        world.wiring.cinemas.delete(cinema.id, cinema.version)

        with pytest.raises(NotFound):
            an_auditorium(world, cinema=cinema)


def test_auditorium_made_meanwhile_keeps_the_cinema(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cinema = a_cinema(world)
    meanwhile(monkeypatch, auditoriums, "of_cinema", lambda: an_auditorium(world, cinema=cinema))

    with pytest.raises(VersionStale):
        world.wiring.cinemas.delete(cinema.id, cinema.version)

    stored = cinemas.find(cinema.id)
    assert stored is not None
    assert stored.is_published


def test_deleted_things_are_still_found_by_those_who_bought(world: World) -> None:
    movie = a_movie(world)
    cinema = a_cinema(world)
    prices = a_price_list(world, cinema)
    world.wiring.movies.delete(movie.id, principal_of(an_admin(world)), movie.version)
    world.wiring.price_lists.delete(prices.id, prices.version)
    world.wiring.cinemas.delete(cinema.id, cinema.version)

    assert world.wiring.catalogue.movie(movie.id).title == movie.title
    assert world.wiring.catalogue.cinema(cinema.id).name == cinema.name
    assert price_lists.find(prices.id) is not None


def test_many_obstacles_are_counted_and_some_are_named() -> None:
    many = [Obstacle("showtime", str(n), str(n)) for n in range(NAMED + 5)]

    error = InUse("delete", "movie", "01", many)

    assert (len(error.obstacles), error.count) == (NAMED, NAMED + 5)
    assert "and 5 more" in str(error)
