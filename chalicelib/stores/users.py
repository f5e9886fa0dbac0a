"""Users and the claims of their addresses. An address belongs to one account by a conditional put."""

from __future__ import annotations

from datetime import date

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from chalicelib.domain.users import User, address_digest
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal
from chalicelib.stores.transactions import Transaction

# Looked for when an address is nobody's, so that finding nobody takes as long as finding somebody.
NOBODY = "nobody"


class UserItem(AccountsTable):
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    language = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    home_city = UnicodeAttribute(null=True)
    is_owner = BooleanAttribute()
    is_admin = BooleanAttribute()
    password_hash = UnicodeAttribute()
    credentials_epoch = NumberAttribute()
    version = NumberAttribute()
    created_at = InstantAttribute()
    updated_at = InstantAttribute()
    last_seen_on = UnicodeAttribute(null=True)


class AddressItem(AccountsTable):
    user_id = UnicodeAttribute()


def find(user_id: str) -> User | None:
    """A consistent read."""
    try:
        return _user(UserItem.get(*keys.user(user_id), consistent_read=True))
    except DoesNotExist:
        return None


def find_many(user_ids: list[str]) -> dict[str, User]:
    """Those of the users who exist, by id; at most a hundred, eventually consistent."""
    return {user.id: user for user in map(_user, UserItem.batch_get([keys.user(each) for each in user_ids]))}


def find_by_address(email: str) -> User | None:
    """The user who has verified the (normalised) address. Two consistent reads, whether there is one or not."""
    return find(holder_of(email) or NOBODY)


def holder_of(email: str) -> str | None:
    """The id of the user who has verified the (normalised) address: one consistent read."""
    try:
        return AddressItem.get(*keys.address(address_digest(email)), consistent_read=True).user_id
    except DoesNotExist:
        return None


def add(transaction: Transaction, user: User) -> None:
    """The user and the claim of the address, both only if nobody has them. Refused labels: "user", "address"."""
    transaction.put("user", _item(user), UserItem.pk.does_not_exist())
    claim = AddressItem(*keys.address(address_digest(user.email)), user_id=user.id)
    transaction.put("address", claim, AddressItem.pk.does_not_exist())


def change(user: User) -> None:
    """Write over the version before; raises VersionStale."""
    versions.change(_item(user), user, lambda: find(user.id), "account")


def see(user_id: str, today: date) -> None:
    """Note that the user was here today: one write a day, and none for a user who is gone."""
    day = today.isoformat()
    try:
        UserItem(*keys.user(user_id)).update(
            actions=[UserItem.last_seen_on.set(day)],
            condition=UserItem.pk.exists()
            & (UserItem.last_seen_on.does_not_exist() | (UserItem.last_seen_on < day)),
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise


def erase(transaction: Transaction, user: User) -> None:
    """The user as read, and the claim of the address. Refused labels: "user", "address"."""
    transaction.delete("user", _item(user), UserItem.version == user.version)
    claim = AddressItem(*keys.address(address_digest(user.email)), user_id=user.id)
    transaction.delete("address", claim, AddressItem.user_id == user.id)


def _item(user: User) -> UserItem:
    return UserItem(
        *keys.user(user.id),
        email=user.email,
        name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        home_city=user.home_city,
        is_owner=user.is_owner,
        is_admin=user.is_admin,
        password_hash=user.password_hash,
        credentials_epoch=user.credentials_epoch,
        version=user.version,
        created_at=user.created_at,
        updated_at=user.updated_at,
        last_seen_on=user.last_seen_on.isoformat() if user.last_seen_on else None,
    )


def _user(item: UserItem) -> User:
    return User(
        id=keys.user_id_of(item.pk),
        email=item.email,
        name=item.name,
        language=item.language,
        time_zone=item.time_zone,
        home_city=item.home_city,
        is_owner=item.is_owner,
        is_admin=item.is_admin,
        password_hash=item.password_hash,
        credentials_epoch=int(item.credentials_epoch),
        version=int(item.version),
        created_at=item.created_at,
        updated_at=item.updated_at,
        last_seen_on=date.fromisoformat(item.last_seen_on) if item.last_seen_on else None,
    )
