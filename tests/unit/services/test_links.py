"""The links in our mails."""

from __future__ import annotations

import pytest

from chalicelib.domain.bookings import BookingTokenRejected
from chalicelib.gateways.signing import Signer
from chalicelib.services.links import Links
from tests.support.chance import FrozenClock

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
