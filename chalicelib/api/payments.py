"""The payment provider's notices."""

from __future__ import annotations

from typing import Any

from chalicelib.api.access import ANYONE
from chalicelib.api.contract import Call, Payload
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import ProviderUnavailable, WebhookRejected

routes = Routes("payments")


class NoticeTaken(Payload):
    """`known` is false for a booking that never came to be."""

    known: bool


@routes.post(
    "/v1/payments/webhook",
    access=ANYONE,
    answer=NoticeTaken,
    raw=True,
    headers={
        "webhook-id": "The notice's id (Standard Webhooks).",
        "webhook-timestamp": "When it was sent, seconds since 1970.",
        "webhook-signature": "v1,<base64 HMAC-SHA256>",
    },
    problems=(WebhookRejected, ProviderUnavailable, Unavailable),
)
def take_notice(call: Call[Any, Any]) -> NoticeTaken:
    """Take a signed notice of the payment provider: a hint to look at a booking, never the fact itself."""
    return NoticeTaken(known=call.wiring.selling.notice(call.headers, call.raw_body) is not None)
