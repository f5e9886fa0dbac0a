"""How a session travels: its tokens in the body, or in cookies that no script can read."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Literal

from chalicelib.api.account_fields import Token
from chalicelib.api.contract import Answer, Payload
from chalicelib.api.fields import Instant
from chalicelib.gateways.signing import ACCESS_TOKEN_LIFE

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.api.contract import Call
    from chalicelib.services.accounts.sessions import SignedIn

REFRESH_COOKIE = "refresh"
DEVICE_COOKIE = "device"
# As people see them: the stage is named api. The device token is asked for by auth/login and me/password.
REFRESH_PATH = "/api/v1/auth"
DEVICE_PATH = "/api/v1"
DEVICE_LIFE_S = 365 * 24 * 3600

TokensIn = Literal["cookie", "body"]
SETS_COOKIES = {"Set-Cookie": "The refresh token and the device token: HttpOnly, Secure, SameSite=Strict."}
READS_COOKIES = {"Cookie": "The refresh token, or the device token, as it was set."}


class TokensOut(Payload):
    """`refresh_token` and `device_token` are null when they are in cookies. Send `access_token` as a bearer token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in_s: int
    refresh_token: Token | None
    refresh_expires_at: Instant
    device_token: Token | None


def answer(signed_in: SignedIn, tokens_in: TokensIn, now: datetime) -> Answer:
    in_body = tokens_in == "body"
    body = TokensOut(
        access_token=signed_in.access_token,
        token_type="Bearer",
        expires_in_s=int(ACCESS_TOKEN_LIFE.total_seconds()),
        refresh_token=signed_in.refresh_token if in_body else None,
        refresh_expires_at=signed_in.refresh_expires_at,
        device_token=signed_in.device_token if in_body else None,
    )
    if in_body:
        return Answer(body)
    life = int((signed_in.refresh_expires_at - now).total_seconds())
    cookies = [refresh_cookie(signed_in.refresh_token, life)]
    if signed_in.device_token:
        cookies.append(device_cookie(signed_in.device_token))
    return Answer(body, cookies=tuple(cookies))


def refresh_cookie(token: str, life_s: int) -> str:
    return _cookie(REFRESH_COOKIE, token, REFRESH_PATH, life_s)


def no_refresh_cookie() -> str:
    """Takes it away."""
    return _cookie(REFRESH_COOKIE, "", REFRESH_PATH, 0)


def device_cookie(token: str) -> str:
    return _cookie(DEVICE_COOKIE, token, DEVICE_PATH, DEVICE_LIFE_S)


def cookie_of(call: Call[Any, Any], name: str) -> str | None:
    """A cookie of the request, None without it or when the header is no list of cookies."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(call.headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def _cookie(name: str, value: str, path: str, life_s: int) -> str:
    """No Domain: for this host alone. SameSite=Strict is what keeps other sites' pages from using it."""
    return f"{name}={value}; Path={path}; Max-Age={life_s}; HttpOnly; Secure; SameSite=Strict"
