"""Who sits where in a house that is partly sold: parties of a few people, most of them in the middle of the back."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from random import Random

from chalicelib.domain.holds import MAX_SEATS
from chalicelib.domain.neighbours import left_alone, rule_runs
from chalicelib.domain.seating_plans import Row, Seat, SeatingPlan, SeatRef

# As people come: by two most of all.
_PARTIES = (2, 2, 2, 2, 3, 3, 4, 4, 1, 5)
_ANY_SIZE = (2, 3, 4, 5, 1)
# Where a party would like to sit, as shares of the depth and the width of the room: the mean, and how tastes differ.
_DEPTH = (0.65, 0.2)
_WIDTH = (0.5, 0.22)
# How much further a party goes so as not to sit beside strangers.
_DISTANCE = 0.06


class House:
    """The ordinary seats of a house, and which of them somebody has. Nobody is left with a single seat beside them."""

    def __init__(self, plan: SeatingPlan, chance: Random) -> None:
        self._plan = plan
        self._chance = chance
        self._taken: dict[str, set[str]] = {row.id: set() for row in plan.rows}

    @property
    def sold(self) -> int:
        return sum(len(numbers) for numbers in self._taken.values())

    def book(self, size: int) -> tuple[SeatRef, ...]:
        """Seats side by side for a party of that size; none if it finds no place."""
        mine = self._sit({}, size)
        self._take(mine)
        return _refs(mine)

    def book_for_parties(self, most: int) -> tuple[SeatRef, ...]:
        """Seats for several parties, as many as one booking may have, or `most`; fewer if the house is full."""
        mine: dict[str, set[str]] = {}
        left = min(MAX_SEATS, most)
        while left:
            sizes = [size for size in (self._chance.choice(_PARTIES), *_ANY_SIZE) if size <= left]
            party = next((found for size in sizes if (found := self._sit(mine, size))), None)
            if party is None:
                break
            for row_id, numbers in party.items():
                mine.setdefault(row_id, set()).update(numbers)
                left -= len(numbers)
        self._take(mine)
        return _refs(mine)

    def _sit(self, mine: dict[str, set[str]], size: int) -> dict[str, set[str]]:
        """The place that the party likes best, beside what is `mine` in the same booking; none if there is no place."""
        spot = self._chance.gauss(*_DEPTH), self._chance.gauss(*_WIDTH)
        for _, row, seats in sorted(self._places(mine, size, spot), key=lambda each: each[0]):
            numbers = {seat.number for seat in seats}
            own = numbers | mine.get(row.id, set())
            if not left_alone(row, own, self._free(row).__contains__):
                return {row.id: numbers}
        return {}

    def _free(self, row: Row) -> set[str]:
        return row.by_number.keys() - self._taken[row.id]

    def _places(
        self, mine: dict[str, set[str]], size: int, spot: tuple[float, float]
    ) -> Iterator[tuple[float, Row, tuple[Seat, ...]]]:
        """Each with how far it is from the spot."""
        for index, row in enumerate(self._plan.rows):
            free = self._free(row) - mine.get(row.id, set())
            depth = index / len(self._plan.rows) - spot[0]
            for run in rule_runs(row):
                is_free = [seat.number in free for seat in run]
                for first in range(len(run) - size + 1):
                    if not all(is_free[first : first + size]):
                        continue
                    width = (run[first].position + size / 2) / len(row.seats) - spot[1]
                    strangers = not all(is_free[max(first - 1, 0) : first + size + 1])
                    yield hypot(depth, width) + _DISTANCE * strangers, row, run[first : first + size]

    def _take(self, seats: dict[str, set[str]]) -> None:
        for row_id, numbers in seats.items():
            self._taken[row_id] |= numbers


def _refs(seats: dict[str, set[str]]) -> tuple[SeatRef, ...]:
    return tuple(
        SeatRef(row_id, number) for row_id, numbers in seats.items() for number in sorted(numbers, key=int)
    )
