"""How many holds one buyer may have at once, over HTTP."""

from __future__ import annotations

import uuid

from tests.support.builders import a_row, a_showtime
from tests.support.people import a_user
from tests.support.shop import Shopper
from tests.support.world import World, a_world

ROWS = [a_row(letter, 4) for letter in "ABCDEFG"]


def five_holds(world: World, showtime_id: str) -> tuple[Shopper, list[str]]:
    """A buyer at the limit, with the tokens."""
    buyer = Shopper(world, a_user(world))
    held = [buyer.hold(showtime_id, f"{row}-1", f"{row}-2") for row in "ABCDE"]
    assert [each.status for each in held] == [201] * 5
    return buyer, [each.json["token"] for each in held]


class TestHoarding:
    def test_sixth_hold_is_refused_until_one_lapses(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer, _ = five_holds(world, showtime.id)

            refused = buyer.hold(showtime.id, "F-1", "F-2")

            assert (refused.status, refused.problem) == (429, "hold-limit-reached")
            world.clock.advance(seconds=int(refused.headers["retry-after"]))
            assert buyer.hold(showtime.id, "F-1", "F-2").status == 201

    def test_extended_holds_count_on(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer, tokens = five_holds(world, showtime.id)
            world.clock.advance(minutes=9)
            path = f"/v1/showtimes/{showtime.id}/holds/extension"
            for token in tokens:
                assert buyer.with_hold("POST", path, token).status == 200

            world.clock.advance(minutes=2)

            assert buyer.hold(showtime.id, "F-1", "F-2").problem == "hold-limit-reached"

    def test_refused_hold_is_not_counted(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            Shopper(world, a_user(world)).hold(showtime.id, "F-1", "F-2")
            buyer = Shopper(world, a_user(world))
            for _ in range(6):
                assert buyer.hold(showtime.id, "F-1", "F-2").problem == "seat-unavailable"

            assert buyer.hold(showtime.id, "A-1", "A-2").status == 201

    def test_seats_that_wait_for_a_payment_count_on_until_they_come_free(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer, tokens = five_holds(world, showtime.id)
            for token in tokens:
                assert buyer.check_out(token).status == 201
            world.clock.advance(minutes=14)

            assert buyer.hold(showtime.id, "F-1", "F-2").problem == "hold-limit-reached"
            world.clock.advance(minutes=2)
            assert buyer.hold(showtime.id, "F-1", "F-2").status == 201

    def test_booking_that_is_paid_or_cancelled_counts_no_more(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer, (paid, noticed, cancelled, *_) = five_holds(world, showtime.id)
            first, second, third = (
                buyer.check_out(token).json["reference"] for token in (paid, noticed, cancelled)
            )

            world.payments.choose(f"{first}/1")
            assert buyer.booking(first, "confirm", "POST").json["state"] == "confirmed"
            assert buyer.hold(showtime.id, "F-1", "F-2").status == 201

            world.payments.choose(f"{second}/1")
            for headers, body in world.payments.deliver():
                assert world.api.post("/v1/payments/webhook", body=body, headers=headers).status == 200
            assert buyer.hold(showtime.id, "G-1", "G-2").status == 201

            assert buyer.cancel(third).status == 200
            assert buyer.hold(showtime.id, "A-3", "A-4").status == 201
            assert buyer.hold(showtime.id, "B-3", "B-4").problem == "hold-limit-reached"

    def test_seats_held_anew_under_an_old_key_count_whatever_is_asked_of_the_booking_before(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer = Shopper(world, a_user(world))
            for row in "ABCDE":
                key = str(uuid.uuid4())
                held = buyer.hold(showtime.id, f"{row}-1", f"{row}-2", key=key)
                reference = buyer.check_out(held.json["token"]).json["reference"]
                assert buyer.cancel(reference).status == 200
                assert buyer.hold(showtime.id, f"{row}-1", f"{row}-2", key=key).status == 201

                assert buyer.cancel(reference).json["state"] == "cancelled"
                assert buyer.booking(reference, "confirm", "POST").json["state"] == "cancelled"

            assert buyer.hold(showtime.id, "F-1", "F-2").problem == "hold-limit-reached"

    def test_hold_that_can_not_be_checked_out_counts_no_more(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer = Shopper(world, a_user(world))
            for row in "ABCDE":
                key = str(uuid.uuid4())
                held = buyer.hold(showtime.id, f"{row}-1", f"{row}-2", key=key)
                reference = buyer.check_out(held.json["token"]).json["reference"]
                buyer.cancel(reference)
                again = buyer.hold(showtime.id, f"{row}-1", f"{row}-2", key=key)

                assert buyer.check_out(again.json["token"]).problem == "hold-again"

            assert buyer.hold(showtime.id, "F-1", "F-2").status == 201

    def test_party_that_cannot_be_priced_is_not_counted(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world, rows=ROWS)
            buyer = Shopper(world, a_user(world))
            for _ in range(6):
                refused = world.api.post(
                    f"/v1/showtimes/{showtime.id}/holds",
                    json={"party": [{"ticket_type": "vip", "count": 2}]},
                    as_=buyer.as_,
                    key=str(uuid.uuid4()),
                )
                assert [each["pointer"] for each in refused.json["errors"]] == ["/party/0/ticket_type"]

            assert buyer.hold(showtime.id, "A-1", "A-2").status == 201
