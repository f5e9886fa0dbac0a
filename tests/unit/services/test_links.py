"""The links in our mails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.bookings import BookingTokenRejected
from chalicelib.gateways.signing import Signer
from chalicelib.services.links import Links
from tests.support.chance import FrozenClock
from tests.support.mails import a_booking

REFERENCE = "K7M2QX-4FZ81QW"


def links(label: str = "booking", key: bytes = b"k" * 32) -> Links:
    return Links("https://matinee.example", Signer(label, key, FrozenClock()))


class TestBookingToken:
    def test_opens_its_booking(self) -> None:
        links().check_booking_token(links().booking_token(REFERENCE), REFERENCE)

    @pytest.mark.parametrize(
        "token",
        [
            "",
            "nonsense",
            links().booking_token("K7M2QX-0000000"),
            links(label="hold").booking_token(REFERENCE),
            links(key=b"x" * 32).booking_token(REFERENCE),
        ],
        ids=["none", "nonsense", "other booking", "other purpose", "other key"],
    )
    def test_nothing_else_opens_it(self, token: str) -> None:
        with pytest.raises(BookingTokenRejected):
            links().check_booking_token(token, REFERENCE)


class TestAfterPayment:
    def test_who_held_as_a_guest_comes_back_with_what_opens_the_booking(self) -> None:
        booking = a_booking(principal_id="G#01K9ZGUEST")

        page, _, token = links().after_payment(booking).partition("?token=")

        assert page == f"https://matinee.example/bookings/{booking.reference}"
        links().check_booking_token(token, booking.reference)

    def test_who_held_with_an_account_has_a_session(self) -> None:
        booking = a_booking(principal_id="U#01K9ZUSER")

        assert links().after_payment(booking) == f"https://matinee.example/bookings/{booking.reference}"

    def test_address_stays_the_same_when_an_account_adopts_the_booking(self) -> None:
        """It goes with the provider's idempotency key: a repeat with other words may be refused."""
        booking = a_booking(principal_id="G#01K9ZGUEST")

        adopted = replace(booking, customer="U#01K9ZUSER")

        assert links().after_payment(adopted) == links().after_payment(booking)
