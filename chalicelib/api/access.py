"""Who may call an operation: declared beside its route, enforced in one place, listed in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.cinemas import Cinema, CinemaStatus
from chalicelib.domain.principals import ANONYMOUS, Forbidden, NotFound, NotSignedIn, Principal, Role

if TYPE_CHECKING:
    from chalicelib.api.contract import Call
    from chalicelib.wiring import Wiring


class Who(StrEnum):
    NOBODY = "nobody"  # it is not looked at who asks
    ANYONE = "anyone"
    BUYER = "buyer"  # a user or a guest
    CUSTOMER = "customer"  # any user
    ADMIN = "admin"
    GRANTED = "granted"  # a user with one of `roles` in the object's cinema, or an admin


CinemaOf = Callable[["Call[Any, Any]"], Cinema]


@dataclass(frozen=True, slots=True)
class Access:
    """`cinema` finds the cinema whose grants count, raising NotFound when the object does not exist."""

    who: Who
    roles: frozenset[Role] = frozenset()
    cinema: CinemaOf | None = None

    @staticmethod
    def granted(*roles: Role, cinema: CinemaOf) -> Access:
        return Access(Who.GRANTED, frozenset(roles), cinema)


NOBODY = Access(Who.NOBODY)
ANYONE = Access(Who.ANYONE)
BUYER = Access(Who.BUYER)
CUSTOMER = Access(Who.CUSTOMER)
ADMIN = Access(Who.ADMIN)


def principal_of(access: Access, headers: dict[str, str], wiring: Wiring) -> Principal:
    """From `Authorization: Bearer` (a user) or `Guest-Id` (a guest). Raises NotSignedIn for a bad token.

    Nobody's operations do not look: a browser whose token has run out must still be able to sign in.
    """
    if access.who is Who.NOBODY:
        return ANONYMOUS
    authorization = headers.get("authorization", "")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("Send the access token as: Authorization: Bearer <token>.")
        return wiring.accounts.principal_of_access_token(token.strip())
    guest = headers.get("guest-id", "")
    if guest:
        return wiring.accounts.principal_of_guest_id(guest)
    return ANONYMOUS


def admit(access: Access, principal: Principal) -> None:
    """Raises NotSignedIn or Forbidden by who asks alone: a stranger hears that before anything of a payload."""
    if access.who in (Who.NOBODY, Who.ANYONE):
        return
    if principal.is_anonymous or (principal.user_id is None and access.who is not Who.BUYER):
        raise NotSignedIn()
    if access.who is Who.ADMIN and not principal.is_admin:
        raise Forbidden()


def enforce_grant(access: Access, call: Call[Any, Any]) -> None:
    """Raises Forbidden, or NotFound for an object of a cinema outside the caller's reach."""
    if access.who is not Who.GRANTED:
        return
    assert access.cinema is not None and call.principal.user_id is not None
    cinema = access.cinema(call)
    if call.principal.is_admin:
        return
    roles = call.wiring.accounts.roles_in(call.principal.user_id, cinema.id)
    if roles & access.roles:
        return
    if roles or cinema.status is CinemaStatus.PUBLISHED:
        raise Forbidden()
    raise NotFound("cinema", cinema.id)
