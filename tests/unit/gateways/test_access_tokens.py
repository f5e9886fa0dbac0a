"""Access tokens: what counts, and what does not."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.gateways.signing import AccessClaims, AccessTokens, TokenRejected
from tests.support.chance import START, FrozenClock

KEYS = {"k1": b"1" * 32, "k2": b"2" * 32}
ISSUER = "https://matinee.example"
ADA = AccessClaims("ADA", is_admin=False)


def tokens(
    clock: FrozenClock | None = None, *, kid: str = "k2", keys: dict[str, bytes] = KEYS
) -> AccessTokens:
    return AccessTokens(keys, kid, ISSUER, clock or FrozenClock())


def forged(
    *, key: bytes = KEYS["k2"], algorithm: str = "HS256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    payload = {
        "iss": ISSUER,
        "aud": "matinee-api",
        "sub": "ADA",
        "exp": int(START.timestamp()) + 60,
        **claims,
    }
    return jwt.encode(
        payload, key, algorithm=algorithm, headers={"typ": "at+jwt", "kid": "k2", **(header or {})}
    )


def unsigned(token: str) -> str:
    """The same claims under alg none (RFC 7519, section 6)."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt","kid":"k2"}').decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


class TestRead:
    def test_token_tells_whom_it_speaks_for(self) -> None:
        assert tokens().read(tokens().issue(ADA)) == ADA
        assert tokens().read(tokens().issue(AccessClaims("BEN", is_admin=True))).is_admin

    def test_header_says_what_and_by_which_key(self) -> None:
        assert jwt.get_unverified_header(tokens().issue(ADA)) == {
            "alg": "HS256",
            "typ": "at+jwt",
            "kid": "k2",
        }

    def test_tokens_of_both_live_keys_count(self) -> None:
        assert tokens().read(tokens(kid="k1").issue(ADA)) == ADA

    def test_token_of_a_retired_key_does_not_count(self) -> None:
        with pytest.raises(TokenRejected):
            tokens(keys={"k2": KEYS["k2"]}).read(tokens(kid="k1").issue(ADA))

    def test_token_ends_after_fifteen_minutes(self) -> None:
        clock = FrozenClock()
        token = tokens(clock).issue(ADA)

        clock.advance(minutes=15, seconds=-1)
        assert tokens(clock).read(token) == ADA
        clock.advance(seconds=1)
        with pytest.raises(TokenRejected) as rejected:
            tokens(clock).read(token)
        assert rejected.value.expired

    def test_forgery_itself_would_count(self) -> None:
        assert tokens().read(forged()) == ADA

    @pytest.mark.parametrize(
        "token",
        [
            forged(key=b"3" * 32),
            forged(algorithm="HS384", key=b"2" * 48),
            unsigned(forged()),
            forged(header={"typ": "JWT"}),
            forged(header={"kid": "k1"}),
            forged(header={"kid": "k9"}),
            forged(iss="https://elsewhere.example"),
            forged(aud="another"),
            forged(sub=7),
            forged(exp=None),
            "",
            "a.b.c",
            "a" * 10_000,
        ],
    )
    def test_what_is_not_ours_does_not_count(self, token: str) -> None:
        with pytest.raises(TokenRejected):
            tokens().read(token)

    def test_life_is_fifteen_minutes(self) -> None:
        claims = jwt.decode(tokens().issue(ADA), options={"verify_signature": False})

        assert claims["exp"] - claims["iat"] == timedelta(minutes=15).total_seconds()
