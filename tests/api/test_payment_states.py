"""What the API tells of a payment that is waited for: from the booking alone, and once the provider was asked."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.bookings import MAX_ATTEMPTS
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.showtimes import Showtime
from dev.payments.sessions import Choice
from tests.support.builders import a_price_list, a_showtime, an_auditorium
from tests.support.shop import Shopper, a_shopper, checked_out
from tests.support.world import World


def confirmed(shopper: Shopper, reference: str) -> Any:
    return shopper.booking(reference, "confirm", "POST").json


def asks_nobody(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    def silent(*_: object) -> None:
        raise ProviderUnavailable()

    for question in ("open", "find", "end"):
        monkeypatch.setattr(world.payments, question, silent)


def test_open_page_is_told_by_whatever_asks_the_provider(world: World, showtime: Showtime) -> None:
    shopper = a_shopper(world)
    booking = checked_out(shopper, showtime)

    asked = confirmed(shopper, booking["reference"])

    assert booking["payment"]["state"] == "open"
    assert booking["payment"]["url"]
    assert asked["payment"] == booking["payment"]
    assert asked["pay_until"] == booking["pay_until"]


def test_reading_asks_no_provider_and_claims_no_more_than_the_booking_knows(
    world: World, showtime: Showtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = a_shopper(world)
    reference = checked_out(shopper, showtime)["reference"]
    asks_nobody(monkeypatch, world)

    read = shopper.booking(reference).json
    listed = world.api.get("/v1/bookings", as_=shopper.as_).json["bookings"]

    assert read["payment"] == {"state": "unknown", "url": None}
    assert [each["payment"] for each in listed] == [read["payment"]]


def test_bank_at_work_is_told_by_confirming_not_by_a_refusal(world: World, showtime: Showtime) -> None:
    shopper = a_shopper(world)
    reference = checked_out(shopper, showtime)["reference"]
    world.payments.choose(f"{reference}/1", Choice.SLOW)

    told = confirmed(shopper, reference)

    assert (told["state"], told["payment"]) == ("pending", {"state": "processing", "url": None})


def test_bank_at_work_is_told_to_the_tab_that_checks_the_same_hold_out(
    world: World, showtime: Showtime
) -> None:
    shopper = a_shopper(world)
    token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
    reference = shopper.check_out(token).json["reference"]
    world.payments.choose(f"{reference}/1", Choice.SLOW)

    assert shopper.check_out(token).json["payment"] == {"state": "processing", "url": None}


def test_bank_still_at_work_after_the_last_moment_to_pay_is_told(world: World, showtime: Showtime) -> None:
    shopper = a_shopper(world)
    reference = checked_out(shopper, showtime)["reference"]
    world.payments.choose(f"{reference}/1", Choice.LATE)
    world.clock.advance(minutes=14, seconds=1)

    told = confirmed(shopper, reference)

    assert (told["state"], told["payment"]["state"]) == ("pending", "processing")


def test_declined_payment_is_told_by_every_answer_until_another_begins(
    world: World, showtime: Showtime
) -> None:
    shopper = a_shopper(world)
    reference = checked_out(shopper, showtime)["reference"]
    world.payments.choose(f"{reference}/1", Choice.DECLINE)

    declined = confirmed(shopper, reference)
    read = shopper.booking(reference).json
    again = shopper.booking(reference, "payments", "POST").json

    assert declined["payment"] == read["payment"] == {"state": "failed", "url": None}
    assert again["payment"]["state"] == "open"


def test_attempts_that_are_used_up_are_told(world: World, showtime: Showtime) -> None:
    shopper = a_shopper(world)
    reference = checked_out(shopper, showtime)["reference"]
    for attempt in range(1, MAX_ATTEMPTS + 1):
        world.payments.choose(f"{reference}/{attempt}", Choice.DECLINE)
        if attempt < MAX_ATTEMPTS:
            shopper.booking(reference, "payments", "POST")

    confirmed(shopper, reference)

    assert shopper.booking(reference).json["payment"] == {"state": "used_up", "url": None}


def test_page_that_was_never_opened_is_asked_for_by_paying_again(
    world: World, showtime: Showtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = a_shopper(world)
    token = shopper.hold(showtime.id, "A-1", "A-2").json["token"]
    with monkeypatch.context() as patch:
        asks_nobody(patch, world)
        assert shopper.check_out(token).problem == "payment-provider-unavailable"
    reference = world.api.get("/v1/bookings", as_=shopper.as_).json["bookings"][0]["reference"]

    told = confirmed(shopper, reference)
    again = shopper.booking(reference, "payments", "POST").json

    assert told["payment"] == {"state": "open", "url": None}
    assert again["payment"]["url"]


def test_booking_that_is_paid_has_no_payment_to_make(world: World, showtime: Showtime) -> None:
    shopper = a_shopper(world)

    assert shopper.booking(shopper.buy(showtime.id, "A-1", "A-2")).json["payment"] is None


def test_booking_that_costs_nothing_is_confirmed_by_its_check_out(world: World) -> None:
    room = an_auditorium(world, rows=3, seats=10)
    free = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id), adult=0, fee=0)
    showtime = a_showtime(world, auditorium=room, price_list=free)

    booking = checked_out(a_shopper(world), showtime)

    assert (booking["state"], booking["payment"], booking["attempts"]) == ("confirmed", None, [])


def test_page_asked_for_once_it_is_paid_is_the_confirmed_booking_however_often(
    world: World, showtime: Showtime
) -> None:
    shopper = a_shopper(world)
    reference = shopper.buy(showtime.id, "A-1", "A-2")

    again = [shopper.booking(reference, "payments", "POST") for _ in range(2)]

    assert [(each.status, each.json["state"]) for each in again] == [(200, "confirmed")] * 2
    assert world.payments.net(f"{reference}/1") == 2600
