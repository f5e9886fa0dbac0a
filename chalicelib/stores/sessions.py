"""Sessions, in the partition of their user. A session ends by being deleted."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from chalicelib.domain.sessions import Family
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal


class FamilyItem(AccountsTable):
    number = NumberAttribute()
    token_digest = UnicodeAttribute()
    credentials_epoch = NumberAttribute()
    began_at = InstantAttribute()
    rotated_at = InstantAttribute()
    expires_at = InstantAttribute()
    sweep_at = NumberAttribute()


def add(family: Family) -> None:
    FamilyItem(
        *keys.family(family.user_id, family.id),
        number=family.number,
        token_digest=family.token_digest,
        credentials_epoch=family.credentials_epoch,
        began_at=family.began_at,
        rotated_at=family.rotated_at,
        expires_at=family.expires_at,
        sweep_at=int(family.expires_at.timestamp()) + 1,
    ).save()


def find(user_id: str, family_id: str) -> Family | None:
    """A consistent read."""
    try:
        return _family(FamilyItem.get(*keys.family(user_id, family_id), consistent_read=True))
    except DoesNotExist:
        return None


def rotate(old: Family, new: Family) -> bool:
    """Whether the family was still as read, and its token has been replaced."""
    try:
        FamilyItem(*keys.family(old.user_id, old.id)).update(
            actions=[
                FamilyItem.number.set(new.number),
                FamilyItem.token_digest.set(new.token_digest),
                FamilyItem.rotated_at.set(new.rotated_at),
                FamilyItem.expires_at.set(new.expires_at),
                FamilyItem.sweep_at.set(int(new.expires_at.timestamp()) + 1),
            ],
            condition=(FamilyItem.number == old.number) & (FamilyItem.token_digest == old.token_digest),
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise
        return False
    return True


def end(user_id: str, family_id: str) -> None:
    """It can be repeated."""
    FamilyItem(*keys.family(user_id, family_id)).delete()


def of_user(user_id: str) -> list[Family]:
    """All that have not been swept yet, consistently."""
    found = FamilyItem.query(
        keys.account(user_id), FamilyItem.sk.startswith(keys.FAMILY_PREFIX), consistent_read=True
    )
    return [_family(item) for item in found]


def _family(item: FamilyItem) -> Family:
    return Family(
        id=item.sk.removeprefix(keys.FAMILY_PREFIX),
        user_id=item.pk.removeprefix(keys.account("")),
        number=int(item.number),
        token_digest=item.token_digest,
        credentials_epoch=int(item.credentials_epoch),
        began_at=item.began_at,
        rotated_at=item.rotated_at,
        expires_at=item.expires_at,
    )
