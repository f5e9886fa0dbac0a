"""People of a world: users with their tokens, guests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.principals import Role
from chalicelib.domain.users import User
from chalicelib.gateways.signing import AccessClaims
from chalicelib.stores import users
from chalicelib.stores.transactions import Transaction

if TYPE_CHECKING:
    from tests.support.world import World

NO_PASSWORD = "!"  # what no password hashes to


def a_user(
    world: World,
    email: str | None = None,
    *,
    name: str = "Ada Byron",
    is_owner: bool = False,
    is_admin: bool = False,
    password: str | None = None,
    password_hash: str = NO_PASSWORD,
    time_zone: str = "Etc/UTC",
) -> User:
    """A stored user whose address is verified. Without a password (hashing one takes 30 ms) nobody can log in."""
    now = world.clock.now()
    user_id = world.wiring.ids.ulid()
    user = User(
        id=user_id,
        email=email or f"{user_id.lower()}@people.example",
        name=name,
        language="en",
        time_zone=time_zone,
        home_city=None,
        is_owner=is_owner,
        is_admin=is_admin,
        password_hash=world.wiring.password_hashes.hash(password) if password else password_hash,
        credentials_epoch=1,
        version=1,
        created_at=now,
        updated_at=now,
    )
    transaction = Transaction()
    users.add(transaction, user)
    assert not transaction.commit()
    return user


def staff_of(world: World, cinema_id: str, *roles: Role) -> User:
    """A user with these roles in the cinema."""
    user = a_user(world)
    world.wiring.accounts.grant(user.id, cinema_id, roles)
    return user


def token_of(world: World, user: User) -> str:
    """An access token for `as_`."""
    return world.wiring.access_tokens.issue(AccessClaims(user.id, user.is_admin))


def a_guest(world: World) -> dict[str, str]:
    """Headers for `as_`: a guest with a signed id."""
    return {"Guest-Id": world.wiring.signer("guest").sign({"guest": world.wiring.ids.ulid()})}
