"""A seating plan: the versioned, immutable layout of an auditorium.

A row is a line of positions; a seat stands on one of them. Positions that follow each other are neighbours unless an
aisle lies between them; a missing position is a gap and ends a run like an aisle does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from chalicelib.domain.errors import Invalid

MAX_SEATS = 1000
MAX_SEATS_A_ROW = 60
MAX_NUMBERS_LENGTH = 170
"""Characters of all seat numbers of a row together: with more, its item could outgrow 1 KB, one write unit."""
MAX_ROWS = 100
MAX_POSITION = 119
"""Gaps count as positions: twice the seats a row may have."""

CODE = re.compile(r"[A-Z0-9]{1,3}")
"""Row ids and seat numbers are parts of keys and of an item that must stay under 1 KB."""


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
    def row_index(self) -> dict[str, int]:
        """From the front, 0 first."""
        return {row.id: index for index, row in enumerate(self.rows)}

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


def unaccompanied(plan: SeatingPlan, seats: Sequence[SeatRef]) -> tuple[SeatRef, ...]:
    """The companion places among `seats`, all of the plan, beyond as many as there are wheelchair places: the last ones.

    A companion place is for somebody who accompanies a wheelchair user, and priced so: one hold takes both.
    """
    categories = [plan.by_row[ref.row_id].by_number[ref.number].category for ref in seats]
    companions = [
        ref for ref, category in zip(seats, categories, strict=True) if category is SeatCategory.COMPANION
    ]
    return tuple(companions[categories.count(SeatCategory.WHEELCHAIR) :])


def check(rows: Sequence[Row]) -> None:
    """Raises Invalid, pointing into /rows, for a layout that breaks the rules of a seating plan."""
    errors: list[tuple[str, str]] = []
    if not 1 <= len(rows) <= MAX_ROWS:
        errors.append(("/rows", f"A plan has 1 to {MAX_ROWS} rows."))
    seats = sum(len(row.seats) for row in rows)
    if seats > MAX_SEATS:
        errors.append(("/rows", f"A plan has at most {MAX_SEATS} seats; this one has {seats}."))
    errors += _repeated([row.id for row in rows], "/rows/{}/id", "row id")
    errors += _repeated([row.label for row in rows], "/rows/{}/label", "row label")
    for index, row in enumerate(rows):
        errors += _row_errors(row, f"/rows/{index}")
    if errors:
        raise Invalid(errors)


def _row_errors(row: Row, at: str) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []
    if not CODE.fullmatch(row.id):
        errors.append((f"{at}/id", "A row id is 1 to 3 of A-Z and 0-9."))
    if not 1 <= len(row.seats) <= MAX_SEATS_A_ROW:
        errors.append((f"{at}/seats", f"A row has 1 to {MAX_SEATS_A_ROW} seats."))
    if sum(len(seat.number) for seat in row.seats) > MAX_NUMBERS_LENGTH:
        errors.append(
            (
                f"{at}/seats",
                f"The seat numbers of a row have at most {MAX_NUMBERS_LENGTH} characters together.",
            )
        )
    errors += _repeated([seat.number for seat in row.seats], at + "/seats/{}/number", "seat number")
    errors += _repeated([str(seat.position) for seat in row.seats], at + "/seats/{}/position", "position")
    for index, seat in enumerate(row.seats):
        if not CODE.fullmatch(seat.number):
            errors.append((f"{at}/seats/{index}/number", "A seat number is 1 to 3 of A-Z and 0-9."))
        if not 0 <= seat.position <= MAX_POSITION:
            errors.append((f"{at}/seats/{index}/position", f"A position is 0 to {MAX_POSITION}."))
    last = max((seat.position for seat in row.seats), default=0)
    if any(not 0 <= aisle < last for aisle in row.aisles):
        errors.append(
            (f"{at}/aisles", f"An aisle runs between seats: after a position from 0 to {last - 1}.")
        )
    return errors


def _repeated(values: Sequence[str], pointer: str, noun: str) -> list[tuple[str, str]]:
    seen: set[str] = set()
    errors = []
    for index, value in enumerate(values):
        if value in seen:
            errors.append((pointer.format(index), f"The {noun} {value} is there twice."))
        seen.add(value)
    return errors
