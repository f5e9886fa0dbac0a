"""Best available against a brute force: every block of the plan that the rule lets be taken, by sets alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.best_available import (
    blocks,
    equal_block,
    largest_party,
    nearest_block,
    wheelchair_parties,
)
from chalicelib.domain.seating_plans import (
    ACCESSIBLE,
    Row,
    Seat,
    SeatCategory,
    SeatingPlan,
    SeatRef,
    unaccompanied,
)
from tests.support.builders import a_row, a_seating_plan
from tests.unit.domain.test_neighbours import forbidden

_CATEGORIES = [SeatCategory.STANDARD] * 5 + [
    SeatCategory.PREMIUM,
    SeatCategory.WHEELCHAIR,
    SeatCategory.COMPANION,
]


@st.composite
def houses(draw: st.DrawFn) -> tuple[SeatingPlan, set[SeatRef]]:
    """A small plan and the seats of it that are free."""
    made = []
    for row_id in "ABC"[: draw(st.integers(1, 3))]:
        positions = draw(st.sets(st.integers(0, 8), min_size=1))
        seats = tuple(Seat(str(at + 1), at, draw(st.sampled_from(_CATEGORIES))) for at in sorted(positions))
        aisles = draw(st.sets(st.integers(0, 7), max_size=2))
        made.append(Row(row_id, row_id, seats, frozenset(aisles)))
    plan = a_seating_plan(made)
    free = draw(st.sets(st.sampled_from(sorted(plan.refs()))))
    return plan, free


def legal_blocks(
    plan: SeatingPlan, party: int, free: Collection[SeatRef], category: SeatCategory | None = None
) -> set[frozenset[SeatRef]]:
    """Side by side, free, of the category, none of them accessible while another seat is free, nobody left alone, and
    each companion's with a wheelchair's."""
    ordinary_left = any(category_of(plan, ref) not in ACCESSIBLE for ref in free)
    found = set()
    for row in plan.rows:
        by_position = {seat.position: seat for seat in row.seats}
        for first in by_position:
            positions = range(first, first + party)
            if any(at not in by_position for at in positions):
                continue
            if any(at in row.aisles for at in positions[:-1]):
                continue
            seats = [by_position[at] for at in positions]
            if any(SeatRef(row.id, seat.number) not in free for seat in seats):
                continue
            if category and any(seat.category is not category for seat in seats):
                continue
            if ordinary_left and any(seat.category in ACCESSIBLE for seat in seats):
                continue
            counted = Counter(seat.category for seat in seats)
            if counted[SeatCategory.COMPANION] > counted[SeatCategory.WHEELCHAIR]:
                continue
            numbers = {ref.number for ref in free if ref.row_id == row.id}
            if not forbidden(row, numbers, {seat.number for seat in seats}):
                found.add(frozenset(SeatRef(row.id, seat.number) for seat in seats))
    return found


def category_of(plan: SeatingPlan, ref: SeatRef) -> SeatCategory:
    seat = plan.seat(ref)
    assert seat is not None
    return seat.category


@given(
    houses(),
    st.integers(1, 4),
    st.integers(0, 99),
    st.sampled_from([None, SeatCategory.PREMIUM, SeatCategory.STANDARD, SeatCategory.COMPANION]),
)
def test_every_legal_block_is_offered_once_and_no_other(
    house: tuple[SeatingPlan, set[SeatRef]], party: int, seed: int, category: SeatCategory | None
) -> None:
    plan, free = house

    wanted = {category} if category else None
    offered = [frozenset(b) for b in blocks(plan, party, free.__contains__, Random(seed).randrange, wanted)]

    assert len(offered) == len(set(offered))
    assert set(offered) == legal_blocks(plan, party, free, category)


@given(houses(), st.integers(1, 6))
def test_largest_party_is_the_largest_that_has_a_legal_block(
    house: tuple[SeatingPlan, set[SeatRef]], limit: int
) -> None:
    plan, free = house

    expected = max((party for party in range(1, limit + 1) if legal_blocks(plan, party, free)), default=0)

    assert largest_party(plan, free.__contains__, limit) == expected


def test_largest_party_of_a_category_counts_that_category_only() -> None:
    premium = [SeatCategory.STANDARD] * 4 + [SeatCategory.PREMIUM] * 2
    plan = a_seating_plan([a_row("A", 6, categories=premium)])

    assert largest_party(plan, lambda _: True, 5, {SeatCategory.PREMIUM}) == 2
    assert largest_party(plan, lambda _: True, 5, {SeatCategory.LOVESEAT}) == 0


@given(houses(), st.data())
def test_equal_block_is_legal_as_large_and_of_the_same_category(
    house: tuple[SeatingPlan, set[SeatRef]], data: st.DataObject
) -> None:
    plan, free = house
    lost = tuple(
        data.draw(st.lists(st.sampled_from(sorted(plan.refs())), min_size=1, max_size=3, unique=True))
    )
    categories = {category_of(plan, ref) for ref in lost}
    only = categories.pop() if len(categories) == 1 else None

    offered = equal_block(plan, lost, free.__contains__)

    if any(category_of(plan, ref) in ACCESSIBLE for ref in lost):
        assert offered == ()
        return
    ordinary = [
        block
        for block in legal_blocks(plan, len(lost), free, only)
        if not any(category_of(plan, ref) in ACCESSIBLE for ref in block)
    ]
    assert (frozenset(offered) in ordinary) if ordinary else (offered == ())


def test_nearest_block_is_beside_the_seat_that_was_lost() -> None:
    plan = a_seating_plan(3, 10)
    taken = {SeatRef("B", "5")}

    block = nearest_block(plan, SeatRef("B", "5"), 2, lambda ref: ref not in taken, None)

    assert block is not None
    assert {ref.row_id for ref in block} == {"B"}


def test_buyers_of_a_rush_are_spread_over_near_equal_blocks() -> None:
    plan = a_seating_plan(10, 20)

    first = {next(blocks(plan, 2, lambda ref: True, Random(seed).randrange)) for seed in range(200)}

    assert len(first) > 15


class TestWheelchairs:
    plan = a_seating_plan(
        [
            a_row("A", 6, categories=[SeatCategory.WHEELCHAIR, SeatCategory.COMPANION]),
            a_row("B", 6),
        ]
    )

    def test_wheelchair_comes_with_its_companion(self) -> None:
        party = next(wheelchair_parties(self.plan, 1, 1, lambda ref: True))

        assert set(party) == {SeatRef("A", "1"), SeatRef("A", "2")}

    def test_the_rest_of_the_party_sits_together_nearby(self) -> None:
        party = next(wheelchair_parties(self.plan, 1, 3, lambda ref: True))

        assert set(party[:2]) == {SeatRef("A", "1"), SeatRef("A", "2")}
        assert set(party[2:]) == {SeatRef("B", "1"), SeatRef("B", "2")}

    @given(houses(), st.integers(1, 3), st.integers(0, 4))
    def test_nobody_gets_a_companion_place_without_a_wheelchair_place(
        self, house: tuple[SeatingPlan, set[SeatRef]], wheelchairs: int, others: int
    ) -> None:
        plan, free = house

        for party in wheelchair_parties(plan, wheelchairs, others, free.__contains__):
            assert unaccompanied(plan, party) == ()

    def test_no_place_left_is_no_party(self) -> None:
        assert list(wheelchair_parties(self.plan, 2, 0, lambda ref: True)) == []

    def test_others_get_no_accessible_place_while_another_seat_is_free(self) -> None:
        offered = {ref for block in blocks(self.plan, 2, lambda ref: True, lambda n: 0) for ref in block}

        assert not offered & {SeatRef("A", "1"), SeatRef("A", "2")}

    def test_others_get_them_when_nothing_else_is_left(self) -> None:
        left = {SeatRef("A", "1"), SeatRef("A", "2")}

        assert [set(block) for block in blocks(self.plan, 2, left.__contains__, lambda n: 0)] == [left]

    def test_companion_place_goes_to_nobody_alone_when_nothing_else_is_left(self) -> None:
        left = {SeatRef("A", "2")}

        assert list(blocks(self.plan, 1, left.__contains__, lambda n: 0)) == []
        assert largest_party(self.plan, left.__contains__, 4) == 0
