"""Grants, each kept twice in one transaction: under the user, where it decides, and under the cinema, as a list."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.grants import Grant
from chalicelib.domain.principals import Role
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute
from chalicelib.stores.transactions import Transaction


class GrantItem(AccountsTable):
    user_id = UnicodeAttribute()
    cinema_id = UnicodeAttribute()
    roles = UnicodeSetAttribute()
    version = NumberAttribute()
    updated_at = InstantAttribute()


def find(user_id: str, cinema_id: str) -> Grant | None:
    """One consistent read."""
    try:
        return _grant(GrantItem.get(*keys.grant(user_id, cinema_id), consistent_read=True))
    except DoesNotExist:
        return None


def of_user(user_id: str) -> list[Grant]:
    """All grants of a user, consistently."""
    found = GrantItem.query(
        keys.account(user_id), GrantItem.sk.startswith(keys.GRANT_PREFIX), consistent_read=True
    )
    return [_grant(item) for item in found]


def in_cinema(cinema_id: str, after_user_id: str | None, limit: int) -> list[Grant]:
    """At most `limit` grants of a cinema, in the order of the users' ids, beginning after one of them."""
    partition = keys.grants_in(cinema_id)
    found = GrantItem.query(
        partition,
        GrantItem.sk > keys.grant_in(cinema_id, after_user_id).sk if after_user_id else None,
        limit=limit,
        consistent_read=True,
    )
    return [_grant(item) for item in found]


def put(grant: Grant) -> None:
    """Write both items over the version before (none before version 1); raises VersionStale."""
    expected: Condition = GrantItem.pk.does_not_exist()
    if grant.version > 1:
        expected = GrantItem.version == grant.version - 1
    transaction = Transaction()
    transaction.put("user", _item(keys.grant(grant.user_id, grant.cinema_id), grant), expected)
    transaction.put("cinema", _item(keys.grant_in(grant.cinema_id, grant.user_id), grant), expected)
    _commit(transaction, grant)


def remove(transaction: Transaction, grant: Grant) -> None:
    """Both items, as read. Refused labels: "grant <cinema>"."""
    as_read = GrantItem.version == grant.version
    label = f"grant {grant.cinema_id}"
    transaction.delete(label, _item(keys.grant(grant.user_id, grant.cinema_id), grant), as_read)
    transaction.delete(label, _item(keys.grant_in(grant.cinema_id, grant.user_id), grant), as_read)


def withdraw(grant: Grant) -> None:
    """Remove the grant as read; raises VersionStale."""
    transaction = Transaction()
    remove(transaction, grant)
    _commit(transaction, grant)


def _commit(transaction: Transaction, grant: Grant) -> None:
    if transaction.commit():
        stored = find(grant.user_id, grant.cinema_id)
        raise VersionStale("grant", stored.version if stored else 0)


def _item(key: keys.Key, grant: Grant) -> GrantItem:
    return GrantItem(
        *key,
        user_id=grant.user_id,
        cinema_id=grant.cinema_id,
        roles={role.value for role in grant.roles},
        version=grant.version,
        updated_at=grant.updated_at,
    )


def _grant(item: GrantItem) -> Grant:
    return Grant(
        user_id=item.user_id,
        cinema_id=item.cinema_id,
        roles=frozenset(Role(role) for role in item.roles),
        version=int(item.version),
        updated_at=item.updated_at,
    )
