"""Checking out and paying over HTTP, in all its turns."""

from __future__ import annotations

import json

from chalicelib.domain.bookings import MAX_ATTEMPTS
from chalicelib.domain.showtimes import Showtime
from chalicelib.stores.clearances import RefusedRefunds
from dev.payments.sessions import Choice
from tests.support.shop import a_guest_shopper, a_shopper, checked_out, notice, taken
from tests.support.world import World


def recover_for_a_while(world: World) -> None:
    """Long enough for late money to arrive and to be dealt with."""
    for _ in range(6):
        world.clock.advance(minutes=4)
        world.payments.deliver()
        world.wiring.selling.recover()


class TestCheckOut:
    def test_checked_out_hold_is_a_pending_booking_with_a_page_to_pay_on(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]

        booking = shopper.check_out(token)

        assert booking.status == 201
        assert booking.json["state"] == "pending"
        assert booking.json["reference"].startswith(showtime.id + "-")
        assert booking.json["payment"]["url"]
        assert booking.json["pay_until"] == "2026-11-20T12:13:55Z"

    def test_two_tabs_that_check_out_one_hold_get_the_same_booking(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        first = shopper.check_out(token)
        world.clock.advance(minutes=2)

        again = shopper.check_out(token)

        assert again.json["reference"] == first.json["reference"]
        assert again.json["payment"] == first.json["payment"]

    def test_check_out_of_one_hold_with_other_details_is_refused(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        shopper.check_out(token)

        other = shopper.check_out(token, other_seats_agreed=True)

        assert other.problem == "booking-differs"

    def test_expired_hold_is_not_checked_out(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        world.clock.advance(minutes=10)

        assert shopper.check_out(token).problem == "hold-expired"

    def test_release_after_check_out_names_the_booking(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        reference = shopper.check_out(token).json["reference"]

        refused = shopper.with_hold("DELETE", f"/v1/showtimes/{showtime.id}/holds", token)

        assert refused.problem == "hold-checked-out"
        assert refused.json["reference"] == reference
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_guest_must_give_an_address(self, world: World, showtime: Showtime) -> None:
        shopper = a_guest_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]

        nameless = shopper.check_out(token)
        named = shopper.check_out(token, email="ada@example.org")

        assert nameless.json["errors"][0]["pointer"] == "/email"
        assert named.status == 201

    def test_guest_who_signs_in_keeps_the_hold(self, world: World, showtime: Showtime) -> None:
        token = a_guest_shopper(world).hold(showtime.id, "A-1", "A-2").json["token"]

        assert a_shopper(world).check_out(token).status == 201


class TestPayment:
    def test_approved_payment_confirms_by_the_notice_alone(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1")

        notice(world)

        booking = shopper.booking(reference).json
        assert booking["state"] == "confirmed"
        assert booking["attempts"][0]["state"] == "paid"

    def test_notice_that_comes_twice_changes_nothing(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.TWICE)
        notice(world)
        before = shopper.booking(reference).json

        world.clock.advance(minutes=1)
        notice(world)

        assert shopper.booking(reference).json == before
        assert world.payments.net(f"{reference}/1") == before["total"]["minor"]

    def test_forged_notice_is_refused(self, world: World, showtime: Showtime) -> None:
        reference = checked_out(a_shopper(world), showtime)["reference"]
        forged = json.dumps({"type": "session.paid", "data": {"key": f"{reference}/1"}}).encode()

        reply = world.api.post(
            "/v1/payments/webhook",
            body=forged,
            headers={"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
        )

        assert reply.problem == "webhook-rejected"

    def test_declined_payment_can_be_tried_again_with_the_seats_kept(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.DECLINE)
        declined = shopper.booking(reference, "confirm", "POST").json

        second = shopper.booking(reference, "payments", "POST")
        world.payments.choose(f"{reference}/2")
        confirmed = shopper.booking(reference, "confirm", "POST").json

        assert declined["state"] == "pending"
        assert declined["attempts"][0]["state"] == "failed"
        assert second.json["payment"]["url"]
        assert confirmed["state"] == "confirmed"
        assert [a["state"] for a in confirmed["attempts"]] == ["failed", "paid"]

    def test_page_asked_for_again_is_the_same_while_it_is_open(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        first = shopper.check_out(shopper.hold(showtime.id, "A-1", "A-2").json["token"]).json

        again = [shopper.booking(first["reference"], "payments", "POST").json for _ in range(3)]

        assert [each["payment"] for each in again] == [first["payment"]] * 3
        assert [len(each["attempts"]) for each in again] == [1, 1, 1]

    def test_page_asked_for_again_after_the_payment_is_the_confirmed_booking(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.SILENT)

        again = shopper.booking(reference, "payments", "POST").json

        assert (again["state"], again["payment"]) == ("confirmed", None)

    def test_bank_at_work_and_attempts_used_up_are_told(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        waiting = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{waiting}/1", Choice.SLOW)
        declined = checked_out(shopper, showtime, "B-1", "B-2")["reference"]

        for attempt in range(1, MAX_ATTEMPTS + 1):
            world.payments.choose(f"{declined}/{attempt}", Choice.DECLINE)
            last = shopper.booking(declined, "payments", "POST")

        assert shopper.booking(waiting, "payments", "POST").problem == "payment-under-way"
        assert last.problem == "payment-declined"

    def test_abandoned_payment_frees_its_seats(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.clock.advance(minutes=14, seconds=1)

        world.wiring.selling.recover()

        assert shopper.booking(reference).json["state"] == "lapsed"
        assert taken(world, showtime) == set()

    def test_late_success_is_rescued_with_its_own_seats(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.LATE)
        recover_for_a_while(world)

        booking = shopper.booking(reference).json

        assert (booking["state"], booking["reason"], booking["taken_again"]) == ("confirmed", None, False)
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_late_success_whose_seats_are_gone_is_paid_back(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.LATE)
        world.clock.advance(minutes=15, seconds=1)
        world.wiring.selling.recover()
        a_shopper(world).buy(showtime.id, "A-1", "A-2")
        recover_for_a_while(world)

        booking = shopper.booking(reference).json

        assert (booking["state"], booking["reason"]) == ("lapsed", "seats_lost")
        assert booking["attempts"][0]["state"] == "refunded"
        assert booking["attempts"][0]["refund"] == booking["total"]
        assert world.payments.net(f"{reference}/1") == 0

    def test_late_success_takes_the_nearest_equal_seats_if_that_was_agreed(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
        reference = shopper.check_out(token, other_seats_agreed=True).json["reference"]
        world.payments.choose(f"{reference}/1", Choice.LATE)
        world.clock.advance(minutes=15, seconds=1)
        world.wiring.selling.recover()
        a_shopper(world).buy(showtime.id, "A-1", "A-2")
        recover_for_a_while(world)

        booking = shopper.booking(reference).json

        assert (booking["state"], booking["taken_again"]) == ("confirmed", True)
        assert booking["other_seats_agreed"]
        assert [(t["seat"], t["label"]) for t in booking["tickets"]] == [("A-3", "A3"), ("A-4", "A4")]

    def test_refund_refused_for_good_stands_in_the_list(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.payments.choose(f"{reference}/1", Choice.CLOSED)
        shopper.booking(reference, "confirm", "POST")

        cancelled = shopper.cancel(reference).json

        assert cancelled["state"] == "cancelled"
        assert cancelled["attempts"][0]["state"] == "refused"
        assert RefusedRefunds().references() == [f"{reference}/1"]
