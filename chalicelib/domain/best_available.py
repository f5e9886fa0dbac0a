"""Which seats to offer a party: the best block, the nearest equal block, a wheelchair's place with its companions.

Blocks are seats side by side. The choice is random among near-equal best ones: with one best choice for everyone, all
buyers of a rush would run after the same seats and most be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from chalicelib.domain import neighbours
from chalicelib.domain.seating_plans import (
    ACCESSIBLE,
    Row,
    Seat,
    SeatCategory,
    SeatingPlan,
    SeatRef,
    unaccompanied,
)

IsFree = Callable[[SeatRef], bool]
Block = tuple[SeatRef, ...]

# The best seat stands two thirds of the way back, in the middle; a row further is worth about a seat and a half aside.
_BEST_DEPTH = 2 / 3
_ROW_WEIGHT = 1.5
# Buyers spread over this many of the best blocks left.
_NEAR_EQUAL = 24


def blocks(
    plan: SeatingPlan,
    party: int,
    is_free: IsFree,
    below: Callable[[int], int],
    categories: Collection[SeatCategory] | None = None,
) -> Iterator[Block]:
    """Legal blocks for `party`, good ones first, shuffled among near-equals by `below` (a random number below n).

    Wheelchair and companion places are offered only when no other seat is free, the latter with one of the former each.
    `categories` are those the party can sit in; None is any. Ends when no legal block is left.
    """
    ordinary = [seat for seat in plan.refs() if not _is_accessible(plan, seat)]
    runs = _ordinary_runs if any(is_free(seat) for seat in ordinary) else _physical_runs
    found = [
        block
        for row in plan.rows
        for run in runs(row)
        for block in _windows(row, run, party, is_free, categories)
    ]
    middle, depth = _best_place(plan)
    found.sort(key=lambda block: _distance(plan, block, middle, depth))
    for block in _shuffled(found, below):
        if is_legal(plan, block, is_free) and not unaccompanied(plan, block):
            yield block


def wheelchair_parties(plan: SeatingPlan, wheelchairs: int, others: int, is_free: IsFree) -> Iterator[Block]:
    """Places for a party with wheelchairs: each beside its companion where one is free, the rest as near as can be."""
    places = [ref for ref in plan.refs() if _category(plan, ref) is SeatCategory.WHEELCHAIR and is_free(ref)]
    for first in places:
        chosen = sorted(places, key=lambda ref: _apart(plan, ref, first))[:wheelchairs]
        if len(chosen) < wheelchairs:
            return
        party = list(chosen)
        for place in chosen:
            if len(party) < wheelchairs + others:
                party.extend(_companions(plan, place, is_free, party)[:1])
        rest = wheelchairs + others - len(party)
        if rest == 0:
            yield tuple(party)
            continue
        nearest = nearest_block(plan, first, rest, is_free, None)
        if nearest is not None:
            yield (*party, *nearest)


def nearest_block(
    plan: SeatingPlan,
    around: SeatRef,
    party: int,
    is_free: IsFree,
    categories: Collection[SeatCategory] | None,
    rows: Sequence[Row] | None = None,
) -> Block | None:
    """The legal block nearest to a seat, of these categories if given, within `rows` (default: the whole plan)."""
    found = [
        block
        for row in (plan.rows if rows is None else rows)
        for run in _ordinary_runs(row)
        for block in _windows(row, run, party, is_free, categories)
    ]
    found.sort(key=lambda block: sum(_apart(plan, ref, around) for ref in block))
    return next((block for block in found if is_legal(plan, block, is_free)), None)


def equal_block(plan: SeatingPlan, lost: Block, is_free: IsFree, rows: Sequence[Row] | None = None) -> Block:
    """The nearest block as large as `lost`, of the same category if that was one; empty when there is none."""
    categories = {_category(plan, ref) for ref in lost}
    if categories & ACCESSIBLE:
        return ()
    same = categories if len(categories) == 1 else None
    around = lost[len(lost) // 2]
    return nearest_block(plan, around, len(lost), is_free, same, rows) or ()


def largest_party(
    plan: SeatingPlan, is_free: IsFree, limit: int, categories: Collection[SeatCategory] | None = None
) -> int:
    """The largest party, up to `limit`, that a legal block is left for, of these categories if given."""
    for party in range(limit, 0, -1):
        if next(blocks(plan, party, is_free, lambda _: 0, categories), None) is not None:
            return party
    return 0


def is_legal(plan: SeatingPlan, block: Block, is_free: IsFree) -> bool:
    """Whether taking the block of one or more rows leaves no single seat against the rule."""
    taken: dict[str, set[str]] = {}
    for ref in block:
        taken.setdefault(ref.row_id, set()).add(ref.number)
    return not any(
        neighbours.left_alone(plan.by_row[row_id], numbers, _in_row(row_id, is_free))
        for row_id, numbers in taken.items()
    )


def _in_row(row_id: str, is_free: IsFree) -> Callable[[str], bool]:
    return lambda number: is_free(SeatRef(row_id, number))


def _windows(
    row: Row, run: Sequence[Seat], party: int, is_free: IsFree, categories: Collection[SeatCategory] | None
) -> Iterator[Block]:
    fits = [
        is_free(SeatRef(row.id, seat.number)) and (categories is None or seat.category in categories)
        for seat in run
    ]
    for start in range(len(run) - party + 1):
        if all(fits[start : start + party]):
            yield tuple(SeatRef(row.id, seat.number) for seat in run[start : start + party])


def _ordinary_runs(row: Row) -> Iterator[tuple[Seat, ...]]:
    yield from neighbours.rule_runs(row)


def _physical_runs(row: Row) -> Iterator[tuple[Seat, ...]]:
    yield from row.runs


def _shuffled(ordered: list[Block], below: Callable[[int], int]) -> Iterator[Block]:
    """Each time one of the best few that are left."""
    waiting = ordered[::-1]
    near: list[Block] = []
    while waiting or near:
        while waiting and len(near) < _NEAR_EQUAL:
            near.append(waiting.pop())
        yield near.pop(below(len(near)))


def _companions(plan: SeatingPlan, place: SeatRef, is_free: IsFree, taken: list[SeatRef]) -> list[SeatRef]:
    row = plan.by_row[place.row_id]
    position = row.by_number[place.number].position
    return [
        SeatRef(row.id, seat.number)
        for seat in row.seats
        if seat.category is SeatCategory.COMPANION
        and abs(seat.position - position) == 1
        and is_free(SeatRef(row.id, seat.number))
        and SeatRef(row.id, seat.number) not in taken
    ]


def _best_place(plan: SeatingPlan) -> tuple[float, float]:
    positions = [seat.position for row in plan.rows for seat in row.seats]
    return (min(positions) + max(positions)) / 2, (len(plan.rows) - 1) * _BEST_DEPTH


def _distance(plan: SeatingPlan, block: Block, middle: float, depth: float) -> float:
    row_index, position = _place(plan, block[len(block) // 2])
    return abs(position - middle) + _ROW_WEIGHT * abs(row_index - depth)


def _apart(plan: SeatingPlan, one: SeatRef, other: SeatRef) -> float:
    row_one, position_one = _place(plan, one)
    row_other, position_other = _place(plan, other)
    return abs(position_one - position_other) + _ROW_WEIGHT * abs(row_one - row_other)


def _place(plan: SeatingPlan, ref: SeatRef) -> tuple[int, int]:
    return plan.row_index[ref.row_id], plan.by_row[ref.row_id].by_number[ref.number].position


def _category(plan: SeatingPlan, ref: SeatRef) -> SeatCategory:
    return plan.by_row[ref.row_id].by_number[ref.number].category


def _is_accessible(plan: SeatingPlan, ref: SeatRef) -> bool:
    return _category(plan, ref) in ACCESSIBLE
