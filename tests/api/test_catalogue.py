"""Cinemas, auditoriums, seating plans, movies and price lists, through the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chalicelib.api.seating_plans import schema_text
from chalicelib.domain.principals import Role
from chalicelib.stores import tables
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_price_list,
    a_row,
    a_showtime,
    an_admin,
    an_approved_owner,
    an_auditorium,
    an_owner,
)
from tests.support.people import a_user, staff_of, token_of
from tests.support.world import World

CINEMA = {
    "name": "Café Lumière",
    "street": "Quai 1",
    "city": "Zürich",
    "country": "CH",
    "time_zone": "Europe/Zurich",
    "currency": "CHF",
}
MOVIE = {"title": "Amélie", "languages": ["fr"], "duration_minutes": 100}


def errors_of(reply: Any) -> set[str]:
    assert reply.status == 422, reply.text
    return {each.get("pointer", each.get("parameter")) for each in reply.json["errors"]}


class TestCinemas:
    def test_new_cinema_is_a_draft_that_only_its_people_and_admins_see(self, world: World) -> None:
        owner, admin = an_owner(world), an_admin(world)

        made = world.api.post("/v1/cinemas", json=CINEMA, as_=token_of(world, owner))

        path = f"/v1/cinemas/{made.json['id']}"
        assert (made.status, made.json["status"], made.etag) == (201, "draft", '"1"')
        assert world.api.get(path).status == 404
        assert world.api.get(path, as_=token_of(world, an_owner(world))).status == 404
        assert world.api.get(path, as_=token_of(world, owner)).status == 200
        assert world.api.get(path, as_=token_of(world, admin)).status == 200
        assert world.api.get("/v1/cinemas").json["cinemas"] == []
        assert len(world.api.get("/v1/cinemas", as_=token_of(world, owner)).json["cinemas"]) == 1

    def test_approved_cinema_is_everybodys(self, world: World) -> None:
        cinema = a_cinema(world, published=False)

        approved = world.api.post(f"/v1/cinemas/{cinema.id}/approve", as_=token_of(world, an_admin(world)))

        assert approved.json["status"] == "published"
        seen = world.api.get(f"/v1/cinemas/{cinema.id}")
        assert seen.headers["cache-control"] == "public, max-age=30"

    def test_approving_can_be_repeated(self, world: World) -> None:
        cinema = a_cinema(world, published=False)
        path, admin = f"/v1/cinemas/{cinema.id}/approve", token_of(world, an_admin(world))

        assert world.api.post(path, as_=admin).json == world.api.post(path, as_=admin).json

    def test_owner_can_not_approve_their_own_cinema(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner, published=False)

        refused = world.api.post(f"/v1/cinemas/{cinema.id}/approve", as_=token_of(world, owner))

        assert refused.problem == "forbidden"

    def test_customer_can_not_make_a_cinema(self, world: World) -> None:
        refused = world.api.post("/v1/cinemas", json=CINEMA, as_=token_of(world, a_user(world)))

        assert refused.problem == "forbidden"

    def test_creator_has_the_owners_grant_at_once(self, world: World) -> None:
        owner = an_owner(world)

        made = world.api.post("/v1/cinemas", json=CINEMA, as_=token_of(world, owner))

        assert world.wiring.accounts.roles_in(owner.id, made.json["id"]) == {Role.OWNER}

    def test_unknown_zone_and_currency_are_pointed_at(self, world: World) -> None:
        body = CINEMA | {"time_zone": "Europe/Nowhere", "currency": "XXX"}

        refused = world.api.post("/v1/cinemas", json=body, as_=token_of(world, an_owner(world)))

        assert errors_of(refused) == {"/time_zone", "/currency"}

    @pytest.mark.parametrize("field", ["name", "city"])
    def test_name_that_shows_nothing_is_refused(self, world: World, field: str) -> None:
        refused = world.api.post(
            "/v1/cinemas", json=CINEMA | {field: "  "}, as_=token_of(world, an_owner(world))
        )

        assert errors_of(refused) == {f"/{field}"}

    @pytest.mark.parametrize(
        "query", [{"name": "CAFE lum"}, {"city": "zurich"}, {"name": "lumiere", "city": "ZÜR"}, {}]
    )
    def test_cinema_is_found_by_parts_of_name_and_city(self, world: World, query: dict[str, str]) -> None:
        found = a_cinema(world, name="Café Lumière", city="Zürich")
        a_cinema(world, name="Rex", city="Bern") if query else None

        listed = world.api.get("/v1/cinemas", query=query).json["cinemas"]

        assert [each["id"] for each in listed] == [found.id]

    def test_cinemas_are_paged_by_name(self, world: World) -> None:
        for name in ("Rex", "apollo", "Capitol"):
            a_cinema(world, name=name)

        first = world.api.get("/v1/cinemas", query={"limit": 2}).json
        second = world.api.get("/v1/cinemas", query={"limit": 2, "cursor": first["next"]}).json

        assert [each["name"] for each in first["cinemas"]] == ["apollo", "Capitol"]
        assert [each["name"] for each in second["cinemas"]] == ["Rex"]
        assert second["next"] is None

    def test_cinema_made_between_two_pages_shifts_nothing(self, world: World) -> None:
        for name in ("Bali", "Capitol", "Delphi"):
            a_cinema(world, name=name)
        first = world.api.get("/v1/cinemas", query={"limit": 2}).json
        a_cinema(world, name="Apollo")

        second = world.api.get("/v1/cinemas", query={"limit": 2, "cursor": first["next"]}).json

        assert [each["name"] for each in second["cinemas"]] == ["Delphi"]

    def test_cursor_of_another_list_is_refused(self, world: World) -> None:
        a_cinema(world)
        a_cinema(world)
        cursor = world.api.get("/v1/cinemas", query={"limit": 1}).json["next"]

        refused = world.api.get("/v1/cinemas", query={"limit": 1, "cursor": cursor, "name": "a"})

        assert (refused.status, refused.problem) == (400, "invalid-cursor")

    def test_change_needs_the_version_that_was_read(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        path, as_ = f"/v1/cinemas/{cinema.id}", token_of(world, owner)
        body = CINEMA | {"time_zone": cinema.time_zone, "currency": cinema.currency}

        assert world.api.put(path, json=body, as_=as_).problem == "precondition-required"
        assert world.api.put(path, json=body, as_=as_, version=1).problem == "version-stale"
        changed = world.api.put(path, json=body, as_=as_, version=2)
        assert (changed.status, changed.etag, changed.json["name"]) == (200, '"3"', "Café Lumière")
        assert world.api.get(path).json["name"] == "Café Lumière"

    @pytest.mark.parametrize(
        "change", [{"time_zone": "Asia/Tokyo"}, {"currency": "USD"}, {"day_starts_hour": 3}]
    )
    def test_what_times_and_prices_rest_on_stays_once_used(
        self, world: World, change: dict[str, Any]
    ) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        an_auditorium(world, cinema=cinema)
        body = CINEMA | {"time_zone": cinema.time_zone, "currency": cinema.currency} | change

        refused = world.api.put(
            f"/v1/cinemas/{cinema.id}", json=body, as_=token_of(world, owner), version=cinema.version
        )

        assert (refused.status, refused.problem) == (409, "in-use")
        assert refused.json["obstacles"] == [
            {"noun": "auditorium", "id": f"{cinema.id}-S1", "name": "Screen S1"}
        ]

    def test_time_zone_of_an_empty_cinema_can_be_mended(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)

        changed = world.api.put(
            f"/v1/cinemas/{cinema.id}", json=CINEMA, as_=token_of(world, owner), version=cinema.version
        )

        assert changed.json["time_zone"] == "Europe/Zurich"

    def test_cinema_with_an_auditorium_is_not_deleted(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        room = an_auditorium(world, cinema=cinema)
        path, as_ = f"/v1/cinemas/{cinema.id}", token_of(world, owner)

        assert world.api.delete(path, as_=as_, version=2).problem == "in-use"
        world.wiring.auditoriums.delete(room.id, room.version)
        assert world.api.delete(path, as_=as_, version=2).status == 204
        assert world.api.get(path).status == 404

    def test_manager_can_not_delete_the_cinema(self, world: World) -> None:
        cinema = a_cinema(world)
        manager = staff_of(world, cinema.id, Role.MANAGER)

        refused = world.api.delete(f"/v1/cinemas/{cinema.id}", as_=token_of(world, manager), version=2)

        assert refused.problem == "forbidden"


class TestAuditoriums:
    def test_auditorium_takes_a_plan_made_for_it(self, world: World) -> None:
        owner = an_owner(world)
        cinema, as_ = a_cinema(world, owner=owner), token_of(world, owner)
        made = world.api.post(
            "/v1/auditoriums", json={"cinema_id": cinema.id, "code": "S1", "name": "Screen 1"}, as_=as_
        )
        room_id = made.json["id"]
        row = {"id": "A", "label": "A", "seats": [{"number": "1", "position": 0}]}
        plan = world.api.post(
            "/v1/seating-plans", json={"auditorium_id": room_id, "name": "Main", "rows": [row]}, as_=as_
        )

        changed = world.api.put(
            f"/v1/auditoriums/{room_id}", json={"name": "1", "plan_id": plan.json["id"]}, as_=as_, version=1
        )

        assert (made.status, made.json["plan_id"]) == (201, None)
        assert room_id == f"{cinema.id}-S1"
        assert (changed.json["plan_id"], changed.json["plan_version"]) == (plan.json["id"], 1)
        listed = world.api.get("/v1/auditoriums", query={"cinema": cinema.id}).json["auditoriums"]
        assert listed == [changed.json]

    def test_code_can_be_taken_once(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        body = {"cinema_id": cinema.id, "code": "S1", "name": "Screen 1"}
        world.api.post("/v1/auditoriums", json=body, as_=token_of(world, owner))

        refused = world.api.post("/v1/auditoriums", json=body, as_=token_of(world, owner))

        assert (refused.status, refused.problem) == (409, "auditorium-id-taken")

    def test_plan_of_another_auditorium_is_refused(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        one = an_auditorium(world, cinema=cinema, code="S1")
        two = an_auditorium(world, cinema=cinema, code="S2")

        refused = world.api.put(
            f"/v1/auditoriums/{one.id}",
            json={"name": "1", "plan_id": two.plan_id},
            as_=token_of(world, owner),
            version=one.version,
        )

        assert errors_of(refused) == {"/plan_id"}

    def test_auditorium_with_showtimes_to_come_is_not_deleted(self, world: World) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner))
        showtime = a_showtime(world, auditorium=room)
        path = f"/v1/auditoriums/{room.id}"

        refused = world.api.delete(path, as_=token_of(world, owner), version=room.version)

        assert (refused.problem, refused.json["obstacles"][0]["id"]) == ("in-use", showtime.id)
        world.clock.advance(days=2)
        assert world.api.delete(path, as_=token_of(world, owner), version=room.version).status == 204
        assert world.api.get(path).status == 404

    def test_showtime_scheduled_meanwhile_stops_the_deletion(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner))
        service = world.wiring.auditoriums
        look = service.coming_slots

        def then_another_schedules(auditorium_id: str) -> Any:
            found = look(auditorium_id)
            a_showtime(world, auditorium=room)
            return found

        monkeypatch.setattr(service, "coming_slots", then_another_schedules)

        refused = world.api.delete(
            f"/v1/auditoriums/{room.id}", as_=token_of(world, owner), version=room.version
        )

        assert refused.problem == "version-stale"
        assert not service.read(room.id).deleted

    def test_rooms_of_a_draft_are_hidden(self, world: World) -> None:
        room = an_auditorium(world, cinema=a_cinema(world, published=False))

        assert world.api.get(f"/v1/auditoriums/{room.id}").status == 404
        assert world.api.get("/v1/auditoriums", query={"cinema": room.cinema_id}).status == 404
        assert world.api.get(f"/v1/seating-plans/{room.plan_id}").status == 404


class TestSeatingPlans:
    def test_published_schema_accepts_what_the_api_gives(self, world: World) -> None:
        room = an_auditorium(world, rows=[a_row("A", 12, aisles=[5])])
        plan = world.api.get(f"/v1/seating-plans/{room.plan_id}").json
        schema = json.loads(world.api.get("/v1/seating-plans/schema").text)

        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate({"name": plan["name"], "rows": plan["rows"]}, schema)

    def test_schema_in_docs_is_the_one_we_serve(self) -> None:
        root = Path(__file__).parents[2]

        assert (root / "docs" / "seating-plan.schema.json").read_text() == schema_text()

    def test_change_makes_a_version_and_leaves_the_old_one(self, world: World) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner), rows=2, seats=5)
        path = f"/v1/seating-plans/{room.plan_id}"
        old = world.api.get(path)
        body = {"name": "New", "rows": old.json["rows"][:1]}

        changed = world.api.put(path, json=body, as_=token_of(world, owner), version=1)

        assert (changed.json["version"], changed.json["capacity"]) == (2, 5)
        first = world.api.get(f"{path}/versions/1")
        assert first.json == old.json
        assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert world.api.get(path).json == changed.json
        stale = world.api.put(path, json=body, as_=token_of(world, owner), version=1)
        assert stale.problem == "version-stale"

    def test_faults_of_a_plan_are_all_pointed_at(self, world: World) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner))
        seats = [{"number": "1", "position": 0}, {"number": "1", "position": 0}]
        rows = [{"id": "A", "label": "A", "seats": seats, "aisles": [0]}] * 2

        refused = world.api.post(
            "/v1/seating-plans",
            json={"auditorium_id": room.id, "name": "x", "rows": rows},
            as_=token_of(world, owner),
        )

        assert errors_of(refused) >= {
            "/rows/1/id",
            "/rows/1/label",
            "/rows/0/seats/1/number",
            "/rows/0/aisles",
        }

    def test_plan_of_the_auditorium_is_not_deleted(self, world: World) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner))

        refused = world.api.delete(f"/v1/seating-plans/{room.plan_id}", as_=token_of(world, owner), version=1)

        assert (refused.problem, refused.json["obstacles"][0]["id"]) == ("in-use", room.id)

    def test_deleted_plan_stays_for_the_showtimes_that_pin_it(self, world: World) -> None:
        owner = an_owner(world)
        room = an_auditorium(world, cinema=a_cinema(world, owner=owner))
        a_showtime(world, auditorium=room)
        other = world.wiring.seating_plans.create(room.id, "Other", (a_row(),))
        world.api.put(
            f"/v1/auditoriums/{room.id}",
            json={"name": "1", "plan_id": other.id},
            as_=token_of(world, owner),
            version=room.version,
        )

        deleted = world.api.delete(f"/v1/seating-plans/{room.plan_id}", as_=token_of(world, owner), version=1)

        assert deleted.status == 204
        assert world.api.get(f"/v1/seating-plans/{room.plan_id}").status == 404
        assert world.api.get(f"/v1/seating-plans/{room.plan_id}/versions/1").status == 200


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

    @pytest.mark.parametrize("title", [" ", "\u200b", "\u2060 \ufeff", "\u3164", "\u202e\u200f"])
    def test_title_that_shows_nothing_is_refused(self, world: World, title: str) -> None:
        as_ = token_of(world, an_owner(world))

        refused = world.api.post("/v1/movies", json=MOVIE | {"title": title}, as_=as_)

        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/title")

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


class TestPriceLists:
    def test_price_list_has_its_cinemas_currency(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner, currency="INR")
        body = {
            "cinema_id": cinema.id,
            "name": "Weekday",
            "ticket_types": [{"id": "adult", "name": "Adult"}],
            "prices": [{"ticket_type": "adult", "category": "standard", "minor": 20000}],
        }

        made = world.api.post("/v1/price-lists", json=body, as_=token_of(world, owner))

        assert (made.status, made.json["currency"]) == (201, "INR")
        listed = world.api.get("/v1/price-lists", query={"cinema": cinema.id}).json
        assert listed["price_lists"] == [made.json]

    def test_faults_are_pointed_at(self, world: World) -> None:
        owner = an_owner(world)
        body = {
            "cinema_id": a_cinema(world, owner=owner).id,
            "name": "x",
            "ticket_types": [{"id": "adult", "name": "Adult"}],
            "prices": [{"ticket_type": "child", "category": "standard", "minor": 1}] * 2,
        }

        refused = world.api.post("/v1/price-lists", json=body, as_=token_of(world, owner))

        assert errors_of(refused) == {"/prices/0/ticket_type", "/prices/1/ticket_type", "/prices/1"}

    def test_price_list_of_showtimes_to_come_is_not_deleted(self, world: World) -> None:
        owner = an_owner(world)
        cinema = a_cinema(world, owner=owner)
        prices = a_price_list(world, cinema)
        showtime = a_showtime(world, auditorium=an_auditorium(world, cinema=cinema), price_list=prices)
        path, as_ = f"/v1/price-lists/{prices.id}", token_of(world, owner)

        refused = world.api.delete(path, as_=as_, version=1)

        assert (refused.problem, refused.json["obstacles"][0]["id"]) == ("in-use", showtime.id)
        world.clock.advance(days=3)
        assert world.api.delete(path, as_=token_of(world, owner), version=1).status == 204
        assert world.api.get("/v1/price-lists", query={"cinema": cinema.id}).json["price_lists"] == []
