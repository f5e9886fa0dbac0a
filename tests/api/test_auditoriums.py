"""Auditoriums of a cinema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import errors_of
from tests.support.builders import (
    a_cinema,
    a_showtime,
    an_auditorium,
    an_owner,
)
from tests.support.people import token_of
from tests.support.world import World


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
