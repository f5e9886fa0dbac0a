"""Registering, logging in and out, passwords, guests. Nothing here answers whether an address is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from chalicelib.api import sessions
from chalicelib.api.access import NOBODY
from chalicelib.api.account_fields import (
    LOOK_INTO_THE_MAILBOX,
    Accepted,
    Email,
    GivenPassword,
    Language,
    Password,
    PersonName,
    TimeZone,
    Token,
)
from chalicelib.api.contract import Answer, Call, Nothing, Payload
from chalicelib.api.fields import Instant
from chalicelib.api.routing import Routes
from chalicelib.api.sessions import (
    DEVICE_COOKIE,
    READS_COOKIES,
    REFRESH_COOKIE,
    SETS_COOKIES,
    TokensIn,
    TokensOut,
)
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.instants import whole_second
from chalicelib.domain.limits import TooManyAttempts
from chalicelib.domain.sessions import SessionOver
from chalicelib.domain.users import DEFAULT_LANGUAGE, DEFAULT_TIME_ZONE, CredentialsRejected, LinkRejected
from chalicelib.services.accounts.registrations import Wish

routes = Routes("auth")

GUEST_LIFE = timedelta(days=30)


class RegistrationIn(Payload):
    """`as` owner: may make cinemas, which stay drafts until an admin approves them."""

    email: Email
    password: Password
    name: PersonName
    registers_as: Literal["customer", "owner"] = Field("customer", alias="as")
    language: Language = DEFAULT_LANGUAGE
    time_zone: TimeZone = DEFAULT_TIME_ZONE


class AddressIn(Payload):
    email: Email


class LinkIn(Payload):
    """The token of the link in the mail."""

    token: Token


class LogInIn(Payload):
    """`tokens_in`: browsers keep refresh and device tokens in cookies; other clients get them in the body, keep
    them, and send `device_token` with the next log-in: it keeps strangers' guesses from slowing the owner down."""

    email: str = Field(min_length=1, max_length=320)
    password: GivenPassword
    tokens_in: TokensIn = "cookie"
    device_token: Token | None = None


class RefreshIn(Payload):
    """Without `refresh_token` the cookie counts. The next one comes the way this one came."""

    refresh_token: Token | None = None


class NewPasswordIn(Payload):
    """The token of the link in the mail, and the password to be."""

    token: Token
    password: Password


class GuestOut(Payload):
    """Send `guest_id` as the header Guest-Id."""

    guest_id: str
    expires_at: Instant


@routes.post(
    "/v1/auth/register",
    access=NOBODY,
    body=RegistrationIn,
    answer=Accepted,
    status=202,
    problems=(Invalid, TooManyAttempts, Unavailable),
)
def register(call: Call[RegistrationIn, Nothing]) -> Accepted:
    """Register an account.

    It begins to exist when the link in the mail is used. The answer is always the same.
    """
    body = call.body
    wish = Wish(
        email=body.email,
        password=body.password,
        name=body.name,
        language=body.language,
        time_zone=body.time_zone,
        as_owner=body.registers_as == "owner",
    )
    call.wiring.registrations.register(wish, call.source_address)
    return LOOK_INTO_THE_MAILBOX


@routes.post("/v1/auth/verify", access=NOBODY, body=LinkIn, status=204, problems=(LinkRejected, Unavailable))
def verify_address(call: Call[LinkIn, Nothing]) -> None:
    """Verify an address with the token of the mail's link.

    The account exists from then on; bookings made with the address as a guest join it.
    """
    call.wiring.registrations.verify(call.body.token)


@routes.post(
    "/v1/auth/verification",
    access=NOBODY,
    body=AddressIn,
    answer=Accepted,
    status=202,
    problems=(Invalid, TooManyAttempts, Unavailable),
)
def send_verification_again(call: Call[AddressIn, Nothing]) -> Accepted:
    """Send the mail that verifies an address again.

    The answer is always the same.
    """
    call.wiring.registrations.send_again(call.body.email, call.source_address)
    return LOOK_INTO_THE_MAILBOX


@routes.post(
    "/v1/auth/login",
    access=NOBODY,
    body=LogInIn,
    answer=TokensOut,
    problems=(CredentialsRejected, TooManyAttempts, Unavailable),
    headers=READS_COOKIES,
    answer_headers=SETS_COOKIES,
)
def log_in(call: Call[LogInIn, Nothing]) -> Answer:
    """Begin a session."""
    device = call.body.device_token or sessions.cookie_of(call, DEVICE_COOKIE)
    signed_in = call.wiring.sessions.log_in(call.body.email, call.body.password, call.source_address, device)
    return sessions.answer(signed_in, call.body.tokens_in, call.wiring.clock.now())


@routes.post(
    "/v1/auth/refresh",
    access=NOBODY,
    body=RefreshIn,
    answer=TokensOut,
    problems=(SessionOver, Unavailable),
    headers=READS_COOKIES,
    answer_headers=SETS_COOKIES,
)
def refresh_session(call: Call[RefreshIn, Nothing]) -> Answer:
    """Get the next access and refresh tokens of a session.

    A token counts once, but for 30 seconds in which its answer may be asked for again. Later use ends the session.
    """
    token = call.body.refresh_token
    signed_in = call.wiring.sessions.refresh(token or sessions.cookie_of(call, REFRESH_COOKIE) or "")
    return sessions.answer(signed_in, "body" if token else "cookie", call.wiring.clock.now())


@routes.post(
    "/v1/auth/logout",
    access=NOBODY,
    body=RefreshIn,
    status=204,
    problems=(Unavailable,),
    headers=READS_COOKIES,
    answer_headers={"Set-Cookie": "Takes the refresh token away."},
)
def log_out(call: Call[RefreshIn, Nothing]) -> Answer:
    """End the session.

    Its refresh token counts no more at once, its access token for 15 minutes at most. Without a token, nothing ends.
    """
    token = call.body.refresh_token or sessions.cookie_of(call, REFRESH_COOKIE)
    if token:
        call.wiring.sessions.log_out(token)
    return Answer(None, status=204, cookies=(sessions.no_refresh_cookie(),))


@routes.post(
    "/v1/auth/password-reset",
    access=NOBODY,
    body=AddressIn,
    answer=Accepted,
    status=202,
    problems=(Invalid, TooManyAttempts, Unavailable),
)
def ask_for_password_reset(call: Call[AddressIn, Nothing]) -> Accepted:
    """Send the mail by which a password is set anew.

    The answer is always the same.
    """
    call.wiring.passwords.send_link(call.body.email, call.source_address)
    return LOOK_INTO_THE_MAILBOX


@routes.post(
    "/v1/auth/password-reset/confirm",
    access=NOBODY,
    body=NewPasswordIn,
    status=204,
    problems=(LinkRejected, TooManyAttempts, Unavailable),
    answer_headers={"Set-Cookie": "The device token: from here the owner can log in, whoever else guesses."},
)
def reset_password(call: Call[NewPasswordIn, Nothing]) -> Answer:
    """Set the password anew with the token of the mail's link.

    Every session ends, and every other such link.
    """
    device = call.wiring.passwords.reset(call.body.token, call.body.password, call.source_address)
    return Answer(None, status=204, cookies=(sessions.device_cookie(device),))


@routes.post("/v1/auth/guests", access=NOBODY, answer=GuestOut, status=201)
def become_guest(call: Call[Nothing, Nothing]) -> GuestOut:
    """Get a guest id: what holds and books without an account.

    It is signed, counts for 30 days, and is kept nowhere but with the caller.
    """
    # The token counts whole seconds.
    expires_at = whole_second(call.wiring.clock.now()) + GUEST_LIFE
    guest_id = call.wiring.signer("guest").sign({"guest": call.wiring.ids.ulid()}, expires_at)
    return GuestOut(guest_id=guest_id, expires_at=expires_at)
