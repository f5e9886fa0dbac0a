from dataclasses import replace

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.seating_plans import Row, Seat, SeatCategory, SeatRef, check, unaccompanied
from tests.support.builders import a_row, a_seating_plan, row_ids

WHEELCHAIR, COMPANION = SeatCategory.WHEELCHAIR, SeatCategory.COMPANION


def errors_of(*rows: Row) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check(rows)
    return dict(refused.value.errors)


class TestUnaccompanied:
    plan = a_seating_plan(
        [a_row("A", 6, categories=[WHEELCHAIR, COMPANION, COMPANION, WHEELCHAIR]), a_row("B", 2)]
    )

    def of(self, *names: str) -> list[str]:
        return [str(ref) for ref in unaccompanied(self.plan, [SeatRef.parse(name) for name in names])]

    def test_companion_place_goes_with_a_wheelchair_place(self) -> None:
        assert self.of("A-1", "A-2") == []

    def test_companion_place_alone_is_unaccompanied(self) -> None:
        assert self.of("A-2") == ["A-2"]
        assert self.of("A-5", "A-3", "B-1") == ["A-3"]

    def test_only_those_beyond_the_wheelchair_places_are_named(self) -> None:
        assert self.of("A-3", "A-2", "A-1") == ["A-2"]
        assert self.of("A-3", "A-2", "A-1", "A-4") == []

    def test_wheelchair_place_needs_no_companion(self) -> None:
        assert self.of("A-1", "B-1") == []


class TestCheck:
    def test_plan_of_a_thousand_seats_is_accepted(self) -> None:
        check(a_seating_plan(25, 40).rows)

    def test_row_of_sixty_seats_with_gaps_and_aisles_is_accepted(self) -> None:
        seats = tuple(Seat(str(i), 2 * i) for i in range(60))

        check([Row("A", "A", seats, frozenset({10, 50}))])

    def test_more_than_a_thousand_seats_are_refused(self) -> None:
        rows = [*a_seating_plan(25, 40).rows, a_row("ZZ", 1)]

        assert "1000" in errors_of(*rows)["/rows"]

    def test_more_than_a_hundred_rows_are_refused(self) -> None:
        assert "/rows" in errors_of(*(a_row(each, 1) for each in row_ids(101)))

    def test_plan_without_rows_is_refused(self) -> None:
        assert "/rows" in errors_of()

    def test_row_of_sixty_one_seats_is_refused(self) -> None:
        assert "/rows/1/seats" in errors_of(a_row("A"), a_row("B", 61))

    def test_seat_numbers_too_long_for_one_write_unit_are_refused(self) -> None:
        seats = tuple(Seat(str(100 + i), i) for i in range(60))

        assert "170 characters" in errors_of(Row("A", "A", seats))["/rows/0/seats"]

    def test_row_without_seats_is_refused(self) -> None:
        assert "/rows/0/seats" in errors_of(Row("A", "A", ()))

    def test_repeated_row_id_and_label_are_pointed_at(self) -> None:
        assert errors_of(a_row("A"), a_row("A")).keys() == {"/rows/1/id", "/rows/1/label"}

    def test_repeated_seat_number_and_position_are_pointed_at(self) -> None:
        row = replace(a_row("A"), seats=(Seat("1", 0), Seat("1", 0)))

        assert errors_of(row).keys() == {"/rows/0/seats/1/number", "/rows/0/seats/1/position"}

    @pytest.mark.parametrize("id", ["", "a", "ABCD", "A-", "Ä", "A\n"])
    def test_row_id_that_is_no_code_is_refused(self, id: str) -> None:
        assert "/rows/0/id" in errors_of(replace(a_row(), id=id))

    @pytest.mark.parametrize("number", ["", "1a", "1234", "1-"])
    def test_seat_number_that_is_no_code_is_refused(self, number: str) -> None:
        assert "/rows/0/seats/0/number" in errors_of(Row("A", "A", (Seat(number, 0),)))

    @pytest.mark.parametrize("position", [-1, 120])
    def test_position_outside_the_row_is_refused(self, position: int) -> None:
        assert "/rows/0/seats/0/position" in errors_of(Row("A", "A", (Seat("1", position),)))

    @pytest.mark.parametrize("aisle", [-1, 9, 50])
    def test_aisle_that_is_not_between_seats_is_refused(self, aisle: int) -> None:
        assert "/rows/0/aisles" in errors_of(a_row(seats=10, aisles=[aisle]))


class TestRow:
    def test_aisle_ends_a_run(self) -> None:
        runs = a_row(seats=5, aisles=[1]).runs

        assert [[seat.number for seat in run] for run in runs] == [["1", "2"], ["3", "4", "5"]]

    def test_gap_ends_a_run(self) -> None:
        row = Row("A", "A", (Seat("1", 0), Seat("2", 2), Seat("3", 3)))

        assert [[seat.number for seat in run] for run in row.runs] == [["1"], ["2", "3"]]


class TestSeatRef:
    def test_seat_is_written_as_row_and_number(self) -> None:
        assert str(SeatRef.parse("F-12")) == "F-12"

    @pytest.mark.parametrize("text", ["", "F", "F-", "-12"])
    def test_other_text_is_no_seat(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a seat"):
            SeatRef.parse(text)
