"""Cinemas: found by everybody, made by owners, approved by admins."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.principals import Role
from tests.support.api import errors_of
from tests.support.builders import (
    a_cinema,
    an_admin,
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
