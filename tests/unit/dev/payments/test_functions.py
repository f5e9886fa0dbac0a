"""The two functions as Lambda calls them: nudged by the queue, found by the schedule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
import urllib3
from moto import mock_aws

from chalicelib.clock import SystemClock
from chalicelib.domain.money import Money
from chalicelib.domain.payments import PaymentOrder, PaymentSession
from chalicelib.gateways.payments import SandboxPayments
from dev.payments import functions
from dev.payments.in_process import SECRET
from dev.payments.sessions import Choice
from tests.support.payments import API_KEY, HandlerHttp, a_dynamo_ledger, an_event

REGION = "eu-west-1"


class Context:
    def __init__(self, milliseconds: int = 60_000) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


class ShopHttp:
    """Takes what the courier posts."""

    def __init__(self) -> None:
        self.status = 204
        self.fails = False
        self.kinds: list[str] = []

    def request(
        self, method: str, url: str, *, body: bytes, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        assert (method, url) == ("POST", "http://shop.example/webhook")
        if self.fails:
            raise urllib3.exceptions.ProtocolError("closed")
        self.kinds.append(json.loads(body)["type"])
        return urllib3.HTTPResponse(status=self.status)


class Deployed:
    def __init__(self, queue_url: str, shop: ShopHttp) -> None:
        self.shop = shop
        self._queue_url = queue_url
        self._sqs = boto3.client("sqs", region_name=REGION)
        http = HandlerHttp(lambda event: functions.api(event, Context()))
        self.payments = SandboxPayments(
            "http://sandbox.example/sandbox", API_KEY, SECRET, clock=SystemClock(), http=http
        )

    def open(self, key: str = "k") -> PaymentSession:
        deadline = datetime.now(UTC) + timedelta(minutes=14)
        return self.payments.open(
            PaymentOrder(key, "ref", Money(1, "EUR"), deadline, "http://shop.example", "d")
        )

    def choose(self, session: PaymentSession, choice: Choice) -> None:
        body = urlencode({"choice": choice}).encode()
        functions.api(an_event("POST", f"/pay/{session.session_id}", body), Context())

    def messages(self) -> list[dict[str, Any]]:
        found = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        return [dict(message) for message in found.get("Messages", [])]

    def deliver(self, keys: list[str]) -> dict[str, Any]:
        records = [{"messageId": key, "body": json.dumps({"key": key})} for key in keys]
        return functions.deliver({"Records": records}, Context())


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with mock_aws():
        a_dynamo_ledger()
        queue_url = boto3.client("sqs", region_name=REGION).create_queue(QueueName="nudges")["QueueUrl"]
        shop = ShopHttp()
        for name, value in {
            "AWS_DEFAULT_REGION": REGION,
            "TABLE": "sandbox-ledger",
            "QUEUE_URL": queue_url,
            "API_KEY": API_KEY,
            "LATE_SECONDS": "120",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "WEBHOOK_URL": "http://shop.example/webhook",
            "WEBHOOK_SECRET": SECRET,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(functions, "_http", lambda: shop)
        for cached in (
            functions._api,
            functions._provider,
            functions._courier,
            functions._ledger,
            functions._queue,
        ):
            cached.cache_clear()
        yield Deployed(queue_url, shop)


def test_a_payment_sends_its_courier_by_the_queue(deployed: Deployed) -> None:
    deployed.choose(deployed.open(), Choice.APPROVE)
    [message] = deployed.messages()
    assert deployed.deliver([json.loads(message["Body"])["key"]]) == {"batchItemFailures": []}
    assert deployed.shop.kinds == ["session.paid"]


def test_what_is_due_far_from_now_is_left_to_the_schedule(deployed: Deployed) -> None:
    deployed.choose(deployed.open(), Choice.NEVER)
    assert deployed.messages() == []


def test_asking_how_it_stands_sends_no_courier(deployed: Deployed) -> None:
    deployed.open()
    deployed.payments.find("k")
    assert deployed.messages() == []


def test_a_queue_that_is_gone_stops_no_payment(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    session = deployed.open()
    monkeypatch.setenv("QUEUE_URL", f"https://sqs.{REGION}.amazonaws.com/123456789012/gone")
    deployed.choose(session, Choice.APPROVE)
    found = deployed.payments.find("k")
    assert found is not None and found.state.is_final


def test_the_schedule_finds_what_the_queue_lost(deployed: Deployed) -> None:
    deployed.choose(deployed.open(), Choice.APPROVE)
    functions.deliver({"source": "aws.events"}, Context())
    assert deployed.shop.kinds == ["session.paid"]


def test_the_schedule_stops_in_time(deployed: Deployed) -> None:
    deployed.choose(deployed.open(), Choice.APPROVE)
    functions.deliver({"source": "aws.events"}, Context(milliseconds=1_000))
    assert deployed.shop.kinds == []


@pytest.mark.parametrize("trouble", ["refuses", "redirects", "breaks"])
def test_a_notice_that_was_not_accepted_is_queued_for_its_next_try(deployed: Deployed, trouble: str) -> None:
    deployed.shop.status = {"refuses": 500, "redirects": 302}.get(trouble, 204)
    deployed.shop.fails = trouble == "breaks"
    deployed.choose(deployed.open(), Choice.APPROVE)
    deployed.messages()
    assert deployed.deliver(["k"]) == {"batchItemFailures": []}
    waiting = boto3.client("sqs", region_name=REGION).get_queue_attributes(
        QueueUrl=deployed._queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert waiting["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_message_about_a_busy_session_comes_again_and_the_others_are_done(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("calm", "busy"):
        deployed.choose(deployed.open(key), Choice.APPROVE)
    save = functions._ledger().save
    monkeypatch.setattr(
        functions._ledger(), "save", lambda session, entries: session.key != "busy" and save(session, entries)
    )
    assert deployed.deliver(["busy", "calm"]) == {"batchItemFailures": [{"itemIdentifier": "busy"}]}
    assert deployed.shop.kinds == ["session.paid"]


def test_a_message_about_an_unknown_session_is_not_repeated(deployed: Deployed) -> None:
    assert deployed.deliver(["nobody"]) == {"batchItemFailures": []}
