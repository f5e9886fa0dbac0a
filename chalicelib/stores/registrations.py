"""Registrations whose address is not verified yet, under the digest of that address. They are swept when they expire."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.domain.users import Registration, address_digest
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute
from chalicelib.stores.transactions import Transaction


class RegistrationItem(AccountsTable):
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    language = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    as_owner = BooleanAttribute()
    password_hash = UnicodeAttribute()
    registered_at = InstantAttribute()
    expires_at = InstantAttribute()
    verified = BooleanAttribute(default=False)
    sweep_at = NumberAttribute()


def add(registration: Registration) -> None:
    RegistrationItem(
        *keys.registration(address_digest(registration.email), registration.id),
        email=registration.email,
        name=registration.name,
        language=registration.language,
        time_zone=registration.time_zone,
        as_owner=registration.as_owner,
        password_hash=registration.password_hash,
        registered_at=registration.registered_at,
        expires_at=registration.expires_at,
        verified=False,
        sweep_at=int(registration.expires_at.timestamp()) + 1,
    ).save()


def find(digest: str, registration_id: str) -> Registration | None:
    """A consistent read."""
    try:
        item = RegistrationItem.get(*keys.registration(digest, registration_id), consistent_read=True)
    except DoesNotExist:
        return None
    return _registration(item)


def latest(digest: str) -> Registration | None:
    """The address's newest registration, consistently."""
    found = RegistrationItem.query(
        keys.registrations(digest),
        RegistrationItem.sk.startswith(keys.REGISTRATION_PREFIX),
        scan_index_forward=False,
        limit=1,
        consistent_read=True,
    )
    return next((_registration(item) for item in found), None)


def verify(transaction: Transaction, registration: Registration) -> None:
    """It has become the user. Without its hash: only the account keeps that. Refused label: "registration"."""
    transaction.update(
        "registration",
        RegistrationItem(*keys.registration(address_digest(registration.email), registration.id)),
        [RegistrationItem.verified.set(True), RegistrationItem.password_hash.set("!")],
        RegistrationItem.verified == False,  # noqa: E712
    )


def forget(digest: str) -> None:
    """Delete all of the address. It can be repeated."""
    found = RegistrationItem.query(
        keys.registrations(digest),
        RegistrationItem.sk.startswith(keys.REGISTRATION_PREFIX),
        consistent_read=True,
    )
    for item in found:
        item.delete()


def _registration(item: RegistrationItem) -> Registration:
    return Registration(
        id=item.sk.removeprefix(keys.REGISTRATION_PREFIX),
        email=item.email,
        name=item.name,
        language=item.language,
        time_zone=item.time_zone,
        as_owner=item.as_owner,
        password_hash=item.password_hash,
        registered_at=item.registered_at,
        expires_at=item.expires_at,
        verified=item.verified,
    )
