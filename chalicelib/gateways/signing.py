"""Signatures: tokens that we hand out and read back (HS256, one key a purpose).

PyJWT brings the whole of `cryptography` along, so it is loaded with the first token, not at every cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

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
        import jwt

        payload = dict(claims) if expires_at is None else {**claims, "exp": int(expires_at.timestamp())}
        return jwt.encode(payload, self._key, algorithm="HS256", headers={"typ": self._label})

    def read(self, token: str) -> dict[str, Any]:
        """Raises TokenRejected. Expiry is judged by the injected clock."""
        import jwt

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


ACCESS_TOKEN_LIFE = timedelta(minutes=15)
ACCESS_TOKEN_TYPE = "at+jwt"  # RFC 9068
ACCESS_TOKEN_AUDIENCE = "matinee-api"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """Whom an access token speaks for. `is_admin` as it was when the token was made."""

    user_id: str
    is_admin: bool


class AccessTokens:
    """Access tokens: JWTs as RFC 9068 has them, HS256 pinned. New ones are signed by the key `kid`; those of every
    key of `keys` are accepted, so that keys can be rotated."""

    def __init__(self, keys: Mapping[str, bytes], kid: str, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._kid = kid
        self._issuer = issuer
        self._clock = clock

    def issue(self, claims: AccessClaims) -> str:
        """A token that lives for ACCESS_TOKEN_LIFE."""
        import jwt

        now = self._clock.now()
        payload: dict[str, Any] = {
            "iss": self._issuer,
            "aud": ACCESS_TOKEN_AUDIENCE,
            "sub": claims.user_id,
            "iat": int(now.timestamp()),
            "exp": int((now + ACCESS_TOKEN_LIFE).timestamp()),
        }
        if claims.is_admin:
            payload["admin"] = True
        headers = {"typ": ACCESS_TOKEN_TYPE, "kid": self._kid}
        return jwt.encode(payload, self._keys[self._kid], algorithm="HS256", headers=headers)

    def read(self, token: str) -> AccessClaims:
        """Raises TokenRejected. Expiry is judged by the injected clock."""
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if header.get("typ") != ACCESS_TOKEN_TYPE or key is None:
                raise TokenRejected("not an access token of ours")
            payload: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                audience=ACCESS_TOKEN_AUDIENCE,
                issuer=self._issuer,
                options={"verify_exp": False, "verify_iat": False, "require": ["iss", "aud", "sub", "exp"]},
            )
        except jwt.InvalidTokenError as error:
            raise TokenRejected(str(error)) from None
        if payload["exp"] <= self._clock.now().timestamp():
            raise TokenRejected("the access token has expired", expired=True)
        return AccessClaims(str(payload["sub"]), payload.get("admin") is True)
