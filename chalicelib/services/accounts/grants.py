"""Who may do what in a cinema: handed out, changed and withdrawn by its owner. It counts from the next call on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.grants import Grant, OwnerStays
from chalicelib.domain.principals import NotFound, Role
from chalicelib.services.accounts.fields import usable_address
from chalicelib.stores import grants, users

if TYPE_CHECKING:
    from chalicelib.clock import Clock
    from chalicelib.domain.cinemas import Cinema
    from chalicelib.domain.users import User
    from chalicelib.services.accounts.slow_down import SlowDown


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant and the person who has it."""

    grant: Grant
    user: User


class Grants:
    def __init__(self, clock: Clock, slow_down: SlowDown) -> None:
        self._clock = clock
        self._slow_down = slow_down

    def in_cinema(self, cinema_id: str, after_user_id: str | None, limit: int) -> list[Granted]:
        """At most `limit` of them, in the order of the users' ids."""
        found = grants.in_cinema(cinema_id, after_user_id, limit)
        people = users.find_many([grant.user_id for grant in found])
        return [Granted(grant, people[grant.user_id]) for grant in found if grant.user_id in people]

    def of_user(self, user_id: str) -> tuple[Grant, ...]:
        """In the order of the cinemas' ids."""
        return tuple(grants.of_user(user_id))

    def of(self, cinema_id: str, user_id: str) -> Granted:
        """Raises NotFound for a user without a grant in the cinema."""
        grant, user = grants.find(user_id, cinema_id), users.find(user_id)
        if grant is None or user is None:
            raise NotFound("grant", user_id)
        return Granted(grant, user)

    def hand_out(self, cinema: Cinema, email: str, roles: Iterable[Role], asked_by: str) -> Granted:
        """Give the roles, and no others, to the user with the address.

        Raises NotFound when nobody has it, Invalid, OwnerStays, TooManyAttempts: asking for addresses is slowed.
        """
        email = usable_address(email)
        self._slow_down.look_up(asked_by)
        user = users.find_by_address(email)
        if user is None:
            raise NotFound("user", email)
        before = grants.find(user.id, cinema.id)
        return self.change(cinema, user.id, roles, before.version if before else 0)

    def change(self, cinema: Cinema, user_id: str, roles: Iterable[Role], expected_version: int) -> Granted:
        """Give the roles, and no others; `expected_version` is 0 for a user who has none yet.

        Raises NotFound for an unknown user, OwnerStays, VersionStale.
        """
        wanted = frozenset(roles)
        user = users.find(user_id)
        if user is None:
            raise NotFound("user", user_id)
        before = grants.find(user_id, cinema.id)
        version = before.version if before else 0
        if version != expected_version:
            raise VersionStale("grant", version)
        _keep_owner(cinema, user_id, wanted)
        grant = Grant(user_id, cinema.id, wanted, version + 1, self._clock.now())
        grants.put(grant)
        return Granted(grant, user)

    def withdraw(self, cinema: Cinema, user_id: str, expected_version: int) -> None:
        """Raises NotFound, OwnerStays, VersionStale."""
        grant = grants.find(user_id, cinema.id)
        if grant is None:
            raise NotFound("grant", user_id)
        if grant.version != expected_version:
            raise VersionStale("grant", grant.version)
        _keep_owner(cinema, user_id, frozenset())
        grants.withdraw(grant)


def _keep_owner(cinema: Cinema, user_id: str, roles: frozenset[Role]) -> None:
    """Raises OwnerStays if the cinema's owner would lose the role: nobody could hand out roles any more."""
    if user_id == cinema.owner_id and Role.OWNER not in roles:
        raise OwnerStays(cinema.id)
