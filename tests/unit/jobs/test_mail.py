"""From a change of a booking to the mail in its reader's hands: stream, queue, mail service, all in moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.bookings import BookingState, UndoReason
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.mails import CLAIM_TIME, MailKind, MailMessage
from chalicelib.gateways.mail import pack
from chalicelib.jobs.mail_outbox import mail_outbox
from chalicelib.jobs.mailer import mailer
from tests.support.mails import (
    ADDRESS,
    a_booking,
    a_programme,
    cancelling,
    confirmed,
    queue_event,
    rupees,
    sent_mails,
    stored,
    stream_event,
)
from tests.support.world import World, a_world

NOTHING_LEFT: dict[str, list[Any]] = {"batchItemFailures": []}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r-1")


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def carry(world: World, *records: dict[str, Any]) -> None:
    """Both functions, one after the other, as AWS would run them."""
    assert mail_outbox(stream_event(*records), CONTEXT) == NOTHING_LEFT
    assert mailer(queue_event(*world.queued_mail()), CONTEXT) == NOTHING_LEFT


class TestWholeWay:
    def test_confirmed_booking_is_mailed_to_its_customer(self, world: World) -> None:
        a_programme()
        pending = a_booking()
        first = stored(pending)

        carry(world, first, stored(confirmed(pending), pending))

        (mail,) = sent_mails(world)
        assert mail.to == ADDRESS
        assert mail.subject.startswith("Booked: The Lighthouse")
        assert mail.message["From"] == "Matinee <box-office@matinee.example>"
        assert "F12" in mail.text
        assert "F12" in mail.html

    def test_cancelled_booking_is_mailed_with_its_amounts(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking())
        stored(booking)

        carry(world, stored(cancelling(booking, UndoReason.CUSTOMER, rupees(76000)), booking))

        (mail,) = sent_mails(world)
        assert mail.subject.startswith("Cancelled: The Lighthouse")
        assert "₹760.00" in mail.text

    def test_same_records_and_messages_twice_are_one_mail(self, world: World) -> None:
        a_programme()
        record = stored(confirmed(a_booking()))

        carry(world, record, record)
        carry(world, record)

        assert len(sent_mails(world)) == 1

    def test_confirmed_and_cancelled_before_any_mail_went_out_is_one_mail(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking())
        records = stored(booking), stored(cancelling(booking, UndoReason.CUSTOMER, rupees(76000)), booking)

        carry(world, *records)

        (mail,) = sent_mails(world)
        assert mail.subject.startswith("Cancelled")

    def test_mail_of_an_account_goes_through_the_same_queue(self, world: World) -> None:
        world.wiring.notifications.account_mail("verify-address", ADDRESS, {"token": "t-1"})

        carry(world)

        (mail,) = sent_mails(world)
        assert mail.subject == "Confirm your address"
        assert "/verify-address?token=t-1" in mail.text

    def test_message_id_is_the_same_however_often_the_mail_is_made(self, world: World) -> None:
        message = MailMessage(MailKind.ADDRESS_KNOWN, "1", ADDRESS)

        mailer(queue_event(pack(message)), CONTEXT)

        (mail,) = sent_mails(world)
        assert mail.message["Message-ID"] == f"<{message.mail_id}@matinee.example>"


class TestMailOutbox:
    def test_deleted_booking_orders_nothing(self, world: World) -> None:
        record = stored(confirmed(a_booking()))
        record["dynamodb"]["OldImage"] = record["dynamodb"].pop("NewImage")

        carry(world, record)

        assert sent_mails(world) == []

    def test_queue_out_of_reach_brings_the_stream_back_from_there(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = stored(a_booking(own=1, state=BookingState.LAPSED))
        failing = stored(confirmed(a_booking(own=2)))
        after = stored(confirmed(a_booking(own=3)))
        put = world.wiring.mail_queue.put
        monkeypatch.setattr(world.wiring.mail_queue, "put", _unavailable)

        result = mail_outbox(stream_event(done, failing, after), CONTEXT)

        assert result == {"batchItemFailures": [{"itemIdentifier": failing["dynamodb"]["SequenceNumber"]}]}
        monkeypatch.setattr(world.wiring.mail_queue, "put", put)
        assert mail_outbox(stream_event(failing, after), CONTEXT) == NOTHING_LEFT
        assert len(world.queued_mail()) == 2


class TestMailer:
    def test_message_that_fails_does_not_keep_the_others(self, world: World) -> None:
        good = pack(MailMessage(MailKind.ADDRESS_KNOWN, "1", ADDRESS))

        result = mailer(queue_event("not json", good, '{"kind": "no-such-mail"}'), CONTEXT)

        assert result == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]}
        assert len(sent_mails(world)) == 1

    def test_mail_is_not_begun_without_the_time_to_end_it(self, world: World) -> None:
        good = pack(MailMessage(MailKind.ADDRESS_KNOWN, "1", ADDRESS))
        late = SimpleNamespace(get_remaining_time_in_millis=lambda: 10_000)

        result = mailer(queue_event(good), late)

        assert result == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
        assert mailer(queue_event(good), CONTEXT) == NOTHING_LEFT
        assert len(sent_mails(world)) == 1

    def test_mail_whose_send_had_no_answer_comes_again_when_its_claim_has_lapsed(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        message = pack(MailMessage(MailKind.ADDRESS_KNOWN, "1", ADDRESS))
        send = world.wiring.mailer.send
        monkeypatch.setattr(world.wiring.mailer, "send", _unavailable)

        assert mailer(queue_event(message), CONTEXT)["batchItemFailures"]
        monkeypatch.setattr(world.wiring.mailer, "send", send)
        assert mailer(queue_event(message), CONTEXT)["batchItemFailures"]
        world.clock.advance(seconds=CLAIM_TIME.total_seconds())

        assert mailer(queue_event(message), CONTEXT) == NOTHING_LEFT
        assert len(sent_mails(world)) == 1

    def test_no_address_and_no_token_is_logged(
        self, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        message = MailMessage(MailKind.RESET_PASSWORD, "1", ADDRESS, data={"token": "secret-token"})
        lines: list[str] = []
        monkeypatch.setattr(
            "chalicelib.observability.logger._logger.handle", lambda record: lines.append(str(vars(record)))
        )

        mailer(queue_event(pack(message)), CONTEXT)
        mailer(queue_event(json.dumps({"recipient": ADDRESS, "token": "secret-token"})), CONTEXT)

        assert lines
        assert not [line for line in lines if ADDRESS in line or "secret-token" in line]


def _unavailable(*_: object) -> str:
    raise Unavailable("Mail")
