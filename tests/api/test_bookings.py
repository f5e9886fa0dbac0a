"""Bookings over HTTP: check-out, payment in all its turns, tickets, cancelling."""

from __future__ import annotations

import json

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.utils import base64url_decode

from chalicelib.domain.bookings import MAX_ATTEMPTS
from chalicelib.domain.showtimes import Showtime
from chalicelib.stores.clearances import Clearances, RefusedRefunds
from dev.payments.sessions import Choice
from tests.support.api import guest
from tests.support.builders import a_cinema, a_showtime
from tests.support.shop import Shopper, a_shopper, taken
from tests.support.world import World


def a_guest(world: World) -> Shopper:
    return Shopper(world, guest=guest(world.api.post("/v1/auth/guests").json["guest_id"]))


def checked_out(shopper: Shopper, showtime: Showtime, *seats: str) -> str:
    held = shopper.hold(showtime.id, *(seats or ("A-1", "A-2")))
    reference: str = shopper.check_out(held.json["token"]).json["reference"]
    return reference


def notice(world: World) -> None:
    for headers, body in world.payments.deliver():
        assert world.api.post("/v1/payments/webhook", body=body, headers=headers).status == 200


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
        shopper = a_guest(world)
        token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]

        nameless = shopper.check_out(token)
        named = shopper.check_out(token, email="ada@example.org")

        assert nameless.json["errors"][0]["pointer"] == "/email"
        assert named.status == 201

    def test_guest_who_signs_in_keeps_the_hold(self, world: World, showtime: Showtime) -> None:
        token = a_guest(world).hold(showtime.id, "A-1", "A-2").json["token"]

        assert a_shopper(world).check_out(token).status == 201


class TestPayment:
    def test_approved_payment_confirms_by_the_notice_alone(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1")

        notice(world)

        booking = shopper.booking(reference).json
        assert booking["state"] == "confirmed"
        assert booking["attempts"][0]["state"] == "paid"

    def test_notice_that_comes_twice_changes_nothing(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1", Choice.TWICE)
        notice(world)
        before = shopper.booking(reference).json

        world.clock.advance(minutes=1)
        notice(world)

        assert shopper.booking(reference).json == before
        assert world.payments.net(f"{reference}/1") == before["total"]["minor"]

    def test_forged_notice_is_refused(self, world: World, showtime: Showtime) -> None:
        reference = checked_out(a_shopper(world), showtime)
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
        reference = checked_out(shopper, showtime)
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
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1", Choice.SILENT)

        again = shopper.booking(reference, "payments", "POST").json

        assert (again["state"], again["payment"]) == ("confirmed", None)

    def test_bank_at_work_and_attempts_used_up_are_told(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        waiting = checked_out(shopper, showtime)
        world.payments.choose(f"{waiting}/1", Choice.SLOW)
        declined = checked_out(shopper, showtime, "B-1", "B-2")

        for attempt in range(1, MAX_ATTEMPTS + 1):
            world.payments.choose(f"{declined}/{attempt}", Choice.DECLINE)
            last = shopper.booking(declined, "payments", "POST")

        assert shopper.booking(waiting, "payments", "POST").problem == "payment-under-way"
        assert last.problem == "payment-declined"

    def test_abandoned_payment_frees_its_seats(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.clock.advance(minutes=14, seconds=1)

        world.wiring.selling.recover()

        assert shopper.booking(reference).json["state"] == "lapsed"
        assert taken(world, showtime) == set()

    def test_late_success_is_rescued_with_its_own_seats(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1", Choice.LATE)
        for _ in range(6):
            world.clock.advance(minutes=4)
            world.payments.deliver()
            world.wiring.selling.recover()

        booking = shopper.booking(reference).json

        assert (booking["state"], booking["reason"], booking["taken_again"]) == ("confirmed", None, False)
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_late_success_whose_seats_are_gone_is_paid_back(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1", Choice.LATE)
        world.clock.advance(minutes=15, seconds=1)
        world.wiring.selling.recover()
        a_shopper(world).buy(showtime.id, "A-1", "A-2")
        for _ in range(6):
            world.clock.advance(minutes=4)
            world.payments.deliver()
            world.wiring.selling.recover()

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
        for _ in range(6):
            world.clock.advance(minutes=4)
            world.payments.deliver()
            world.wiring.selling.recover()

        booking = shopper.booking(reference).json

        assert (booking["state"], booking["taken_again"]) == ("confirmed", True)
        assert booking["other_seats_agreed"]
        assert [(t["seat"], t["label"]) for t in booking["tickets"]] == [("A-3", "A3"), ("A-4", "A4")]

    def test_refund_refused_for_good_stands_in_the_list(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        world.payments.choose(f"{reference}/1", Choice.CLOSED)
        shopper.booking(reference, "confirm", "POST")

        cancelled = shopper.cancel(reference).json

        assert cancelled["state"] == "cancelled"
        assert cancelled["attempts"][0]["state"] == "refused"
        assert RefusedRefunds().references() == [f"{reference}/1"]


class TestTickets:
    def test_ticket_verifies_offline_with_the_published_key_alone(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        tickets = shopper.booking(reference, "tickets").json["tickets"]
        published = world.api.get("/v1/tickets/keys").json["keys"][0]

        key = Ed25519PublicKey.from_public_bytes(base64url_decode(published["x"]))
        claims = jwt.decode(tickets[0]["token"], key, algorithms=["EdDSA"], options={"verify_exp": False})

        assert claims["seat"] == "A-1"
        assert claims["ref"] == reference
        assert set(claims) == {"ref", "show", "seat", "exp"}

    def test_pending_booking_has_no_tickets(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)

        assert shopper.booking(checked_out(shopper, showtime), "tickets").problem == "booking-closed"


class TestReach:
    def test_booking_of_another_is_not_found(self, world: World, showtime: Showtime) -> None:
        reference = checked_out(a_shopper(world), showtime)

        assert a_shopper(world).booking(reference).problem == "not-found"
        assert Shopper(world).booking(reference).problem == "not-found"

    def test_signed_link_opens_its_booking_and_no_other(self, world: World, showtime: Showtime) -> None:
        one, other = a_shopper(world), a_shopper(world)
        token = one.booking(checked_out(one, showtime)).json["token"]
        reference = one.world.api.get("/v1/bookings", as_=one.as_).json["bookings"][0]["reference"]
        stranger = checked_out(other, showtime, "B-1", "B-2")

        assert Shopper(world).booking(reference, token=token).status == 200
        assert Shopper(world).booking(stranger, token=token).problem == "booking-token-rejected"

    def test_wrong_token_does_not_tell_which_references_there_are(
        self, world: World, showtime: Showtime
    ) -> None:
        there = checked_out(a_shopper(world), showtime)
        nowhere = f"{showtime.id}-0000000"

        for reference in (there, nowhere):
            assert Shopper(world).booking(reference, token="x").problem == "booking-token-rejected"

    def test_reference_may_be_typed_in_small_letters(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)
        token = shopper.booking(reference).json["token"]

        assert shopper.booking(reference.lower()).json["reference"] == reference
        assert Shopper(world).booking(reference.lower(), token=token).status == 200

    def test_own_bookings_are_listed_newest_first_by_pages(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        references = []
        for row in "ABC":
            references.append(checked_out(shopper, showtime, f"{row}-1", f"{row}-2"))
            world.clock.advance(seconds=5)

        first = world.api.get("/v1/bookings?limit=2", as_=shopper.as_).json
        second = world.api.get(f"/v1/bookings?limit=2&cursor={first['next']}", as_=shopper.as_).json

        listed = [b["reference"] for b in first["bookings"] + second["bookings"]]
        assert listed == references[::-1]
        assert second["next"] is None


class TestCancel:
    def test_cancelling_gives_back_what_was_shown_and_the_seats_sell_again(self, world: World) -> None:
        cinema = a_cinema(world, refund_per_cent=50)
        showtime = a_showtime(world, cinema=cinema, rows=3, seats=10)
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        shown = shopper.booking(reference, "cancellation").json

        cancelled = shopper.cancel(reference).json

        assert shown["refund"]["minor"] == 1200
        assert shown["retained"]["minor"] == 1200
        assert shown["fee"]["minor"] == 200
        assert cancelled["state"] == "cancelled"
        assert world.payments.net(f"{reference}/1") == 2600 - 1200
        assert a_shopper(world).hold(showtime.id, "A-1", "A-2").status == 201

    def test_cancelling_twice_pays_back_once(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        shopper.cancel(reference)

        again = shopper.cancel(reference)

        assert again.status == 200
        assert world.payments.net(f"{reference}/1") == 200

    def test_booking_past_its_terms_is_not_cancelled(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        world.clock.advance(hours=23, minutes=1)

        refused = shopper.cancel(reference)

        assert refused.problem == "cannot-cancel"
        assert taken(world, showtime) == {"A-1", "A-2"}

    def test_cancelled_showtime_pays_everyone_back_in_full(self, world: World, showtime: Showtime) -> None:
        paid = a_shopper(world)
        reference = paid.buy(showtime.id, "A-1", "A-2")
        pending = a_shopper(world)
        waiting = checked_out(pending, showtime, "B-1", "B-2")

        world.wiring.selling.cancel_showtime(showtime.id)

        assert paid.booking(reference).json["state"] == "cancelled"
        assert pending.booking(waiting).json["state"] == "cancelled"
        assert world.payments.net(f"{reference}/1") == 0
        assert a_shopper(world).hold(showtime.id, "C-1", "C-2").problem == "sales-closed"

    def test_clearance_that_runs_out_of_time_is_finished_by_recovery(
        self, world: World, showtime: Showtime
    ) -> None:
        references = [a_shopper(world).buy(showtime.id, f"{row}-1", f"{row}-2") for row in "ABC"]
        cancelling = world.wiring.selling.cancelling
        Clearances().order(showtime.id, world.clock.now())

        done = cancelling.clear(showtime.id, until=world.clock.now())

        assert not done
        assert [world.payments.net(f"{each}/1") for each in references] == [2600, 2600, 2600]
        assert a_shopper(world).hold(showtime.id, "C-4", "C-5").problem == "sales-closed"
        world.clock.advance(minutes=1)
        world.wiring.selling.recover()
        assert [world.payments.net(f"{each}/1") for each in references] == [0, 0, 0]
