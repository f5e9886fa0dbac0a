"""A seating plan: the versioned, immutable layout of an auditorium.

A row is a line of positions; a seat stands on one of them. Positions that follow each other are neighbours unless an
aisle lies between them; a missing position is a gap and ends a run like an aisle does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

MAX_SEATS = 1000
MAX_SEATS_A_ROW = 60
MAX_ROWS = 100


class SeatCategory(StrEnum):
    STANDARD = "standard"
    PREMIUM = "premium"
    RECLINER = "recliner"
    LOVESEAT = "loveseat"
    WHEELCHAIR = "wheelchair"
    COMPANION = "companion"


# Places of the accessible stock: exempt from the neighbour rule, not offered to others while standard seats remain.
ACCESSIBLE = frozenset({SeatCategory.WHEELCHAIR, SeatCategory.COMPANION})


@dataclass(frozen=True, slots=True)
class Seat:
    """`number` is the label within the row ("12"), `position` its place from left to right, from 0."""

    number: str
    position: int
    category: SeatCategory = SeatCategory.STANDARD


@dataclass(frozen=True)
class Row:
    """`id` is short and never changes (it is a key); `label` is what the door shows ("F").

    `aisles` are positions after which an aisle runs: 4 means between positions 4 and 5.
    """

    id: str
    label: str
    seats: tuple[Seat, ...]
    aisles: frozenset[int] = frozenset()

    @cached_property
    def by_number(self) -> dict[str, Seat]:
        return {seat.number: seat for seat in self.seats}

    @cached_property
    def runs(self) -> tuple[tuple[Seat, ...], ...]:
        """Seats side by side, nothing between them, from left to right."""
        runs: list[list[Seat]] = []
        for seat in sorted(self.seats, key=lambda each: each.position):
            last = runs[-1][-1] if runs else None
            if last and seat.position == last.position + 1 and last.position not in self.aisles:
                runs[-1].append(seat)
            else:
                runs.append([seat])
        return tuple(tuple(run) for run in runs)


@dataclass(frozen=True, slots=True, order=True)
class SeatRef:
    """A seat within a showtime: row id and number, written "F-12" (a row id holds no hyphen)."""

    row_id: str
    number: str

    def __str__(self) -> str:
        return f"{self.row_id}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> SeatRef:
        """Raises ValueError unless text is "<row id>-<number>"."""
        row_id, hyphen, number = text.partition("-")
        if not (row_id and hyphen and number):
            raise ValueError(f"{text!r} is not a seat; write row and number as F-12")
        return cls(row_id, number)


@dataclass(frozen=True)
class SeatingPlan:
    """One immutable version of a layout. Rows from the screen (front) to the back."""

    id: str
    version: int
    auditorium_id: str
    name: str
    rows: tuple[Row, ...]

    @cached_property
    def by_row(self) -> dict[str, Row]:
        return {row.id: row for row in self.rows}

    @cached_property
    def capacity(self) -> int:
        return sum(len(row.seats) for row in self.rows)

    def seat(self, ref: SeatRef) -> Seat | None:
        row = self.by_row.get(ref.row_id)
        return row.by_number.get(ref.number) if row else None

    def label(self, ref: SeatRef) -> str:
        """What a person reads: "F12"."""
        return f"{self.by_row[ref.row_id].label}{ref.number}"

    def refs(self) -> Iterator[SeatRef]:
        for row in self.rows:
            for seat in row.seats:
                yield SeatRef(row.id, seat.number)
