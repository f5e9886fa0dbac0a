"""Who sees a movie that an owner adds before an admin has approved a cinema of theirs."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.principals import Role
from chalicelib.services.kept import CATALOGUE_S
from tests.api.test_showtimes import body_like, schedule
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_price_list,
    a_showtime,
    an_admin,
    an_approved_owner,
    an_auditorium,
    an_owner,
)
from tests.support.calls import calls_of
from tests.support.people import staff_of, token_of
from tests.support.world import World

NO_MOVIE = "0" * 26
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


class TestScheduling:
    """To be scheduled publishes a draft: only who sees it does that."""

    def test_a_draft_of_another_is_told_as_one_that_is_not_there(self, world: World) -> None:
        draft, shown = a_movie(world, by=an_owner(world)), a_showtime(world)
        manager = token_of(world, staff_of(world, shown.cinema_id, Role.MANAGER))

        refused = schedule(world, shown, manager, movie_id=draft.id, starts_at="2026-12-24T20:15")
        changed = world.api.put(
            f"/v1/showtimes/{shown.id}", json=body_like(shown, movie_id=draft.id), as_=manager, version=2
        )

        missing = {"pointer": "/movie_id", "detail": f"There is no movie {draft.id}."}
        for each in (refused, changed):
            assert (each.status, each.json["errors"]) == (422, [missing])
        nowhere = schedule(world, shown, manager, movie_id=NO_MOVIE, starts_at="2026-12-24T20:15")
        assert nowhere.text == refused.text.replace(draft.id, NO_MOVIE)
        assert world.api.get(f"/v1/movies/{draft.id}", as_=manager).problem == "not-found"

    def test_an_admin_schedules_it_and_a_manager_what_an_admin_did(self, world: World) -> None:
        draft, shown = a_movie(world, by=an_owner(world)), a_showtime(world)
        manager = token_of(world, staff_of(world, shown.cinema_id, Role.MANAGER))
        world.api.get(f"/v1/movies/{draft.id}", as_=manager)  # keeps the movie as it was

        first = schedule(
            world, shown, token_of(world, an_admin(world)), movie_id=draft.id, starts_at="2026-12-24T20:15"
        )
        second = schedule(world, shown, manager, movie_id=draft.id, starts_at="2026-12-25T20:15")

        assert (first.status, second.status) == (201, 201)

    def test_its_maker_schedules_it_where_they_are_a_manager(self, world: World) -> None:
        maker, shown = an_owner(world), a_showtime(world)
        draft = a_movie(world, by=maker)
        world.wiring.accounts.grant(maker.id, shown.cinema_id, (Role.MANAGER,))

        made = schedule(world, shown, token_of(world, maker), movie_id=draft.id, starts_at="2026-12-24T20:15")

        assert made.status == 201

    def test_a_manager_of_the_makers_cinema_schedules_it_the_moment_that_is_approved(
        self, world: World
    ) -> None:
        maker = an_owner(world)
        cinema = a_cinema(world, owner=maker, published=False)
        draft, room = a_movie(world, by=maker), an_auditorium(world, cinema=cinema)
        manager = token_of(world, staff_of(world, cinema.id, Role.MANAGER))
        assert listed(world, as_=manager) == []  # keeps the cinemas as they were

        world.api.post(f"/v1/cinemas/{cinema.id}/approve", as_=token_of(world, an_admin(world)))

        prices = a_price_list(world, cinema)
        made = schedule(
            world,
            a_showtime(world),
            manager,
            auditorium_id=room.id,
            price_list_id=prices.id,
            movie_id=draft.id,
            starts_at="2026-12-24T20:15",
        )
        assert made.status == 201, made.text


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
