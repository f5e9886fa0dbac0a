"""The payment provider, as selling knows it; and the client of the sandbox provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Protocol
from urllib.parse import urlencode

import urllib3

from chalicelib.clock import Clock
from chalicelib.domain.money import Money
from chalicelib.domain.payments import (
    PaymentEvent,
    PaymentOrder,
    PaymentSession,
    ProviderUnavailable,
    RefundOutcome,
    RefundState,
    SessionState,
    WebhookRejected,
)
from chalicelib.gateways import webhooks

# Within the 29 seconds API Gateway gives a request, two calls that hang must leave time to answer.
CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 5.0


class Payments(Protocol):
    """A payment provider. Every request is idempotent by the keys it names and may be repeated at any time.

    Each method raises ProviderUnavailable when the outcome is unknown.
    """

    def open(self, order: PaymentOrder) -> PaymentSession:
        """Start the attempt `order.key`, or give the current state of the session it already has."""
        ...

    def find(self, key: str) -> PaymentSession | None:
        """The session of the attempt as it stands now; None if the provider has never heard of the key."""
        ...

    def end(self, key: str) -> PaymentSession:
        """See to it that no money comes under this key any more, and say how it stands.

        ENDED: it never will, even if the key was unknown and a late `open` arrives. PAID, FAILED: it was
        final before. PROCESSING: a bank is at it; ask again later.
        """
        ...

    def refund(self, key: str, refund_key: str, amount: Money) -> RefundOutcome:
        """Give `amount` of what was paid under `key` back, once per `refund_key`, in parts if so wished.

        Refused if the parts would exceed what was paid. Repeating a PENDING refund tells how it stands.
        """
        ...

    def read_event(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent:
        """The notice in a webhook request. Raises WebhookRejected if it is not genuinely the provider's."""
        ...


class Http(Protocol):
    """What the client needs of urllib3's PoolManager."""

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse: ...


class RequestRejected(RuntimeError):
    """The provider understood the request and will never accept it: a defect or a wrong setting of ours."""


class SandboxPayments:
    """Client of the sandbox provider's HTTP API, over the urllib3 that botocore brings.

    `base_url` is the API with its stage; `webhook_secret` is "whsec_" + base 64.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        webhook_secret: str,
        *,
        clock: Clock,
        http: Http | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._http = http or _pool()

    def open(self, order: PaymentOrder) -> PaymentSession:
        return _session(
            self._post(
                "/v1/sessions",
                {
                    "key": order.key,
                    "reference": order.reference,
                    "amount": _amount_out(order.amount),
                    "expires_at": order.expires_at.astimezone(UTC).isoformat(),
                    "return_url": order.return_url,
                    "description": order.description,
                },
            )
        )

    def find(self, key: str) -> PaymentSession | None:
        status, answer = self._request("GET", "/v1/sessions?" + urlencode({"key": key}), None)
        # Only the provider's own 404 means "never heard of it": a gateway says 404 for a lost route.
        if status == 404 and answer.get("error") == "unknown_key":
            return None
        return _session(_accepted(status, answer))

    def end(self, key: str) -> PaymentSession:
        return _session(self._post("/v1/sessions/end", {"key": key}))

    def refund(self, key: str, refund_key: str, amount: Money) -> RefundOutcome:
        answer = self._post(
            "/v1/refunds", {"key": key, "refund_key": refund_key, "amount": _amount_out(amount)}
        )
        try:
            return RefundOutcome(RefundState(answer["state"]), str(answer["reason"]))
        except (KeyError, ValueError) as exc:
            raise ProviderUnavailable() from exc

    def read_event(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent:
        event_id = webhooks.verify(self._webhook_secret, headers, body, self._clock.now())
        try:
            notice = json.loads(body)
            return PaymentEvent(key=str(notice["data"]["key"]), event_id=event_id, kind=str(notice["type"]))
        except (ValueError, KeyError, TypeError) as exc:
            raise WebhookRejected("the notice is not of the agreed shape") from exc

    def _post(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        return _accepted(*self._request("POST", path, json.dumps(payload).encode()))

    def _request(self, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        try:
            response = self._http.request(method, self._base_url + path, body=body, headers=self._headers)
            answer = json.loads(response.data)
        except (urllib3.exceptions.HTTPError, ValueError) as exc:
            raise ProviderUnavailable() from exc
        if not isinstance(answer, dict):
            raise ProviderUnavailable()
        return response.status, answer


def _pool() -> urllib3.PoolManager:
    # No retries: a caller repeats under the same key, once its own time allows it.
    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S)
    return urllib3.PoolManager(maxsize=16, timeout=timeout, retries=False)


def _accepted(status: int, answer: dict[str, Any]) -> dict[str, Any]:
    if 200 <= status < 300:
        return answer
    if status >= 500 or status in (408, 429):
        raise ProviderUnavailable()
    raise RequestRejected(
        f"the payment provider answered {status}: {answer.get('error') or answer.get('message')}"
    )


def _session(answer: dict[str, Any]) -> PaymentSession:
    try:
        return PaymentSession(
            session_id=str(answer["session_id"]),
            key=str(answer["key"]),
            url=str(answer["url"]),
            state=SessionState(answer["state"]),
            amount=Money(int(answer["amount"]["minor"]), str(answer["amount"]["currency"])),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ProviderUnavailable() from exc


def _amount_out(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}
