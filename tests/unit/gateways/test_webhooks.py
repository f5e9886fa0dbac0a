"""Only what the provider signed, lately, counts as its word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.payments import WebhookRejected
from chalicelib.gateways import webhooks

# Made with the standardwebhooks package: an implementation of the specification that is not ours.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = "1614265330"
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NOW = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def headers(**changes: str) -> dict[str, str]:
    given = {"id": ID, "timestamp": TIMESTAMP, "signature": SIGNATURE} | changes
    return {f"Webhook-{name.title()}": value for name, value in given.items()}


def test_a_webhook_signed_by_another_implementation_is_accepted() -> None:
    assert webhooks.verify(SECRET, headers(), BODY, NOW) == ID


def test_one_of_several_signatures_is_enough_while_a_secret_is_changed() -> None:
    signatures = f"v1,bm90IGl0 v1a,bm90IGl0 {SIGNATURE}"
    assert webhooks.verify(SECRET, headers(signature=signatures), BODY, NOW) == ID


def test_headers_are_found_in_any_case() -> None:
    shouted = {name.upper(): value for name, value in headers().items()}
    assert webhooks.verify(SECRET, shouted, BODY, NOW) == ID


@pytest.mark.parametrize("late", [-300, 300])
def test_a_webhook_may_be_five_minutes_off(late: int) -> None:
    assert webhooks.verify(SECRET, headers(), BODY, NOW + timedelta(seconds=late)) == ID


@pytest.mark.parametrize("late", [-301, 301])
def test_a_recorded_webhook_cannot_be_replayed_later(late: int) -> None:
    with pytest.raises(WebhookRejected):
        webhooks.verify(SECRET, headers(), BODY, NOW + timedelta(seconds=late))


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"id": "msg_other"}, BODY),
        ({"timestamp": "1614265331"}, BODY),
        ({"signature": SIGNATURE.replace("g0h", "h0h")}, BODY),
        ({"signature": SIGNATURE.removeprefix("v1,")}, BODY),
        ({"signature": SIGNATURE.replace("v1,", "v2,")}, BODY),
        ({"signature": ""}, BODY),
        ({"signature": "v1,ünïcode"}, BODY),
        ({}, BODY + b" "),
    ],
)
def test_whatever_was_changed_after_signing_is_rejected(changes: dict[str, str], body: bytes) -> None:
    with pytest.raises(WebhookRejected):
        webhooks.verify(SECRET, headers(**changes), body, NOW)


@pytest.mark.parametrize("timestamp", ["", "now", " 1614265330", "1_614_265_330", "-1", "١٦١٤", "9" * 400])
def test_a_timestamp_is_decimal_digits(timestamp: str) -> None:
    with pytest.raises(WebhookRejected):
        webhooks.verify(SECRET, headers(timestamp=timestamp), BODY, NOW)


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_webhook_without_its_headers_is_rejected(missing: str) -> None:
    given = headers()
    del given[missing]
    with pytest.raises(WebhookRejected):
        webhooks.verify(SECRET, given, BODY, NOW)


def test_another_secret_does_not_fit() -> None:
    with pytest.raises(WebhookRejected):
        webhooks.verify("whsec_c29tZXRoaW5nIGVsc2U=", headers(), BODY, NOW)


def test_a_secret_that_is_not_base_64_is_named_as_such() -> None:
    with pytest.raises(ValueError, match="base 64"):
        webhooks.sign("whsec_*", ID, TIMESTAMP, BODY)
