"""Holds over HTTP: what a person who picks seats meets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.seating_plans import SeatCategory
from chalicelib.domain.showtimes import Showtime
from tests.support.api import Reply
from tests.support.builders import a_row, a_showtime
from tests.support.shop import a_shopper, taken
from tests.support.world import World

KEY = "00000000-0000-4000-8000-000000000001"


def pointers(reply: Reply) -> list[str]:
    return [each["pointer"] for each in reply.json["errors"]]


class TestMake:
    def test_hold_answers_with_token_quote_and_expiry(self, world: World, showtime: Showtime) -> None:
        held = a_shopper(world).hold(showtime.id, "A-1", "A-2", A_2="child")

        assert held.status == 201
        assert held.json["seats"] == ["A-1", "A-2"]
        assert held.json["quote"]["total"] == {"minor": 1200 + 800 + 2 * 100, "currency": "EUR"}
        assert held.json["expires_at"] == "2026-11-20T12:10:00Z"
        assert held.json["latest_expiry"] == "2026-11-20T12:20:00Z"
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_refused_hold_names_the_lost_seats_and_the_nearest_equal_block(
        self, world: World, showtime: Showtime
    ) -> None:
        a_shopper(world).hold(showtime.id, "B-4", "B-5")

        refused = a_shopper(world).hold(showtime.id, "B-5", "B-6")

        assert refused.status == 409
        assert refused.problem == "seat-unavailable"
        assert refused.json["seats"] == ["B-5"]
        assert refused.json["alternative"] == ["B-6", "B-7"]
        assert a_shopper(world).hold(showtime.id, *refused.json["alternative"]).status == 201

    def test_alternative_lies_in_another_row_when_the_own_one_is_full(
        self, world: World, showtime: Showtime
    ) -> None:
        a_shopper(world).hold(showtime.id, *[f"B-{n}" for n in range(1, 11)])

        refused = a_shopper(world).hold(showtime.id, "B-5", "B-6")

        assert {seat[0] for seat in refused.json["alternative"]} <= {"A", "C"}
        assert len(refused.json["alternative"]) == 2

    def test_companion_place_without_a_wheelchair_place_is_refused_and_pointed_at(self, world: World) -> None:
        accessible = [SeatCategory.WHEELCHAIR, SeatCategory.COMPANION, SeatCategory.COMPANION]
        room = a_showtime(world, rows=[a_row("A", 8, categories=accessible)])
        shopper = a_shopper(world)

        refused = shopper.hold(room.id, "A-4", "A-5", "A-2")
        too_many = shopper.hold(room.id, "A-1", "A-2", "A-3")

        assert (refused.status, pointers(refused)) == (422, ["/seats/2/seat"])
        assert refused.json["errors"][0]["detail"].startswith("A2 is a companion place")
        assert (too_many.status, pointers(too_many)) == (422, ["/seats/2/seat"])
        assert taken(world, room) == set()
        assert shopper.hold(room.id, "A-1", "A-2").status == 201

    def test_repeat_with_the_same_key_finds_the_same_hold(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        first = shopper.hold(showtime.id, "A-1", "A-2", key=KEY)
        world.clock.advance(minutes=3)

        again = shopper.hold(showtime.id, "A-1", "A-2", key=KEY)

        assert again.status == 201
        assert again.json["expires_at"] == first.json["expires_at"]

    def test_hold_that_would_leave_a_single_seat_is_refused_and_says_which(
        self, world: World, showtime: Showtime
    ) -> None:
        refused = a_shopper(world).hold(showtime.id, "A-2", "A-3")

        assert refused.problem == "single-seat-left"
        assert refused.json["seats"] == ["A-1"]
        assert taken(world, showtime) == set()

    def test_seats_in_two_rows_are_all_held_or_none(self, world: World, showtime: Showtime) -> None:
        a_shopper(world).hold(showtime.id, "B-1", "B-2")

        refused = a_shopper(world).hold(showtime.id, "A-1", "A-2", "B-1", "B-2")

        assert refused.json["seats"] == ["B-1", "B-2"]
        assert taken(world, showtime) == {"B-1", "B-2"}
        assert a_shopper(world).hold(showtime.id, "A-1", "A-2", "C-1", "C-2").status == 201

    def test_expired_hold_can_be_taken_by_another_buyer(self, world: World, showtime: Showtime) -> None:
        a_shopper(world).hold(showtime.id, "A-1", "A-2")
        world.clock.advance(minutes=10, seconds=1)

        assert taken(world, showtime) == set()
        assert a_shopper(world).hold(showtime.id, "A-1", "A-2").status == 201

    def test_nothing_is_held_once_sales_have_closed(self, world: World, showtime: Showtime) -> None:
        world.clock.advance(days=1)

        assert a_shopper(world).hold(showtime.id, "A-1", "A-2").problem == "sales-closed"

    def test_one_buyer_cannot_hoard_holds(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        for row in "ABC":
            for pair in (("-1", "-2"), ("-3", "-4")):
                reply = shopper.hold(showtime.id, *(row + seat for seat in pair))

        assert reply.problem == "hold-limit-reached"
        assert int(reply.headers["retry-after"]) > 0

    @pytest.mark.parametrize(
        ("seats", "pointer"),
        [
            ([], "/seats"),
            ([f"A-{n}" for n in range(1, 12)], "/seats"),
            (["A-1", "A-1"], "/seats/1/seat"),
            (["Z-1"], "/seats/0/seat"),
            (["A-99"], "/seats/0/seat"),
        ],
    )
    def test_seats_that_cannot_be_are_pointed_at(
        self, world: World, showtime: Showtime, seats: list[str], pointer: str
    ) -> None:
        reply = a_shopper(world).hold(showtime.id, *seats)

        assert reply.status == 422
        assert pointers(reply) == [pointer]

    def test_ticket_type_that_does_not_fit_its_seat_is_pointed_at(
        self, world: World, showtime: Showtime
    ) -> None:
        reply = a_shopper(world).hold(showtime.id, "A-1", "A-2", A_2="pirate")

        assert pointers(reply) == ["/seats/1/ticket_type"]
        assert "adult" in reply.json["errors"][0]["detail"]

    def test_unknown_showtime_is_not_found(self, world: World) -> None:
        assert a_shopper(world).hold("ZZZZZZ", "A-1").problem == "not-found"


class TestBestAvailable:
    def test_party_sits_together(self, world: World, showtime: Showtime) -> None:
        held = a_shopper(world).hold_best(showtime.id, 4)

        rows = {seat.split("-")[0] for seat in held.json["seats"]}
        numbers = sorted(int(seat.split("-")[1]) for seat in held.json["seats"])
        assert len(rows) == 1
        assert numbers == list(range(numbers[0], numbers[0] + 4))

    def test_repeat_with_the_same_key_finds_the_same_seats(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        first = shopper.hold_best(showtime.id, 3, key=KEY)

        again = shopper.hold_best(showtime.id, 3, key=KEY)

        assert again.json["seats"] == first.json["seats"]
        assert len(taken(world, showtime)) == 3

    def test_party_is_seated_where_its_ticket_types_are_sold(self, world: World) -> None:
        """Children are not sold premium seats, and the better row is premium."""
        premium = a_row("B", 6, categories=[SeatCategory.PREMIUM] * 6)
        showtime = a_showtime(world, rows=[a_row("A", 6), premium])

        held = world.api.post(
            f"/v1/showtimes/{showtime.id}/holds",
            json={"party": [{"ticket_type": "adult", "count": 1}, {"ticket_type": "child", "count": 1}]},
            as_=a_shopper(world).as_,
        )

        assert held.status == 201
        assert {seat[0] for seat in held.json["seats"]} == {"A"}

    def test_party_too_large_hears_how_many_still_fit_together(self, world: World) -> None:
        showtime = a_showtime(world, rows=[a_row("A", 4)])

        refused = a_shopper(world).hold_best(showtime.id, 6)

        assert refused.problem == "no-block"
        assert refused.json["largest"] == 4


class TestKeep:
    def test_extension_gives_ten_more_minutes_up_to_twenty(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        path = f"/v1/showtimes/{showtime.id}/holds/extension"
        world.clock.advance(minutes=8)

        once = shopper.with_hold("POST", path, token)
        world.clock.advance(minutes=8)
        twice = shopper.with_hold("POST", path, once.json["token"])

        assert once.json["expires_at"] == "2026-11-20T12:18:00Z"
        assert twice.json["expires_at"] == "2026-11-20T12:20:00Z"

    def test_expired_hold_is_not_extended(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        world.clock.advance(minutes=10)

        gone = shopper.with_hold("POST", f"/v1/showtimes/{showtime.id}/holds/extension", token)

        assert gone.status == 410
        assert gone.problem == "hold-expired"

    def test_released_seats_sell_again_and_a_repeat_harms_nobody(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        path = f"/v1/showtimes/{showtime.id}/holds"
        assert shopper.with_hold("DELETE", path, token).status == 204
        a_shopper(world).hold(showtime.id, "A-1", "A-2")

        again = shopper.with_hold("DELETE", path, token)

        assert again.status == 204
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_other_ticket_types_make_a_new_quote_over_the_same_seats(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        held = shopper.hold(showtime.id, "A-1", "A-2")

        changed = shopper.with_hold(
            "POST",
            f"/v1/showtimes/{showtime.id}/holds/ticket-types",
            held.json["token"],
            json={
                "seats": [{"seat": "A-1", "ticket_type": "child"}, {"seat": "A-2", "ticket_type": "child"}]
            },
        )

        assert changed.json["quote"]["tickets"]["minor"] == 1600
        assert changed.json["expires_at"] == held.json["expires_at"]

    def test_token_of_one_buyer_is_nothing_in_the_hands_of_another(
        self, world: World, showtime: Showtime
    ) -> None:
        token = a_shopper(world).hold(showtime.id, "A-1", "A-2").json["token"]

        reply = a_shopper(world).with_hold("GET", f"/v1/showtimes/{showtime.id}/holds", token)

        assert reply.problem == "hold-token-rejected"

    def test_hold_is_read_back_as_its_seats_have_it(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]

        reply = shopper.with_hold("GET", f"/v1/showtimes/{showtime.id}/holds", token)

        assert reply.json["seats"] == ["A-1", "A-2"]


class TestAvailability:
    def test_unchanged_availability_is_not_sent_again(self, world: World, showtime: Showtime) -> None:
        path = f"/v1/showtimes/{showtime.id}/availability"
        first = world.api.get(path)

        again = world.api.get(path, headers={"If-None-Match": first.etag})
        a_shopper(world).hold(showtime.id, "A-1", "A-2")
        changed = world.api.get(path, headers={"If-None-Match": first.etag})

        assert again.status == 304
        assert changed.status == 200
        assert changed.json["seats_left"] == 28

    def test_availability_says_taken_and_never_by_whom_or_until_when(
        self, world: World, showtime: Showtime
    ) -> None:
        a_shopper(world).hold(showtime.id, "A-1", "A-2")

        row = world.api.get(f"/v1/showtimes/{showtime.id}/availability").json["rows"][0]

        assert row == {"row": "A", "taken": ["1", "2"]}

    def test_showtime_past_its_sales_is_not_on_sale(self, world: World, showtime: Showtime) -> None:
        world.clock.advance(seconds=timedelta(days=1).total_seconds())

        assert world.api.get(f"/v1/showtimes/{showtime.id}/availability").json["on_sale"] is False

    def test_deleted_showtime_has_no_availability(self, world: World, showtime: Showtime) -> None:
        path = f"/v1/showtimes/{showtime.id}/availability"
        world.wiring.showtimes.delete(showtime.id, showtime.version)

        assert (world.api.get(path).status, world.api.get(path).problem) == (404, "not-found")

    def test_withdrawn_and_cancelled_showtimes_still_show_their_seats(
        self, world: World, showtime: Showtime
    ) -> None:
        path = f"/v1/showtimes/{showtime.id}/availability"

        world.wiring.showtimes.withdraw(showtime.id)
        withdrawn = world.api.get(path)
        world.wiring.showtimes.cancel(showtime.id)
        cancelled = world.api.get(path)

        assert [(each.status, each.json["on_sale"]) for each in (withdrawn, cancelled)] == [(200, False)] * 2
