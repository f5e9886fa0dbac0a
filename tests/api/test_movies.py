"""Movies: added, changed and found."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.stores import tables
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_showtime,
    an_admin,
    an_approved_owner,
    an_owner,
)
from tests.support.people import a_user, token_of
from tests.support.world import World

MOVIE = {"title": "Amélie", "languages": ["fr"], "duration_minutes": 100}


class TestMovies:
    def test_movie_is_made_by_an_owner_and_read_by_everybody(self, world: World) -> None:
        made = world.api.post("/v1/movies", json=MOVIE, as_=token_of(world, an_approved_owner(world)))

        assert made.status == 201
        assert world.api.get(f"/v1/movies/{made.json['id']}").json == made.json

    def test_poster_is_a_picture_of_the_site_itself(self, world: World) -> None:
        as_ = token_of(world, an_admin(world))

        made = world.api.post("/v1/movies", json=MOVIE | {"poster": "/posters/kite-season.svg"}, as_=as_)

        assert made.json["poster"] == "/posters/kite-season.svg"
        assert world.api.get(f"/v1/movies/{made.json['id']}").json == made.json
        for foreign in (
            "https://example.com/a.svg",
            "//example.com/a.svg",
            "/posters/../a.svg",
            "/posters/a.js",
        ):
            refused = world.api.post("/v1/movies", json=MOVIE | {"poster": foreign}, as_=as_)
            assert refused.json["errors"][0]["pointer"] == "/poster"

    def test_movie_stored_before_there_were_posters_has_none(self, world: World) -> None:
        movie = a_movie(world)
        tables.client().update_item(
            TableName=tables.table_name("catalogue"),
            Key={"pk": {"S": "MOVIES"}, "sk": {"S": movie.id}},
            UpdateExpression="REMOVE poster",
        )

        assert world.api.get(f"/v1/movies/{movie.id}").json["poster"] is None

    def test_customer_can_not_add_movies(self, world: World) -> None:
        assert (
            world.api.post("/v1/movies", json=MOVIE, as_=token_of(world, a_user(world))).problem
            == "forbidden"
        )

    def test_movie_is_changed_by_its_creator_or_an_admin_only(self, world: World) -> None:
        creator = an_approved_owner(world)
        movie = a_movie(world, by=creator)
        path = f"/v1/movies/{movie.id}"

        other = world.api.put(path, json=MOVIE, as_=token_of(world, an_owner(world)), version=1)
        own = world.api.put(path, json=MOVIE, as_=token_of(world, creator), version=1)
        admins = world.api.put(path, json=MOVIE, as_=token_of(world, an_admin(world)), version=2)

        assert (other.problem, own.status, admins.json["version"]) == ("forbidden", 200, 3)

    @pytest.mark.parametrize(
        "query",
        [
            {"title": "AMELIE"},
            {"title": "lie"},
            {"genre": "drama"},
            {"tag": "paris"},
            {"language": "fr"},
            {"certificate": "16"},
            {"min_rating": 80},
        ],
    )
    def test_movie_is_found_by(self, world: World, query: dict[str, Any]) -> None:
        a_movie(world, "Other")
        wanted = a_movie(
            world,
            "Amélie",
            languages=("fr",),
            tags=("Paris",),
            certificate="16",
            rating=80,
            genres=("Drama", "X"),
        )
        if "genre" in query:
            query = {"genre": "x"}

        found = world.api.get("/v1/movies", query=query).json["movies"]

        assert [each["id"] for each in found] == [wanted.id]

    def test_movie_is_found_by_where_and_when_it_is_shown(self, world: World) -> None:
        a_movie(world, "Shown nowhere")
        showtime = a_showtime(world)
        day = showtime.business_date.isoformat()

        def found(**query: str) -> list[str]:
            return [each["id"] for each in world.api.get("/v1/movies", query=query).json["movies"]]

        assert found(cinema=showtime.cinema_id) == [showtime.movie_id]
        assert found(date=day) == [showtime.movie_id]
        assert found(cinema=showtime.cinema_id, date=day) == [showtime.movie_id]
        assert found(cinema=showtime.cinema_id, date="2026-12-24") == []
        assert found(cinema=a_cinema(world).id) == []

    @pytest.mark.parametrize(
        "title", [" ", "\u200b", "\u2060 \ufeff", "\u3164", "\u202e\u200f", "\U000e0041", "\U000e0101"]
    )
    def test_title_that_shows_nothing_is_refused(self, world: World, title: str) -> None:
        as_ = token_of(world, an_owner(world))

        refused = world.api.post("/v1/movies", json=MOVIE | {"title": title}, as_=as_)

        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/title")

    @pytest.mark.parametrize(
        "title", ["Kite\u202enosaeS", "Kite\u200b", "Kite\u2066 Season", "Kite\U000e0042"]
    )
    def test_title_that_reads_otherwise_than_it_is_written_is_refused(self, world: World, title: str) -> None:
        as_ = token_of(world, an_owner(world))

        refused = world.api.post("/v1/movies", json=MOVIE | {"title": title}, as_=as_)
        sought = world.api.get("/v1/movies", query={"title": title})

        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/title")
        assert (sought.status, sought.json["movies"]) == (200, [])

    def test_letters_without_ink_may_stand_between_others(self, world: World) -> None:
        as_ = token_of(world, an_owner(world))
        title = "\u0915\u094d\u200d\u0937"  # Devanagari writes this half letter with a joiner

        assert world.api.post("/v1/movies", json=MOVIE | {"title": title}, as_=as_).json["title"] == title

    def test_movies_are_paged_by_title(self, world: World) -> None:
        for title in ("Été", "apple", "Zebra"):
            a_movie(world, title)

        first = world.api.get("/v1/movies", query={"limit": 2}).json
        second = world.api.get("/v1/movies", query={"limit": 2, "cursor": first["next"]}).json

        assert [each["title"] for each in first["movies"]] == ["apple", "Été"]
        assert [each["title"] for each in second["movies"]] == ["Zebra"]

    def test_movie_with_showtimes_to_come_is_not_deleted(self, world: World) -> None:
        creator = an_owner(world)
        movie = a_movie(world, by=creator)
        showtime = a_showtime(world, movie=movie)
        path, as_ = f"/v1/movies/{movie.id}", token_of(world, creator)

        refused = world.api.delete(path, as_=as_, version=1)

        assert (refused.problem, refused.json["obstacles"][0]["id"]) == ("in-use", showtime.id)
        world.wiring.showtimes.cancel(showtime.id)
        assert world.api.delete(path, as_=as_, version=1).status == 204
        assert world.api.get(path).status == 404
