"""The neighbour rule: a hold leaves no single empty seat behind.

A hold may not turn a free seat into one without a free neighbour, unless its run of free seats has exactly one seat
more than is taken from it (then a single seat can't be avoided). Neighbours are by position in the plan; an aisle or a
gap ends a run. Wheelchair and companion places stand outside: they are nobody's neighbour and never left alone.

What is free is known only to the write, so the rule is turned into clauses over the row that the write checks itself.
For a free seat `left` beside the taken ones, `beyond` is its neighbour on the other side, and `far` are the seats
behind the taken block(s) next to it:

        far   taken   left   beyond
        [h]   [x][x]   [f]    [g]        forbidden:  f free, g not free, some h free

With g free, f keeps a neighbour; with no h free, the run of f was exactly the taken seats and f.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from chalicelib.domain.errors import DomainError
from chalicelib.domain.seating_plans import ACCESSIBLE, Row, Seat, SeatRef


@dataclass(frozen=True, slots=True)
class NeighbourClause:
    """Holds when: `left` is not free, or `beyond` is free, or none of `far` is. Seat numbers of one row."""

    left: str
    beyond: str | None
    far: tuple[str, ...]

    def holds(self, is_free: Callable[[str], bool]) -> bool:
        if not is_free(self.left):
            return True
        if self.beyond is not None and is_free(self.beyond):
            return True
        return not any(is_free(number) for number in self.far)


class SingleSeatLeft(DomainError):
    """The hold would leave `seats` free with no free neighbour."""

    def __init__(self, seats: tuple[SeatRef, ...], labels: tuple[str, ...]) -> None:
        super().__init__(
            f"This would leave a single seat empty ({', '.join(labels)}). Move by one seat, or take that seat too."
        )
        self.seats = seats


def rule_runs(row: Row) -> Iterable[tuple[Seat, ...]]:
    """Runs of seats the rule looks at: physical runs, cut at wheelchair and companion places."""
    for run in row.runs:
        part: list[Seat] = []
        for seat in run:
            if seat.category in ACCESSIBLE:
                if part:
                    yield tuple(part)
                part = []
            else:
                part.append(seat)
        if part:
            yield tuple(part)


def clauses(row: Row, taken: Collection[str]) -> tuple[NeighbourClause, ...]:
    """What the write that takes `taken` (numbers in `row`) must check of the seats it leaves."""
    found: list[NeighbourClause] = []
    for run in rule_runs(row):
        numbers = [seat.number for seat in run]
        takes = [number in taken for number in numbers]
        if not any(takes):
            continue
        for i, number in enumerate(numbers):
            if not takes[i]:
                clause = _clause(numbers, takes, i, number)
                if clause is not None:
                    found.append(clause)
    return tuple(found)


def _clause(numbers: list[str], takes: list[bool], i: int, left: str) -> NeighbourClause | None:
    """None where the seat is not beside a taken one, or where nothing behind the taken seats could be free."""
    beyond: str | None = None
    far: list[str] = []
    beside = False
    for step in (-1, 1):
        j = i + step
        if not 0 <= j < len(numbers):
            continue
        if not takes[j]:
            beyond = numbers[j]
            continue
        beside = True
        while 0 <= j < len(numbers) and takes[j]:
            j += step
        if 0 <= j < len(numbers):
            far.append(numbers[j])
    if not beside or not far:
        return None
    return NeighbourClause(left, beyond, tuple(far))


def left_alone(row: Row, taken: Collection[str], is_free: Callable[[str], bool]) -> tuple[str, ...]:
    """The seats that taking `taken` would leave alone against the rule."""
    return tuple(clause.left for clause in clauses(row, taken) if not clause.holds(is_free))
