"""Cancelling names what the customer was shown: nobody gets back less than they agreed to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.showtimes import Showtime
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import Choice
from tests.support.builders import a_cinema, a_showtime
from tests.support.shop import a_shopper, checked_out, taken
from tests.support.world import World


class TestTermsThatWereShown:
    def test_booking_is_not_cancelled_without_them(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")

        refused = world.api.post(f"/v1/bookings/{reference}/cancel", json={}, as_=shopper.as_)

        assert refused.problem == "invalid"
        assert refused.json["errors"][0]["pointer"] == "/refund"
        assert shopper.booking(reference).json["state"] == "confirmed"

    @pytest.mark.parametrize(
        "refund", [{"minor": 2600, "currency": "EUR"}, {"minor": 1200, "currency": "USD"}]
    )
    def test_other_terms_than_those_of_now_cancel_nothing_and_are_answered_with_these(
        self, world: World, refund: dict[str, Any]
    ) -> None:
        showtime = a_showtime(world, cinema=a_cinema(world, refund_per_cent=50), rows=3, seats=10)
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")

        refused = shopper.booking(reference, "cancel", "POST", refund=refund)

        told = shopper.booking(reference, "cancellation").json
        assert refused.problem == "terms-changed"
        assert {name: refused.json[name] for name in told} == told
        assert shopper.booking(reference).json["state"] == "confirmed"
        assert world.payments.net(f"{reference}/1") == 2600

    def test_cancelling_again_stays_done_whatever_is_named(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        shopper.cancel(reference)

        again = shopper.booking(reference, "cancel", "POST", refund={"minor": 1, "currency": "EUR"})

        assert (again.status, again.json["state"]) == (200, "cancelled")


class TestUnpaid:
    def test_all_of_it_is_named_while_nothing_is_paid(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        booking = checked_out(shopper, showtime)

        cancelled = shopper.booking(booking["reference"], "cancel", "POST", refund=booking["total"])

        assert cancelled.json["state"] == "cancelled"
        assert taken(world, showtime) == set()

    def test_what_was_paid_meanwhile_is_kept_and_its_terms_are_told(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = a_shopper(world)
        booking = checked_out(shopper, showtime)
        world.payments.choose(f"{booking['reference']}/1", Choice.SILENT)

        refused = shopper.booking(booking["reference"], "cancel", "POST", refund=booking["total"])

        assert refused.problem == "terms-changed"
        assert (refused.json["refund"]["minor"], refused.json["fee"]["minor"]) == (2400, 200)
        assert shopper.booking(booking["reference"]).json["state"] == "confirmed"
        assert shopper.cancel(booking["reference"]).json["state"] == "cancelled"

    def test_all_of_what_is_still_paid_goes_back_where_the_provider_was_silent(
        self, world: World, showtime: Showtime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shopper = a_shopper(world)
        booking = checked_out(shopper, showtime)
        world.payments.choose(f"{booking['reference']}/1", Choice.SILENT)

        def silent(_: str) -> None:
            raise ProviderUnavailable()

        monkeypatch.setattr(world.payments, "find", silent)
        cancelled = shopper.booking(booking["reference"], "cancel", "POST", refund=booking["total"])

        assert cancelled.json["state"] == "cancelled"
        assert world.payments.net(f"{booking['reference']}/1") == 0


class TestRefused:
    """Each refusal says why, so that a page can say what to do."""

    def test_later_than_the_terms_allow(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        world.clock.advance(hours=23, minutes=1)

        refused = shopper.cancel(reference)

        assert (refused.problem, refused.json["reason"]) == ("cannot-cancel", "too_late")
        assert refused.json["cancel_until"] == shopper.booking(reference).json["cancel_until"]

    def test_after_the_showtime_has_begun(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        world.clock.advance(hours=24, minutes=1)

        assert shopper.cancel(reference).json["reason"] == "showtime_begun"

    def test_after_a_ticket_was_admitted(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        booking = world.wiring.selling.reading.by_reference(reference)
        admitted = replace(booking.tickets[0], admitted_at=world.clock.now())
        Bookings().change(booking, replace(booking, tickets=(admitted, *booking.tickets[1:])))

        assert shopper.cancel(reference).json["reason"] == "admitted"

    def test_in_a_state_in_which_nothing_is_left_to_cancel(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = checked_out(shopper, showtime)["reference"]
        world.clock.advance(minutes=16)

        refused = shopper.cancel(reference)

        assert (refused.json["reason"], refused.json["state"]) == ("state", BookingState.LAPSED)
