"""The command for mails that the stream has forgotten."""

from __future__ import annotations

import pytest

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.mails import MailKind, MailMessage
from chalicelib.jobs.mailer import mailer
from chalicelib.stores import mails
from chalicelib.stores.bookings import Bookings
from dev.mails import main
from tests.support.chance import START
from tests.support.mails import (
    ADDRESS,
    SHOWTIME_ID,
    a_booking,
    a_programme,
    confirmed,
    queue_event,
    sent_mails,
)
from tests.support.world import a_world


def test_ordering_again_sends_what_was_forgotten_and_nothing_twice() -> None:
    with a_world() as world:
        a_programme()
        Bookings().put_if_absent(confirmed(a_booking(own=1)))
        main(["order", SHOWTIME_ID])
        mailer(queue_event(*world.queued_mail()), None)
        Bookings().put_if_absent(confirmed(a_booking(own=2)))
        Bookings().put_if_absent(a_booking(own=3, state=BookingState.LAPSED))

        assert main(["order", SHOWTIME_ID]) == 0
        mailer(queue_event(*world.queued_mail()), None)

        assert len(sent_mails(world)) == 2


def test_refused_mails_are_listed_with_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with a_world():
        message = MailMessage(MailKind.BOOKING_CONFIRMED, "K7M2QX-0000001", ADDRESS)
        mails.refused(mails.claim("a", message, START), "MessageRejected", START)

        assert main(["refused"]) == 0

    told = capsys.readouterr().out
    assert "MessageRejected booking-confirmed#K7M2QX-0000001" in told
    assert ADDRESS not in told
