"""Auditoriums, each in its cinema's partition."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.domain.auditoriums import Auditorium, cinema_of
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import CatalogueTable
from chalicelib.stores.transactions import Transaction


class AuditoriumItem(CatalogueTable):
    name = UnicodeAttribute()
    plan_id = UnicodeAttribute(default="")
    plan_version = NumberAttribute(default=0)
    cleaning_minutes = NumberAttribute()
    formats: ListAttribute[str] = ListAttribute()
    deleted = BooleanAttribute(default=False)
    version = NumberAttribute()
    uses = NumberAttribute(default=0)


def find(auditorium_id: str, *, consistent: bool = True) -> Auditorium | None:
    """Deleted ones too."""
    try:
        return _auditorium(AuditoriumItem.get(*_key(auditorium_id), consistent_read=consistent))
    except DoesNotExist:
        return None


def of_cinema(cinema_id: str, *, consistent: bool = False) -> list[Auditorium]:
    """Those of the cinema, deleted ones too, by id."""
    items = AuditoriumItem.query(
        keys.parts_of_cinema(cinema_id),
        AuditoriumItem.sk.startswith(keys.AUDITORIUM_PREFIX),
        consistent_read=consistent,
    )
    return [_auditorium(item) for item in items]


def add(transaction: Transaction, auditorium: Auditorium) -> None:
    transaction.put("auditorium", _item(auditorium), AuditoriumItem.pk.does_not_exist())


def change(auditorium: Auditorium, *, unused: bool = False) -> None:
    """Write over the version before; raises VersionStale. `unused`: only while its `uses` are as the writer read."""
    uses = auditorium.uses if unused else None
    versions.change(_item(auditorium), auditorium, lambda: find(auditorium.id), "auditorium", uses=uses)


def change_with(transaction: Transaction, auditorium: Auditorium) -> None:
    item = _item(auditorium)
    transaction.update(
        "auditorium", item, versions.actions(item), AuditoriumItem.version == auditorium.version - 1
    )


def require_other_plan(transaction: Transaction, auditorium_id: str, plan_id: str) -> None:
    """Refuse the transaction ("auditorium") while the plan is the auditorium's current one."""
    transaction.check("auditorium", AuditoriumItem, _key(auditorium_id), AuditoriumItem.plan_id != plan_id)


def use(transaction: Transaction, auditorium: Auditorium) -> None:
    """Count one more showtime in it, while it stands and has the plan and cleaning time that the writer read."""
    transaction.update(
        "auditorium",
        AuditoriumItem(*_key(auditorium.id)),
        [AuditoriumItem.uses.add(1)],
        _unchanged(auditorium),
    )


def _unchanged(auditorium: Auditorium) -> Condition:
    condition: Condition = AuditoriumItem.deleted == False  # noqa: E712  # PynamoDB builds the condition from ==
    condition &= AuditoriumItem.plan_id == auditorium.plan_id
    condition &= AuditoriumItem.plan_version == auditorium.plan_version
    condition &= AuditoriumItem.cleaning_minutes == auditorium.cleaning_minutes
    return condition


def _key(auditorium_id: str) -> keys.Key:
    return keys.auditorium(cinema_of(auditorium_id), auditorium_id)


def _item(auditorium: Auditorium) -> AuditoriumItem:
    return AuditoriumItem(
        *_key(auditorium.id),
        name=auditorium.name,
        plan_id=auditorium.plan_id,
        plan_version=auditorium.plan_version,
        cleaning_minutes=auditorium.cleaning_minutes,
        formats=list(auditorium.formats),
        deleted=auditorium.deleted,
        version=auditorium.version,
        uses=auditorium.uses,
    )


def _auditorium(item: AuditoriumItem) -> Auditorium:
    auditorium_id = item.sk.removeprefix(keys.AUDITORIUM_PREFIX)
    return Auditorium(
        id=auditorium_id,
        cinema_id=cinema_of(auditorium_id),
        name=item.name,
        plan_id=item.plan_id,
        plan_version=int(item.plan_version),
        cleaning_minutes=int(item.cleaning_minutes),
        formats=tuple(item.formats),
        deleted=item.deleted,
        version=int(item.version),
        uses=int(item.uses),
    )
