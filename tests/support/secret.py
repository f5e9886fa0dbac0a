"""The secret document that tests run with. Its keys protect nothing."""

from __future__ import annotations

import base64
from typing import Any


def _key(fill: int) -> str:
    return base64.b64encode(bytes([fill]) * 32).decode()


DOCUMENT: dict[str, Any] = {
    "access_keys": {"k1": _key(1), "k2": _key(2)},
    "access_kid": "k2",
    "signing_key": _key(3),
    "ticket_keys": {"t1": _key(4)},
    "ticket_kid": "t1",
    "payments_key": "sandbox-key",
    "payments_webhook_secret": "whsec_" + _key(5),
}
