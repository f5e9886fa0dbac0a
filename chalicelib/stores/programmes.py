"""Programmes: one item per (auditorium, business date), with a version that every write checks and raises."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.domain.instants import instant_of, seconds
from chalicelib.domain.programmes import Programme, Slot
from chalicelib.stores import keys
from chalicelib.stores.tables import CatalogueTable
from chalicelib.stores.transactions import Transaction


class ProgrammeItem(CatalogueTable):
    """`slots` is JSON: [[showtime, starts (s), free (s), movie, price list, request], …]."""

    slots = UnicodeAttribute()
    version = NumberAttribute()


def read(auditorium_id: str, days: Iterable[date]) -> list[Programme]:
    """Each day as it is now; a day nobody has written is empty, version 0."""
    return [_read(auditorium_id, day) for day in days]


def since(auditorium_id: str, day: date) -> list[Programme]:
    """Every written day from then on; a consistent read."""
    items = ProgrammeItem.query(
        keys.programmes(auditorium_id), ProgrammeItem.sk >= day.isoformat(), consistent_read=True
    )
    return [_programme(auditorium_id, item) for item in items]


def write(transaction: Transaction, programme: Programme) -> None:
    """Put the day, one version on, if it still has the version that was read."""
    item = ProgrammeItem(
        *keys.programme(programme.auditorium_id, programme.day),
        slots=_packed(programme.slots),
        version=programme.version + 1,
    )
    transaction.put("programme", item, _unchanged(programme))


def require_unchanged(transaction: Transaction, programme: Programme) -> None:
    """Refuse the transaction ("programme") when the day has another version than was read."""
    transaction.check(
        "programme",
        ProgrammeItem,
        keys.programme(programme.auditorium_id, programme.day),
        _unchanged(programme),
    )


def _unchanged(programme: Programme) -> Condition:
    return (
        ProgrammeItem.version == programme.version if programme.version else ProgrammeItem.pk.does_not_exist()
    )


def _read(auditorium_id: str, day: date) -> Programme:
    try:
        item = ProgrammeItem.get(*keys.programme(auditorium_id, day), consistent_read=True)
    except DoesNotExist:
        return Programme(auditorium_id, day, (), 0)
    return _programme(auditorium_id, item)


def _programme(auditorium_id: str, item: ProgrammeItem) -> Programme:
    return Programme(auditorium_id, date.fromisoformat(item.sk), _unpacked(item.slots), int(item.version))


def _packed(slots: tuple[Slot, ...]) -> str:
    document = [
        [
            each.showtime_id,
            seconds(each.starts_at),
            seconds(each.free_at),
            each.movie_id,
            each.price_list_id,
            each.request,
        ]
        for each in slots
    ]
    return json.dumps(document, separators=(",", ":"))


def _unpacked(text: str) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            showtime_id,
            instant_of(starts),
            instant_of(free),
            movie_id,
            price_list_id,
            request,
        )
        for showtime_id, starts, free, movie_id, price_list_id, request in json.loads(text)
    )
