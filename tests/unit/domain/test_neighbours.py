"""The rule against a brute force of its sentence: sets of positions, nothing of the clauses."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.neighbours import clauses, left_alone
from chalicelib.domain.seating_plans import ACCESSIBLE, Row, Seat, SeatCategory
from tests.support.builders import a_row


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Up to 14 positions with gaps, aisles, and places of every category."""
    positions = draw(st.lists(st.booleans(), min_size=2, max_size=14))
    categories = [SeatCategory.STANDARD] * 6 + [
        SeatCategory.PREMIUM,
        SeatCategory.WHEELCHAIR,
        SeatCategory.COMPANION,
    ]
    seats = tuple(
        Seat(str(position + 1), position, draw(st.sampled_from(categories)))
        for position, there in enumerate(positions)
        if there or position == 0
    )
    aisles = draw(st.sets(st.integers(0, len(positions) - 1), max_size=3))
    return Row("A", "A", draw(st.permutations(seats)), frozenset(aisles))  # type: ignore[arg-type]


@st.composite
def holds(draw: st.DrawFn) -> tuple[Row, set[str], set[str]]:
    """A row, the seats of it that are free, and those of them that are taken: one block or several."""
    row = draw(rows())
    numbers = [seat.number for seat in row.seats]
    free = draw(st.sets(st.sampled_from(numbers), min_size=1)) if draw(st.booleans()) else set(numbers)
    taken = draw(st.sets(st.sampled_from(sorted(free)), min_size=1, max_size=10))
    return row, free, taken


def forbidden(row: Row, free: Collection[str], taken: Collection[str]) -> set[str]:
    """The seats that the sentence forbids to leave: free before and after, beside no free seat after, though beside one
    before, and not the only one left of their run."""
    ordinary = {seat.position: seat.number for seat in row.seats if seat.category not in ACCESSIBLE}

    def beside(position: int) -> set[int]:
        found = set()
        if position + 1 in ordinary and position not in row.aisles:
            found.add(position + 1)
        if position - 1 in ordinary and position - 1 not in row.aisles:
            found.add(position - 1)
        return found

    def run_of(position: int) -> set[int]:
        run, edge = {position}, {position}
        while edge:
            edge = {each for at in edge for each in beside(at) if ordinary[each] in free} - run
            run |= edge
        return run

    alone = set()
    for position, number in ordinary.items():
        if number not in free or number in taken:
            continue
        before = {each for each in beside(position) if ordinary[each] in free}
        after = {each for each in before if ordinary[each] not in taken}
        if after or not before:
            continue
        run = run_of(position)
        if len(run) != sum(ordinary[each] in taken for each in run) + 1:
            alone.add(number)
    return alone


@given(holds())
@example((a_row(seats=4), {"1", "2", "3", "4"}, {"2", "3"}))
@example((a_row(seats=5), {"1", "2", "3", "4", "5"}, {"2", "4"}))
def test_clauses_say_what_the_sentence_says(case: tuple[Row, set[str], set[str]]) -> None:
    row, free, taken = case

    found = left_alone(row, taken, lambda number: number in free)

    assert set(found) == forbidden(row, free, taken)


@given(holds())
def test_clauses_look_only_at_seats_that_stay(case: tuple[Row, set[str], set[str]]) -> None:
    """The write assigns the taken ones: a clause over them would ask about the claims before it."""
    row, _, taken = case

    for clause in clauses(row, taken):
        assert not {clause.left, clause.beyond, *clause.far} & taken


def test_last_seat_of_a_run_may_be_left() -> None:
    assert left_alone(a_row(seats=3), {"1", "2"}, lambda number: True) == ()


def test_seat_beside_an_aisle_has_no_neighbour_beyond_it() -> None:
    row = a_row(seats=6, aisles=[2])

    assert left_alone(row, {"5", "6"}, lambda number: True) == ()
    assert left_alone(row, {"4", "5"}, lambda number: True) == ()
    assert left_alone(row, {"2"}, lambda number: True) == ("1", "3")


def test_wheelchair_places_are_nobodys_neighbour() -> None:
    row = a_row(seats=4, categories=[SeatCategory.WHEELCHAIR])

    assert left_alone(row, {"3", "4"}, lambda number: True) == ()
    assert left_alone(row, {"1"}, lambda number: True) == ()
