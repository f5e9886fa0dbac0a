"""Who sees a movie that an owner adds before an admin has approved a cinema of theirs."""

from __future__ import annotations

from typing import Any

from chalicelib.services.kept import CATALOGUE_S
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_showtime,
    an_admin,
    an_approved_owner,
    an_auditorium,
    an_owner,
)
from tests.support.calls import calls_of
from tests.support.people import token_of
from tests.support.world import World

MOVIE = {"title": "Amélie", "languages": ["fr"], "duration_minutes": 100}


def listed(world: World, **as_: Any) -> list[str]:
    return [each["title"] for each in world.api.get("/v1/movies", **as_).json["movies"]]


class TestDraft:
    def test_only_its_maker_and_admins_see_it(self, world: World) -> None:
        maker, admin = token_of(world, an_owner(world)), token_of(world, an_admin(world))

        made = world.api.post("/v1/movies", json=MOVIE, as_=maker)

        path = f"/v1/movies/{made.json['id']}"
        assert (made.status, made.json["status"]) == (201, "draft")
        assert world.api.get(path).problem == "not-found"
        assert world.api.get(path, as_=token_of(world, an_approved_owner(world))).problem == "not-found"
        assert world.api.get("/v1/showtimes", query={"movie": made.json["id"]}).problem == "not-found"
        assert listed(world) == []
        for as_ in (maker, admin):
            assert world.api.get(path, as_=as_).json == made.json
            assert listed(world, as_=as_) == ["Amélie"]

    def test_no_cache_keeps_it(self, world: World) -> None:
        maker = an_owner(world)
        movie = a_movie(world, by=maker)

        seen = world.api.get(f"/v1/movies/{movie.id}", as_=token_of(world, maker))

        assert seen.headers["cache-control"] == "private, no-cache"

    def test_it_is_changed_and_deleted_by_its_maker(self, world: World) -> None:
        maker = an_owner(world)
        path, as_ = f"/v1/movies/{a_movie(world, by=maker).id}", token_of(world, maker)
        stranger = token_of(world, an_owner(world))

        assert world.api.put(path, json=MOVIE, as_=stranger, version=1).problem == "not-found"
        assert world.api.delete(path, as_=stranger, version=1).problem == "not-found"
        assert world.api.put(path, json=MOVIE, as_=as_, version=1).json["status"] == "draft"
        assert world.api.delete(path, as_=as_, version=2).status == 204

    def test_it_is_everybodys_once_a_cinema_of_its_maker_is_approved(self, world: World) -> None:
        maker = an_owner(world)
        movie, cinema = a_movie(world, by=maker), a_cinema(world, owner=maker, published=False)
        path, as_ = f"/v1/movies/{movie.id}", token_of(world, maker)
        before = world.api.get(path, as_=as_)

        world.api.post(f"/v1/cinemas/{cinema.id}/approve", as_=token_of(world, an_admin(world)))

        assert world.api.get(path).json["status"] == "published"
        assert world.api.get(path).headers["cache-control"] == "public, max-age=30"
        assert listed(world) == [movie.title]
        again = world.api.get(path, as_=as_, headers={"If-None-Match": before.etag or ""})
        assert (again.status, again.json["status"]) == (200, "published")

    def test_approval_of_another_owners_cinema_changes_nothing(self, world: World) -> None:
        a_movie(world, by=an_owner(world))

        a_cinema(world, published=True)

        assert listed(world) == []

    def test_it_is_everybodys_once_a_showtime_of_it_is_scheduled(self, world: World) -> None:
        movie = a_movie(world, by=an_owner(world))

        showtime = a_showtime(world, auditorium=an_auditorium(world), movie=movie)

        world.clock.advance(seconds=CATALOGUE_S)
        assert world.api.get(f"/v1/movies/{movie.id}").json["status"] == "published"
        assert listed(world) == [movie.title]
        (shown,) = world.api.get("/v1/showtimes", query={"movie": movie.id}).json["showtimes"]
        assert shown["id"] == showtime.id


class TestPublishedAtOnce:
    def test_what_an_approved_owner_adds(self, world: World) -> None:
        owner = an_approved_owner(world)

        assert (
            world.api.post("/v1/movies", json=MOVIE, as_=token_of(world, owner)).json["status"] == "published"
        )
        assert listed(world) == ["Amélie"]

    def test_what_an_admin_adds(self, world: World) -> None:
        admin = token_of(world, an_admin(world))

        assert world.api.post("/v1/movies", json=MOVIE, as_=admin).json["status"] == "published"

    def test_it_stays_so_when_the_cinema_is_deleted(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        a_movie(world, by=owner)

        world.wiring.cinemas.delete(cinema.id, cinema.version)

        assert len(listed(world)) == 1


def test_list_without_drafts_reads_the_movies_alone(world: World) -> None:
    a_movie(world)
    world.clock.advance(seconds=CATALOGUE_S)

    assert calls_of(lambda: world.api.get("/v1/movies")) == ["Query"]
