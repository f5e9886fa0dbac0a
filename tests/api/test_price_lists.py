"""Price lists of a cinema."""

from __future__ import annotations

from tests.support.api import errors_of
from tests.support.builders import (
    a_cinema,
    a_price_list,
    a_showtime,
    an_auditorium,
    an_owner,
)
from tests.support.people import token_of
from tests.support.world import World


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
