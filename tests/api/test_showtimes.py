"""Showtimes through the API: scheduled by those who run the cinema, found by everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.principals import Role
from chalicelib.domain.showtimes import Showtime
from tests.support.api import Reply
from tests.support.builders import a_cinema, a_movie, a_price_list, a_showtime, an_auditorium, an_owner
from tests.support.people import a_user, staff_of, token_of
from tests.support.shop import Shopper
from tests.support.world import World


def manager_of(world: World, showtime: Showtime) -> str:
    return token_of(world, staff_of(world, showtime.cinema_id, Role.MANAGER))


def body_like(showtime: Showtime, **changes: Any) -> dict[str, Any]:
    body = {
        "movie_id": showtime.movie_id,
        "price_list_id": showtime.price_list_id,
        "starts_at": showtime.starts_at.strftime("%Y-%m-%dT%H:%M+00:00"),
        "extra_minutes": 10,
        "format": showtime.format,
        "language": showtime.language,
    }
    return body | changes


def schedule(world: World, showtime: Showtime, as_: str, key: str | None = None, **changes: Any) -> Reply:
    """Another showtime like this one, with changes."""
    details = {} if key is None else {"key": key}
    body = body_like(showtime, **{"auditorium_id": showtime.auditorium_id} | changes)
    return world.api.post("/v1/showtimes", json=body, as_=as_, **details)


def ids(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [each["id"] for each in reply.json["showtimes"]]


class TestScheduling:
    def test_local_time_is_the_cinemas(self, world: World) -> None:
        first = a_showtime(world)

        made = schedule(world, first, manager_of(world, first), starts_at="2026-12-24T20:15")

        assert (made.status, made.etag) == (201, '"2"')
        assert made.json["starts_at"] == "2026-12-24T19:15:00Z"
        assert made.json["time_zone"] == "Europe/Berlin"
        assert made.json["status"] == "on_sale"

    def test_late_show_belongs_to_the_evening(self, world: World) -> None:
        first = a_showtime(world)

        made = schedule(world, first, manager_of(world, first), starts_at="2026-12-25T00:30")

        assert made.json["business_date"] == "2026-12-24"

    def test_same_key_makes_one_showtime(self, world: World) -> None:
        first = a_showtime(world)
        as_, key = manager_of(world, first), world.api.new_key()

        made = schedule(world, first, as_, key, starts_at="2026-12-24T20:15")
        again = schedule(world, first, as_, key, starts_at="2026-12-24T20:15")

        assert again.json == made.json

    def test_overlap_names_what_is_in_the_way_and_until_when(self, world: World) -> None:
        first = a_showtime(world)

        refused = schedule(world, first, manager_of(world, first))

        assert (refused.status, refused.problem) == (409, "showtimes-overlap")
        assert refused.json["showtime_id"] == first.id
        assert refused.json["free_at"] == f"{first.ends_at + timedelta(minutes=20):%Y-%m-%dT%H:%M:%SZ}"

    def test_time_that_the_clocks_skip_is_refused(self, world: World) -> None:
        first = a_showtime(world)

        refused = schedule(world, first, manager_of(world, first), starts_at="2027-03-28T02:30")

        assert (refused.status, refused.problem) == (422, "local-time-missing")
        assert refused.json["first_after"] == "2027-03-28T03:00"

    def test_time_that_comes_twice_is_asked_back(self, world: World) -> None:
        first = a_showtime(world)
        as_ = manager_of(world, first)

        refused = schedule(world, first, as_, starts_at="2027-10-31T02:30")

        assert (refused.status, refused.problem) == (422, "local-time-twice")
        made = schedule(world, first, as_, starts_at=refused.json["choices"][1])
        assert made.json["starts_at"] == "2027-10-31T01:30:00Z"

    @pytest.mark.parametrize("starts_at", ["2026-02-31T20:00", "20:15", "2026-12-24", "2026-12-24T25:00", 5])
    def test_what_is_no_time_is_pointed_at(self, world: World, starts_at: Any) -> None:
        first = a_showtime(world)

        refused = schedule(world, first, manager_of(world, first), starts_at=starts_at)

        assert refused.status == 422
        assert refused.json["errors"][0]["pointer"] == "/starts_at"

    def test_draft_cinema_shows_nothing(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner, published=False)
        room, prices = an_auditorium(world, cinema=cinema), a_price_list(world, cinema)
        like = a_showtime(world)

        refused = schedule(
            world, like, token_of(world, owner), auditorium_id=room.id, price_list_id=prices.id
        )

        assert (refused.status, refused.problem) == (409, "cinema-not-published")

    def test_manager_of_another_cinema_is_refused(self, world: World) -> None:
        first, other = a_showtime(world), a_showtime(world)

        refused = schedule(world, first, manager_of(world, other), starts_at="2026-12-24T20:15")

        assert refused.problem == "forbidden"


class TestChanging:
    def test_moved_showtime_has_a_new_version(self, world: World) -> None:
        showtime = a_showtime(world)
        path, as_ = f"/v1/showtimes/{showtime.id}", manager_of(world, showtime)

        moved = world.api.put(
            path, json=body_like(showtime, starts_at="2026-12-24T20:15"), as_=as_, version=2
        )

        assert (moved.status, moved.etag) == (200, '"3"')
        assert world.api.get(path).json.items() > moved.json.items()

    def test_sold_seats_stand_in_the_way(self, world: World) -> None:
        showtime = a_showtime(world)
        path, as_ = f"/v1/showtimes/{showtime.id}", manager_of(world, showtime)
        Shopper(world, a_user(world)).buy(showtime.id, "A-1", "A-2")

        moved = world.api.put(
            path, json=body_like(showtime, starts_at="2026-12-24T20:15"), as_=as_, version=2
        )
        deleted = world.api.delete(path, as_=as_, version=2)

        assert (moved.status, moved.problem, moved.json["sold"]) == (409, "showtime-has-bookings", 2)
        assert deleted.problem == "showtime-has-bookings"

    def test_cancelled_showtime_can_still_be_read_but_not_changed(self, world: World) -> None:
        showtime = a_showtime(world)
        path, as_ = f"/v1/showtimes/{showtime.id}", manager_of(world, showtime)

        cancelled = world.api.post(f"{path}/cancel", as_=as_)

        assert cancelled.json["status"] == "cancelled"
        assert world.api.get(path).json["status"] == "cancelled"
        assert world.api.post(f"{path}/reopen", as_=as_).problem == "showtime-final"

    def test_withdrawn_showtime_is_listed_for_its_people_only(self, world: World) -> None:
        showtime = a_showtime(world)
        as_ = manager_of(world, showtime)
        day = showtime.business_date.isoformat()

        world.api.post(f"/v1/showtimes/{showtime.id}/withdraw", as_=as_)

        query = {"cinema": showtime.cinema_id, "date": day}
        assert ids(world.api.get("/v1/showtimes", query=query)) == []
        programme = world.api.get(f"/v1/cinemas/{showtime.cinema_id}/programme", query={"date": day}, as_=as_)
        assert [(each["id"], each["status"]) for each in programme.json["showtimes"]] == [
            (showtime.id, "withdrawn")
        ]

    def test_deleted_showtime_is_gone(self, world: World) -> None:
        showtime = a_showtime(world)
        path, as_ = f"/v1/showtimes/{showtime.id}", manager_of(world, showtime)

        assert world.api.delete(path, as_=as_, version=2).status == 204
        assert world.api.get(path).status == 404
        assert world.api.delete(path, as_=as_, version=2).status == 404


class TestReading:
    def test_showtime_says_what_the_list_says_of_it(self, world: World) -> None:
        showtime = a_showtime(world)
        (listed,) = world.api.get("/v1/showtimes", query={"movie": showtime.movie_id}).json["showtimes"]

        read = world.api.get(f"/v1/showtimes/{showtime.id}")

        assert read.json == listed
        assert read.headers["cache-control"] == "public, max-age=10"

    def test_seats_sold_since_are_told_although_the_version_is_the_same(self, world: World) -> None:
        showtime = a_showtime(world)
        path = f"/v1/showtimes/{showtime.id}"
        before = world.api.get(path)
        Shopper(world, a_user(world)).hold(showtime.id, "A-1", "A-2")
        same = world.api.get(path, headers={"If-None-Match": before.etag})
        world.clock.advance(seconds=20)

        after = world.api.get(path, headers={"If-None-Match": before.etag})

        assert (same.status, after.status) == (304, 200)
        assert (before.json["seats_left"], after.json["seats_left"]) == (50, 48)
        assert before.json["version"] == after.json["version"]

    def test_etag_of_a_showtime_is_good_for_a_change_whatever_was_sold_since(self, world: World) -> None:
        showtime = a_showtime(world)
        path, as_ = f"/v1/showtimes/{showtime.id}", manager_of(world, showtime)
        read = world.api.get(path)
        Shopper(world, a_user(world)).hold(showtime.id, "A-1", "A-2")
        later = body_like(showtime, sales_close_minutes=-30)

        changed = world.api.put(path, json=later, as_=as_, headers={"If-Match": read.etag})
        stale = world.api.put(path, json=later, as_=as_, headers={"If-Match": read.etag})

        assert (changed.status, stale.status) == (200, 412)

    def test_nothing_is_left_of_what_is_not_on_sale(self, world: World) -> None:
        showtime = a_showtime(world)
        path = f"/v1/showtimes/{showtime.id}"

        world.api.post(f"{path}/withdraw", as_=manager_of(world, showtime))

        read = world.api.get(path).json
        assert (read["status"], read["seats_left"]) == ("withdrawn", 0)


class TestListing:
    def test_showtime_says_what_a_visitor_wants_to_know(self, world: World) -> None:
        showtime = a_showtime(world)

        (listed,) = world.api.get("/v1/showtimes", query={"movie": showtime.movie_id}).json["showtimes"]

        assert listed["movie_title"] == "The Long Take"
        assert listed["cinema_name"] == "Astoria"
        assert listed["auditorium_name"] == "Screen S1"
        assert (listed["format"], listed["language"]) == ("2D", "en")
        assert (listed["capacity"], listed["seats_left"]) == (50, 50)
        assert listed["price_from"] == {"minor": 900, "currency": "EUR"}

    def test_seats_left_are_at_most_thirty_seconds_old(self, world: World) -> None:
        showtime = a_showtime(world)
        query = {"movie": showtime.movie_id}
        world.api.get("/v1/showtimes", query=query)
        Shopper(world, a_user(world)).hold(showtime.id, "A-1", "A-2")

        world.clock.advance(seconds=20)
        listed = world.api.get("/v1/showtimes", query=query)

        assert listed.headers["cache-control"] == "public, max-age=10"
        assert listed.json["showtimes"][0]["seats_left"] == 48

    def test_showtimes_are_found_by_cinema_movie_and_date(self, world: World) -> None:
        cinema, movie = a_cinema(world), a_movie(world)
        room = an_auditorium(world, cinema=cinema)
        today = a_showtime(world, auditorium=room, movie=movie, starts_in=timedelta(hours=3))
        tomorrow = a_showtime(world, auditorium=room, movie=movie, starts_in=timedelta(days=1))
        other_movie = a_showtime(world, auditorium=room, starts_in=timedelta(hours=9))
        elsewhere = a_showtime(world, movie=movie, starts_in=timedelta(hours=4))

        def found(**query: str) -> list[str]:
            return ids(world.api.get("/v1/showtimes", query=query))

        first, day = today.business_date.isoformat(), tomorrow.business_date.isoformat()
        assert found(cinema=cinema.id) == [today.id, other_movie.id]
        assert found(cinema=cinema.id, date=day) == [tomorrow.id]
        assert found(movie=movie.id) == [today.id, elsewhere.id, tomorrow.id]
        assert found(movie=movie.id, date=day) == [tomorrow.id]
        assert found(movie=movie.id, cinema=cinema.id) == [today.id]
        assert found(cinema=cinema.id, days="2") == [today.id, other_movie.id, tomorrow.id]
        assert found(cinema=cinema.id, movie=movie.id, days="14") == [today.id, tomorrow.id]
        assert found(movie=movie.id, date=first, days="2") == [today.id, elsewhere.id, tomorrow.id]
        assert found(cinema=cinema.id, date="9999-12-31", days="14") == []
        assert found(cinema=cinema.id, language="de") == []
        assert found(cinema=cinema.id, format="3D") == []

    def test_date_is_the_cinemas_own(self, world: World) -> None:
        cinema = a_cinema(world, time_zone="Asia/Kolkata", currency="INR")
        room = an_auditorium(world, cinema=cinema)
        late = world.clock.now().replace(hour=20, minute=0)  # half past one at night in Kolkata

        showtime = a_showtime(world, auditorium=room, starts_at=late)

        query = {"cinema": cinema.id, "date": late.date().isoformat()}
        assert ids(world.api.get("/v1/showtimes", query=query)) == [showtime.id]

    @pytest.mark.parametrize("by", ["cinema", "movie", "days of a cinema", "days of a movie"])
    def test_pages_follow_each_other_without_gap_or_repeat(self, world: World, by: str) -> None:
        room, movie = an_auditorium(world, rows=1), a_movie(world)
        apart = timedelta(hours=11 if "days" in by else 3)
        made = [a_showtime(world, auditorium=room, movie=movie, starts_in=apart * n) for n in range(1, 6)]
        query: dict[str, Any] = {"limit": 2}
        query |= {"movie": movie.id} if "movie" in by else {"cinema": room.cinema_id}
        if "days" in by:
            query |= {"date": "2026-11-20", "days": 7}

        found: list[str] = []
        while True:
            page = world.api.get("/v1/showtimes", query=query)
            found += ids(page)
            if page.json["next"] is None:
                break
            query["cursor"] = page.json["next"]

        assert found == [showtime.id for showtime in made]

    def test_days_of_a_movie_begin_with_a_date(self, world: World) -> None:
        refused = world.api.get("/v1/showtimes", query={"movie": a_movie(world).id, "days": 7})

        assert (refused.problem, refused.json["errors"][0]["parameter"]) == ("invalid", "date")

    def test_list_needs_a_cinema_or_a_movie(self, world: World) -> None:
        assert world.api.get("/v1/showtimes").problem == "invalid"

    def test_list_that_has_not_changed_is_not_sent_again(self, world: World) -> None:
        showtime = a_showtime(world)
        query = {"movie": showtime.movie_id}
        etag = world.api.get("/v1/showtimes", query=query).etag

        again = world.api.get("/v1/showtimes", query=query, headers={"If-None-Match": etag})

        assert (again.status, again.body) == (304, b"")
