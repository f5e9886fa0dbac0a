"""Delivers notices to the shop: signed as Standard Webhooks says, tried again with growing pauses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from .provider import Clock, Provider
from .sessions import Notice, Session, next_due

Send = Callable[[Mapping[str, str], bytes], bool]
"""Posts headers and body to the shop; whether it accepted them (a 2xx answer)."""


class Courier:
    """`secret` is "whsec_" + base 64, shared with the shop."""

    def __init__(self, provider: Provider, clock: Clock, secret: str, send: Send) -> None:
        self._provider = provider
        self._clock = clock
        self._secret = secret
        self._send = send

    def work(self, key: str) -> datetime | None:
        """Settle the session, try each of its notices that is due, and say when to come again."""
        while True:
            session, notice = self._provider.claim_notice(key)
            if notice is None:
                return next_due(session)
            body = body_of(session, notice)
            if self._send(signed(self._secret, notice.event_id, self._clock.now(), body), body):
                self._provider.delivered(key, notice.event_id)


def body_of(session: Session, notice: Notice) -> bytes:
    """The same bytes at each delivery: a thin notice, since the shop has to ask for the facts anyway."""
    return json.dumps(
        {
            "type": notice.kind,
            "timestamp": notice.at.isoformat(),
            "data": {"key": session.key, "session_id": session.session_id},
        }
    ).encode()


def signed(secret: str, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a webhook: https://www.standardwebhooks.com, symmetric signature."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
