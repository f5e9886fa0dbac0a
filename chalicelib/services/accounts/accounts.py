"""Who asks, and what they may do: what every other capability needs to know of accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.domain.grants import Grant
from chalicelib.domain.principals import (
    NotFound,
    NotSignedIn,
    Principal,
    Role,
    guest_principal,
    user_principal,
)
from chalicelib.domain.users import User
from chalicelib.gateways.signing import TokenRejected
from chalicelib.services.accounts.fields import usable_address
from chalicelib.stores import grants, users
from chalicelib.stores.versions import storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.clock import Clock
    from chalicelib.gateways.signing import AccessTokens, Signer

WRITES_TRIED = 5


class Accounts:
    def __init__(self, clock: Clock, access_tokens: AccessTokens, guest_ids: Signer) -> None:
        self._clock = clock
        self._access_tokens = access_tokens
        self._guest_ids = guest_ids

    def principal_of_access_token(self, token: str) -> Principal:
        """Raises NotSignedIn. An admin's token is checked against the account, so that the role ends at once."""
        try:
            claims = self._access_tokens.read(token)
        except TokenRejected as rejected:
            why = "has expired: refresh it" if rejected.expired else "does not count"
            raise NotSignedIn(f"The access token {why}.") from None
        if not claims.is_admin:
            return user_principal(claims.user_id)
        user = users.find(claims.user_id)
        if user is None:
            raise NotSignedIn()
        return user_principal(user.id, is_admin=user.is_admin)

    def principal_of_guest_id(self, token: str) -> Principal:
        """Raises NotSignedIn."""
        try:
            return guest_principal(str(self._guest_ids.read(token)["guest"]))
        except TokenRejected as rejected:
            why = "has expired: ask for a new one" if rejected.expired else "does not count"
            raise NotSignedIn(f"The guest id {why}.") from None

    def user(self, user_id: str) -> User:
        """Raises NotFound."""
        user = users.find(user_id)
        if user is None:
            raise NotFound("user", user_id)
        return user

    def roles_in(self, user_id: str, cinema_id: str) -> frozenset[Role]:
        """What the user may do in the cinema, now: one consistent read."""
        grant = grants.find(user_id, cinema_id)
        return grant.roles if grant else frozenset()

    def grant(self, user_id: str, cinema_id: str, roles: Iterable[Role]) -> None:
        """Add roles to what the user may do in the cinema. It can be repeated."""
        wanted = frozenset(roles)
        for _ in range(WRITES_TRIED):
            now = self._clock.now()
            before = grants.find(user_id, cinema_id)
            if before is not None and wanted <= before.roles:
                return
            try:
                grants.put(
                    Grant(user_id, cinema_id, wanted, 1, now)
                    if before is None
                    else replace(
                        before, roles=before.roles | wanted, version=before.version + 1, updated_at=now
                    )
                )
            except VersionStale:
                continue  # somebody else wrote this grant meanwhile: add to what they wrote
            return
        raise Unavailable("The grant")

    def make_admin(self, email: str, *, is_admin: bool = True) -> User:
        """Make the user with this address an admin of the chain, or no longer one. It counts from the next call on
        for who loses it, from the next log-in or refresh on for who gets it.

        Raises Invalid, NotFound.
        """
        email = usable_address(email)
        for _ in range(WRITES_TRIED):
            user = users.find_by_address(email)
            if user is None:
                raise NotFound("user", email)
            if user.is_admin is is_admin:
                return user
            changed = replace(
                user, is_admin=is_admin, version=user.version + 1, updated_at=storable(self._clock.now())
            )
            try:
                users.change(changed)
            except VersionStale:
                continue  # the profile was changed meanwhile: look again
            return changed
        raise Unavailable("The account")
