"""The programme of an auditorium on one business date: which showtimes occupy it, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

# What occupies a room must be shorter than a day by more than any change of the clocks: then only the days before
# and after can hold what overlaps it, and a transaction over three days is enough.
MAX_OCCUPIED = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class Slot:
    """The room is taken from `starts_at` until `free_at`, cleaning included: [starts_at, free_at).

    `request` tells which request made it, so that the same request, repeated, finds its own showtime.
    """

    showtime_id: str
    starts_at: datetime
    free_at: datetime
    movie_id: str
    price_list_id: str
    request: str = ""

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.free_at and other.starts_at < self.free_at


@dataclass(frozen=True, slots=True)
class Programme:
    """`version` rises with every write; 0 is a day nobody has written yet."""

    auditorium_id: str
    day: date
    slots: tuple[Slot, ...]
    version: int

    def with_slot(self, slot: Slot) -> Programme:
        """With the showtime's slot put in, or in place of the one it had."""
        others = [each for each in self.slots if each.showtime_id != slot.showtime_id]
        return replace(self, slots=tuple(sorted([*others, slot], key=lambda each: each.starts_at)))

    def without(self, showtime_id: str) -> Programme:
        return replace(self, slots=tuple(each for each in self.slots if each.showtime_id != showtime_id))

    def slot_of(self, showtime_id: str) -> Slot | None:
        return next((each for each in self.slots if each.showtime_id == showtime_id), None)


def neighbours(day: date) -> tuple[date, date]:
    return day - timedelta(days=1), day + timedelta(days=1)


def first_overlap(programmes: Iterable[Programme], slot: Slot) -> Slot | None:
    """The earliest other showtime that the slot would overlap."""
    found = [
        each
        for programme in programmes
        for each in programme.slots
        if each.showtime_id != slot.showtime_id and each.overlaps(slot)
    ]
    return min(found, key=lambda each: each.starts_at, default=None)
