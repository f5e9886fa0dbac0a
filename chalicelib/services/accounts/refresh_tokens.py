"""Refresh tokens: opaque to whoever holds one. `<user>.<family>.<number>.<secret>`, the secret computed from the rest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"^([0-9A-Z]{26})\.([0-9A-Z]{26})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})$")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    user_id: str
    family_id: str
    number: int
    text: str

    @property
    def digest(self) -> str:
        """What is stored of it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class NotOurs(Exception):
    """The token was not made with our key."""


class RefreshTokens:
    """Computed, not drawn: the successor of a token needs no storing to be the same each time it is asked for, and
    whoever reads the table learns no token."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, user_id: str, family_id: str, number: int) -> RefreshToken:
        content = f"{user_id}.{family_id}.{number}"
        return RefreshToken(user_id, family_id, number, f"{content}.{self._secret(content)}")

    def read(self, text: str) -> RefreshToken:
        """Raises NotOurs. A token that is ours may be an old one."""
        match = _TOKEN.match(text)
        if match is None:
            raise NotOurs
        user_id, family_id, number, secret = match.groups()
        token = self.token(user_id, family_id, int(number))
        if not hmac.compare_digest(token.text.rpartition(".")[2], secret):
            raise NotOurs
        return token

    def _secret(self, content: str) -> str:
        mac = hmac.new(self._key, content.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
