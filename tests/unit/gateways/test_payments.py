"""What the client makes of the provider's answers, and of none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ProtocolError, ReadTimeoutError

from chalicelib.domain.money import Money
from chalicelib.domain.payments import PaymentEvent, ProviderUnavailable, WebhookRejected
from chalicelib.gateways import webhooks
from chalicelib.gateways.payments import RequestRejected, SandboxPayments
from dev.payments.in_process import SECRET
from tests.support.chance import START, FrozenClock
from tests.support.payments import an_order

POOL = urllib3.HTTPConnectionPool("sandbox.example")


class OneAnswer:
    """Answers every request alike, and keeps what was asked."""

    def __init__(self, answer: urllib3.HTTPResponse | HTTPError) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str, bytes | None, Mapping[str, str]]] = []

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        self.asked.append((method, url, body, headers))
        if isinstance(self._answer, HTTPError):
            raise self._answer
        return self._answer


def answer(status: int, content: Any) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(body=json.dumps(content).encode(), status=status)


def client(http: OneAnswer) -> SandboxPayments:
    return SandboxPayments("http://sandbox.example/", "the key", SECRET, clock=FrozenClock(), http=http)


SESSION = {
    "session_id": "ps_1",
    "key": "k",
    "url": "http://x/pay/ps_1",
    "state": "open",
    "amount": {"minor": 1, "currency": "EUR"},
}


@pytest.mark.parametrize(
    "nothing",
    [
        ConnectTimeoutError(),
        ReadTimeoutError(POOL, "/", "slow"),
        ProtocolError("closed"),
        answer(500, {"error": "x"}),
        answer(502, "bad gateway"),
        answer(503, {"error": "busy"}),
        answer(504, {"message": "Endpoint request timed out"}),
        answer(429, {"message": "Too Many Requests"}),
        answer(408, {}),
        answer(200, []),
        answer(200, {}),
        answer(200, SESSION | {"state": "unheard of"}),
        answer(200, SESSION | {"amount": None}),
        urllib3.HTTPResponse(body=b"<html>", status=200),
    ],
)
def test_an_answer_that_settles_nothing_leaves_the_outcome_unknown(
    nothing: urllib3.HTTPResponse | HTTPError,
) -> None:
    with pytest.raises(ProviderUnavailable):
        client(OneAnswer(nothing)).open(an_order())


@pytest.mark.parametrize(
    "nothing",
    [
        answer(200, {}),
        answer(200, {"state": "unheard of", "reason": ""}),
        answer(500, {"state": "done", "reason": ""}),
    ],
)
def test_a_refund_counts_only_when_the_answer_says_how_it_stands(nothing: urllib3.HTTPResponse) -> None:
    with pytest.raises(ProviderUnavailable):
        client(OneAnswer(nothing)).refund("k", "r", Money(1, "EUR"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_request_that_can_never_succeed_is_a_defect_and_not_an_outage(status: int) -> None:
    with pytest.raises(RequestRejected, match=str(status)):
        client(OneAnswer(answer(status, {"error": "x"}))).end("k")


def test_only_the_provider_s_own_word_makes_a_key_unknown() -> None:
    assert client(OneAnswer(answer(404, {"error": "unknown_key"}))).find("k") is None
    with pytest.raises(RequestRejected):
        client(OneAnswer(answer(404, {"message": "Not Found"}))).find("k")


def test_a_request_is_sent_once_with_the_key_and_without_a_doubled_slash() -> None:
    http = OneAnswer(ProtocolError("closed"))
    with pytest.raises(ProviderUnavailable):
        client(http).find("a/b 1&2")
    [(method, url, _, headers)] = http.asked
    assert (method, url) == ("GET", "http://sandbox.example/v1/sessions?key=a%2Fb+1%262")
    assert headers["Authorization"] == "Bearer the key"


def a_webhook(content: bytes) -> dict[str, str]:
    timestamp = str(int(START.timestamp()))
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": webhooks.sign(SECRET, "msg_1", timestamp, content),
    }


def test_a_genuine_notice_names_its_key_and_kind() -> None:
    body = b'{"type": "session.paid", "data": {"key": "k"}}'
    event = client(OneAnswer(answer(200, {}))).read_event(a_webhook(body), body)
    assert event == PaymentEvent(key="k", event_id="msg_1", kind="session.paid")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"type": "x"}', b'{"type": "x", "data": []}'])
def test_a_signed_notice_of_another_shape_is_rejected(body: bytes) -> None:
    with pytest.raises(WebhookRejected):
        client(OneAnswer(answer(200, {}))).read_event(a_webhook(body), body)
