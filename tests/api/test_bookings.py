"""Bookings over HTTP: their tickets, who reaches them, cancelling."""

from __future__ import annotations

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.utils import base64url_decode

from chalicelib.domain.showtimes import Showtime
from chalicelib.stores.clearances import Clearances
from tests.support.builders import a_cinema, a_showtime
from tests.support.shop import Shopper, a_shopper, checked_out, taken
from tests.support.world import World


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

        assert (
            shopper.booking(checked_out(shopper, showtime)["reference"], "tickets").problem
            == "booking-closed"
        )


class TestReach:
    def test_booking_of_another_is_not_found(self, world: World, showtime: Showtime) -> None:
        reference = checked_out(a_shopper(world), showtime)["reference"]

        assert a_shopper(world).booking(reference).problem == "not-found"
        assert Shopper(world).booking(reference).problem == "not-found"

    def test_signed_link_opens_its_booking_and_no_other(self, world: World, showtime: Showtime) -> None:
        one, other = a_shopper(world), a_shopper(world)
        token = one.booking(checked_out(one, showtime)["reference"]).json["token"]
        reference = one.world.api.get("/v1/bookings", as_=one.as_).json["bookings"][0]["reference"]
        stranger = checked_out(other, showtime, "B-1", "B-2")["reference"]

        assert Shopper(world).booking(reference, token=token).status == 200
        assert Shopper(world).booking(stranger, token=token).problem == "booking-token-rejected"

    def test_wrong_token_does_not_tell_which_references_there_are(
        self, world: World, showtime: Showtime
    ) -> None:
        there = checked_out(a_shopper(world), showtime)["reference"]
        nowhere = f"{showtime.id}-0000000"

        for reference in (there, nowhere):
            assert Shopper(world).booking(reference, token="x").problem == "booking-token-rejected"

    def test_reference_may_be_typed_in_small_letters(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        token = shopper.booking(reference).json["token"]

        assert shopper.booking(reference.lower()).json["reference"] == reference
        assert Shopper(world).booking(reference.lower(), token=token).status == 200

    def test_own_bookings_are_listed_newest_first_by_pages(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        references = []
        for row in "ABC":
            references.append(checked_out(shopper, showtime, f"{row}-1", f"{row}-2")["reference"])
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
        waiting = checked_out(pending, showtime, "B-1", "B-2")["reference"]

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
