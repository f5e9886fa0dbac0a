"""Seating plans: one immutable item a version, its rows compressed: 1,000 seats are a kilobyte or two.

A small item under the cinema names each plan of an auditorium; without it the plan is deleted, and its versions stay
for the showtimes that pin them.
"""

from __future__ import annotations

import json
import zlib

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.domain.auditoriums import cinema_of
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.seating_plans import Row, Seat, SeatCategory, SeatingPlan
from chalicelib.stores import keys
from chalicelib.stores.tables import CatalogueTable, is_refusal
from chalicelib.stores.transactions import Transaction


class SeatingPlanItem(CatalogueTable):
    auditorium_id = UnicodeAttribute()
    name = UnicodeAttribute()
    rows = BinaryAttribute(legacy_encoding=False)


class SeatingPlanNameItem(CatalogueTable):
    """Nothing but its key: which plans an auditorium has."""


def find(plan_id: str, version: int) -> SeatingPlan | None:
    """One version. Eventually consistent: versions never change, and whoever asks was told of it."""
    try:
        return _plan(SeatingPlanItem.get(*keys.seating_plan(plan_id, version)))
    except DoesNotExist:
        pass
    try:
        # Told of it a moment ago, perhaps: the copy that answered may be behind.
        return _plan(SeatingPlanItem.get(*keys.seating_plan(plan_id, version), consistent_read=True))
    except DoesNotExist:
        return None


def latest(plan_id: str) -> SeatingPlan | None:
    """The newest version; a consistent read."""
    items = SeatingPlanItem.query(
        keys.seating_plan_versions(plan_id),
        SeatingPlanItem.sk.startswith(keys.PLAN_VERSION_PREFIX),
        consistent_read=True,
        scan_index_forward=False,
        limit=1,
    )
    return next((_plan(item) for item in items), None)


def ids_of(auditorium_id: str) -> list[str]:
    """The plans that an auditorium has."""
    prefix = keys.seating_plan_names(auditorium_id)
    items = SeatingPlanNameItem.query(
        keys.parts_of_cinema(cinema_of(auditorium_id)),
        SeatingPlanNameItem.sk.startswith(prefix),
        consistent_read=True,
    )
    return [item.sk.removeprefix(prefix) for item in items]


def is_named(auditorium_id: str, plan_id: str) -> bool:
    """Whether the plan is there; a deleted one is not."""
    try:
        SeatingPlanNameItem.get(*_name_key(auditorium_id, plan_id), consistent_read=True)
    except DoesNotExist:
        return False
    return True


def add(transaction: Transaction, plan: SeatingPlan) -> None:
    transaction.put("plan", _item(plan), SeatingPlanItem.pk.does_not_exist())
    transaction.put("plan", SeatingPlanNameItem(*_name_key(plan.auditorium_id, plan.id)))


def add_version(plan: SeatingPlan) -> None:
    """Raises VersionStale when another has added this version."""
    try:
        _item(plan).save(SeatingPlanItem.pk.does_not_exist())
    except PutError as error:
        if not is_refusal(error):
            raise
        if find(plan.id, plan.version) != plan:
            raise VersionStale("seating plan", plan.version) from error


def require(transaction: Transaction, auditorium_id: str, plan_id: str) -> None:
    """Refuse the transaction ("plan") when the plan is deleted."""
    transaction.check(
        "plan", SeatingPlanNameItem, _name_key(auditorium_id, plan_id), SeatingPlanNameItem.pk.exists()
    )


def delete(transaction: Transaction, auditorium_id: str, plan_id: str) -> None:
    transaction.delete("plan", SeatingPlanNameItem(*_name_key(auditorium_id, plan_id)))


def packed(rows: tuple[Row, ...]) -> bytes:
    """Rows as compressed JSON: [id, label, aisles, [[number, position, category], …]]."""
    document = [
        [
            row.id,
            row.label,
            sorted(row.aisles),
            [[seat.number, seat.position, seat.category.value] for seat in row.seats],
        ]
        for row in rows
    ]
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), level=9)


def unpacked(data: bytes) -> tuple[Row, ...]:
    return tuple(
        Row(
            id=row_id,
            label=label,
            seats=tuple(
                Seat(number, position, SeatCategory(category)) for number, position, category in seats
            ),
            aisles=frozenset(aisles),
        )
        for row_id, label, aisles, seats in json.loads(zlib.decompress(data))
    )


def _name_key(auditorium_id: str, plan_id: str) -> keys.Key:
    return keys.seating_plan_name(cinema_of(auditorium_id), auditorium_id, plan_id)


def _item(plan: SeatingPlan) -> SeatingPlanItem:
    return SeatingPlanItem(
        *keys.seating_plan(plan.id, plan.version),
        auditorium_id=plan.auditorium_id,
        name=plan.name,
        rows=packed(plan.rows),
    )


def _plan(item: SeatingPlanItem) -> SeatingPlan:
    return SeatingPlan(
        id=keys.plan_id_of(item.pk),
        version=keys.plan_version_of(item.sk),
        auditorium_id=item.auditorium_id,
        name=item.name,
        rows=unpacked(item.rows),
    )
