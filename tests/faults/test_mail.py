"""A mail on its way, with the wire cut before and after each call that the mailer makes (ministack, microburst)."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from chalicelib import wiring as wiring_module
from chalicelib.domain.bookings import Booking
from chalicelib.domain.mails import CLAIM_TIME, MailKind, MailMessage
from chalicelib.gateways import mail
from chalicelib.gateways.mail import pack
from chalicelib.gateways.secrets import Secrets
from chalicelib.jobs.mail_outbox import mail_outbox
from chalicelib.jobs.mailer import mailer
from chalicelib.settings import Settings
from chalicelib.stores import tables as store_tables
from chalicelib.stores.bookings import Bookings
from chalicelib.wiring import Wiring
from tests.support import secret
from tests.support.chance import FrozenClock, SeededIds
from tests.support.cloud import Burst, Cloud
from tests.support.mails import a_booking, a_programme, confirmed, queue_event, stored, stream_event
from tests.support.races import TIMEOUTS
from tests.support.world import ENVIRONMENT, SENDER, environment

# What microburst does to the calls it is told of. Written, and the reply lost, once: the SDK repeats the call.
LOST_ONCE = {"response": {"abort_bytes": 0}, "times": 1}
# The same each time the SDK repeats it.
LOST = {"response": {"abort_bytes": 0}, "times": 20}
NEVER_ARRIVES = {"reset": True, "times": 20}
THROTTLED = {"error": {"code": "ThrottlingException"}, "times": 20}
FAULTS: dict[str, Mapping[str, Any]] = {
    "lost once": LOST_ONCE,
    "lost": LOST,
    "never arrives": NEVER_ARRIVES,
    "throttled": THROTTLED,
}


@dataclass
class Wire:
    """The functions of one box office behind microburst; `calls` are those that they made, in order."""

    cloud: Cloud
    burst: Burst
    clock: FrozenClock
    queue_url: str
    calls: list[str]
    fault_at: int = -1
    fault: Mapping[str, Any] | None = None

    def cut(self, call: int, fault: Mapping[str, Any] | None) -> None:
        """Let the fault meet that call, counted from now."""
        self.calls.clear()
        self.fault_at, self.fault = call, fault

    def heed(self, event_name: str, **_: object) -> None:
        """botocore tells it of each call, before it is made."""
        operation = event_name.removeprefix("before-call.")
        if len(self.calls) == self.fault_at and self.fault:
            service = operation.partition(".")[0]
            self.burst.rules([{"service": service, **self.fault}])
        elif self.fault:
            self.burst.rules([])
        self.calls.append(operation)

    def deliver(self, message: MailMessage, patience: int = 5) -> None:
        """As the queue does: bring the message back, when its claim has lapsed, until the mailer is done with it."""
        for _ in range(patience):
            if not mailer(queue_event(pack(message)), None)["batchItemFailures"]:
                return
            self.clock.advance(seconds=CLAIM_TIME.total_seconds())
            self.cut(-1, None)
            self.burst.rules([])
        raise AssertionError("the message was never done with")

    def sent_about(self, reference: str) -> int:
        with urllib.request.urlopen(f"{self.cloud.endpoint}/_ministack/ses/messages", timeout=60) as answer:
            accounts = json.load(answer)["messages"]
        return sum(reference in message["BodyText"] for messages in accounts.values() for message in messages)

    def queued(self) -> list[dict[str, Any]]:
        told = self.cloud.client("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in told.get("Messages", [])]


@contextmanager
def a_wire(cloud: Cloud, burst: Burst) -> Iterator[Wire]:
    burst.rules([])
    cloud.client("ses").verify_email_identity(EmailAddress=SENDER)
    clock, queue_url = FrozenClock(), cloud.new_queue()
    variables = {**ENVIRONMENT, **cloud.environment, **cloud.new_tables()}
    with (
        environment(variables | {"MAIL_QUEUE_URL": queue_url, "AWS_ENDPOINT_URL": burst.endpoint}),
        patch.dict(vars(store_tables), TIMEOUTS),
        patch.dict(vars(mail), {**TIMEOUTS, "SES_READ_TIMEOUT_S": 60}),
    ):
        wire = Wire(cloud, burst, clock, queue_url, [])
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION
        boto3.DEFAULT_SESSION.events.register("before-call", wire.heed)
        store_tables.forget_clients()
        store_tables.client().meta.events.register("before-call", wire.heed)
        wiring = Wiring(Settings.from_environment(), clock, SeededIds(0, clock))
        wiring.secrets = Secrets(secret.DOCUMENT)
        wiring_module.use(wiring)
        try:
            yield wire
        finally:
            burst.rules([])
            wiring_module.use(None)
            store_tables.forget_clients()
            boto3.DEFAULT_SESSION = None


@pytest.fixture
def wire(cloud: Cloud, burst: Burst) -> Iterator[Wire]:
    with a_wire(cloud, burst) as wire:
        yield wire


def mail_about(own: int) -> tuple[Booking, MailMessage]:
    booking = confirmed(a_booking(own=own))
    Bookings().put_if_absent(booking)
    return booking, MailMessage(MailKind.BOOKING_CONFIRMED, booking.reference, booking.email)


def points(recorded: list[str]) -> list[tuple[int, str]]:
    """Each fault at each call. One read is like another: short of a proof, what makes the SDK wait and try on meets only
    the first of them."""
    telling = {recorded.index(operation) for operation in recorded} | {len(recorded) - 1}
    return [
        (call, fault)
        for call in range(len(recorded))
        for fault in FAULTS
        if call in telling or fault == "lost once" or "PROOF" in os.environ
    ]


def test_whatever_is_cut_on_the_mailers_way_the_mail_goes_out_and_twice_only_if_ses_had_no_answer_for_us(
    wire: Wire,
) -> None:
    a_programme()
    booking, message = mail_about(0)
    wire.cut(-1, None)
    wire.deliver(message)
    recorded = list(wire.calls)
    assert recorded[0] == recorded[-1] == "dynamodb.UpdateItem"
    assert "ses.SendRawEmail" in recorded
    assert wire.sent_about(booking.reference) == 1

    outcomes = {}
    for number, (call, fault) in enumerate(points(recorded), start=1):
        booking, message = mail_about(number)
        wire.cut(call, FAULTS[fault])
        wire.deliver(message)
        outcomes[(call, recorded[call], fault)] = wire.sent_about(booking.reference)

    twice = {
        (call, operation, fault)
        for call, operation, fault in outcomes
        if operation == "ses.SendRawEmail" and fault in ("lost", "lost once")
    }
    assert len(twice) == 2
    assert {point: count for point, count in outcomes.items() if count != 1} == dict.fromkeys(twice, 2)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_cut_between_outbox_and_queue_one_mail_goes_out(wire: Wire, fault: str) -> None:
    a_programme()
    record = stored(confirmed(a_booking(own=900 + list(FAULTS).index(fault))))
    wire.cut(0, FAULTS[fault])

    while mail_outbox(stream_event(record), None)["batchItemFailures"]:
        wire.cut(-1, None)
        wire.burst.rules([])

    bodies = wire.queued()
    assert bodies
    assert mailer(queue_event(*bodies), None) == {"batchItemFailures": []}
    assert wire.sent_about(bodies[0]["subject_id"]) == 1
