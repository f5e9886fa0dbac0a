"""Verifying webhooks signed as Standard Webhooks says (https://www.standardwebhooks.com), symmetric keys.

The `standardwebhooks` package does the same, and brings httpx, attrs and four more for it into each cold start.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.payments import WebhookRejected

TOLERANCE_S = 300
"""A request older or newer than this is refused, so that a recorded one cannot be replayed for ever."""

SECRET_PREFIX = "whsec_"


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a genuine webhook. Raises WebhookRejected. `secret` is "whsec_" + base 64."""
    named = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp, signatures = (
            named["webhook-id"],
            named["webhook-timestamp"],
            named["webhook-signature"],
        )
    except KeyError as exc:
        raise WebhookRejected("the signature's headers are missing") from exc
    # isdecimal before int(): int() takes "1_0", blanks and signs, and none of these is a timestamp.
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise WebhookRejected("the timestamp is not one")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE_S:
        raise WebhookRejected("the timestamp is too far from now")
    expected = sign(secret, message_id, timestamp, body)
    # Several signatures stand side by side while a secret is being changed; one that fits is enough.
    if not any(hmac.compare_digest(expected.encode(), given.encode()) for given in signatures.split()):
        raise WebhookRejected("the signature does not fit")
    return message_id


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a webhook, with its version: "v1," + base 64."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as exc:
        raise ValueError("the webhook secret is not base 64") from exc
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
