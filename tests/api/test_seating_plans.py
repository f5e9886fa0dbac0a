"""Seating plans and their versions."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from chalicelib.api.seating_plans import schema_text
from tests.support.api import errors_of
from tests.support.builders import (
    a_cinema,
    a_row,
    a_showtime,
    an_auditorium,
    an_owner,
)
from tests.support.people import token_of
from tests.support.world import World


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
