"""A user's own account."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from chalicelib.api import sessions
from chalicelib.api.access import CUSTOMER
from chalicelib.api.account_fields import City, GivenPassword, Language, Password, PersonName, TimeZone, Token
from chalicelib.api.contract import Answer, Call, Nothing, Payload
from chalicelib.api.fields import Day, Instant
from chalicelib.api.money import MoneyOut, money
from chalicelib.api.routing import Routes
from chalicelib.api.sessions import DEVICE_COOKIE, READS_COOKIES, SETS_COOKIES, TokensIn, TokensOut
from chalicelib.domain.bookings import Booking, BookingState
from chalicelib.domain.errors import Invalid, Unavailable, VersionStale
from chalicelib.domain.grants import Grant
from chalicelib.domain.limits import TooManyAttempts
from chalicelib.domain.principals import Role
from chalicelib.domain.users import AccountNeeded, PasswordWrong, User
from chalicelib.services.accounts.profiles import Export

routes = Routes("me")


class Me(Payload):
    """`is_owner`: may make cinemas. `last_seen_on` is kept by the day (UTC)."""

    id: str
    email: str
    name: str
    language: str
    time_zone: str
    home_city: str | None
    is_owner: bool
    is_admin: bool
    version: int
    created_at: Instant
    updated_at: Instant
    last_seen_on: Day | None


def _not_given() -> Any:
    """No default for the document to tell, and null is refused when it is sent."""
    return None


class MeChanges(Payload):
    """What is not given stays. `home_city` null takes it away."""

    name: PersonName = Field(default_factory=_not_given)
    language: Language = Field(default_factory=_not_given)
    time_zone: TimeZone = Field(default_factory=_not_given)
    home_city: City | None = None


class PasswordIn(Payload):
    """`tokens_in` as at log-in: a new session begins, all others end."""

    current_password: GivenPassword
    password: Password
    tokens_in: TokensIn = "cookie"
    device_token: Token | None = None


class MyGrant(Payload):
    """What the user may do in a cinema."""

    cinema_id: str
    roles: tuple[Role, ...]


class MyGrants(Payload):
    grants: tuple[MyGrant, ...]


class ExportedSession(Payload):
    began_at: Instant
    last_refreshed_at: Instant
    expires_at: Instant


class ExportedBooking(Payload):
    """`seats` by row and number."""

    reference: str
    showtime_id: str
    state: BookingState
    seats: tuple[str, ...]
    total: MoneyOut
    email: str
    name: str
    language: str
    created_at: Instant


class ExportOut(Payload):
    """All that is kept about the user, but the hash of the password."""

    account: Me
    grants: tuple[MyGrant, ...]
    sessions: tuple[ExportedSession, ...]
    bookings: tuple[ExportedBooking, ...]


@routes.get("/v1/me", access=CUSTOMER, answer=Me, conditional=True)
def read_me(call: Call[Nothing, Nothing]) -> Answer:
    """Read one's own account."""
    assert call.principal.user_id is not None
    return _answer(call.wiring.profiles.of(call.principal.user_id))


@routes.patch(
    "/v1/me",
    access=CUSTOMER,
    body=MeChanges,
    answer=Me,
    if_match=True,
    problems=(Invalid, VersionStale, Unavailable),
)
def change_me(call: Call[MeChanges, Nothing]) -> Answer:
    """Change one's name, language, time zone or home city."""
    assert call.principal.user_id is not None and call.expected_version is not None
    changes = {name: getattr(call.body, name) for name in call.body.model_fields_set}
    return _answer(call.wiring.profiles.change(call.principal.user_id, changes, call.expected_version))


@routes.put(
    "/v1/me/password",
    access=CUSTOMER,
    body=PasswordIn,
    answer=TokensOut,
    if_match=True,
    problems=(PasswordWrong, TooManyAttempts, VersionStale, Unavailable),
    headers=READS_COOKIES,
    answer_headers=SETS_COOKIES,
)
def change_password(call: Call[PasswordIn, Nothing]) -> Answer:
    """Change one's password.

    Every session ends; the answer holds the tokens of a new one. If-Match is the ETag of one's account.
    """
    assert call.principal.user_id is not None and call.expected_version is not None
    signed_in = call.wiring.passwords.change(
        call.principal.user_id,
        call.body.current_password,
        call.body.password,
        call.expected_version,
        call.source_address,
        call.body.device_token or sessions.cookie_of(call, DEVICE_COOKIE),
    )
    return sessions.answer(signed_in, call.body.tokens_in, call.wiring.clock.now())


@routes.get("/v1/me/grants", access=CUSTOMER, answer=MyGrants)
def list_my_grants(call: Call[Nothing, Nothing]) -> MyGrants:
    """List what one may do in which cinemas."""
    assert call.principal.user_id is not None
    return MyGrants(grants=_grants(call.wiring.grants.of_user(call.principal.user_id)))


@routes.get("/v1/me/export", access=CUSTOMER, answer=ExportOut)
def export_me(call: Call[Nothing, Nothing]) -> ExportOut:
    """Take along all that is kept about oneself."""
    assert call.principal.user_id is not None
    return _export(call.wiring.profiles.export(call.principal.user_id))


@routes.delete(
    "/v1/me",
    access=CUSTOMER,
    status=204,
    if_match=True,
    problems=(AccountNeeded, VersionStale, Unavailable),
)
def erase_me(call: Call[Nothing, Nothing]) -> None:
    """Erase one's account.

    Past bookings stay without one's name and address, because money has moved. Upcoming bookings and owned cinemas
    stand in the way: 409 names them.
    """
    assert call.principal.user_id is not None and call.expected_version is not None
    call.wiring.profiles.erase(call.principal.user_id, call.expected_version)


def _answer(user: User) -> Answer:
    return Answer(_me(user), etag=f'"{user.version}"')


def _me(user: User) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        home_city=user.home_city,
        is_owner=user.is_owner,
        is_admin=user.is_admin,
        version=user.version,
        created_at=user.created_at,
        updated_at=user.updated_at,
        last_seen_on=user.last_seen_on,
    )


def _grants(held: tuple[Grant, ...]) -> tuple[MyGrant, ...]:
    return tuple(MyGrant(cinema_id=each.cinema_id, roles=tuple(sorted(each.roles))) for each in held)


def _export(export: Export) -> ExportOut:
    return ExportOut(
        account=_me(export.user),
        grants=_grants(export.grants),
        sessions=tuple(
            ExportedSession(
                began_at=each.began_at, last_refreshed_at=each.rotated_at, expires_at=each.expires_at
            )
            for each in export.sessions
        ),
        bookings=tuple(_booking(each) for each in export.bookings),
    )


def _booking(booking: Booking) -> ExportedBooking:
    return ExportedBooking(
        reference=booking.reference,
        showtime_id=booking.showtime_id,
        state=booking.state,
        seats=tuple(f"{seat.row_id}{seat.number}" for seat in booking.seats),
        total=money(booking.total),
        email=booking.email,
        name=booking.name,
        language=booking.language,
        created_at=booking.created_at,
    )
