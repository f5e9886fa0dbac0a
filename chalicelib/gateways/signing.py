"""Signatures: tokens that we hand out and read back (HS256, one key a purpose)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from chalicelib.clock import Clock


class TokenRejected(Exception):
    """The token was not made by us for this purpose, or its time is over (`expired`)."""

    def __init__(self, why: str, *, expired: bool = False) -> None:
        super().__init__(why)
        self.expired = expired


class Signer:
    """Makes and reads the tokens of one purpose; `label` is their `typ`, so none passes for another's."""

    def __init__(self, label: str, key: bytes, clock: Clock) -> None:
        self._label = label
        self._key = key
        self._clock = clock

    def sign(self, claims: Mapping[str, Any], expires_at: datetime | None = None) -> str:
        payload = dict(claims) if expires_at is None else {**claims, "exp": int(expires_at.timestamp())}
        return jwt.encode(payload, self._key, algorithm="HS256", headers={"typ": self._label})

    def read(self, token: str) -> dict[str, Any]:
        """Raises TokenRejected. Expiry is judged by the injected clock."""
        try:
            decoded = jwt.decode_complete(
                token, self._key, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False}
            )
        except jwt.InvalidTokenError as error:
            raise TokenRejected(str(error)) from None
        if decoded["header"].get("typ") != self._label:
            raise TokenRejected(f"not a {self._label} token")
        claims: dict[str, Any] = decoded["payload"]
        if "exp" in claims and claims["exp"] <= self._clock.now().timestamp():
            raise TokenRejected(f"the {self._label} token has expired", expired=True)
        return claims
