"""Rows on moto, one thread: what is written, what is refused, how large it all gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain import neighbours
from chalicelib.domain.claims import FOREVER_S, OWN_LIMIT, hold_claim, paying_claim, sold_claim
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.holds import MAX_SEATS
from chalicelib.domain.seating_plans import MAX_NUMBERS_LENGTH, MAX_SEATS_A_ROW, Row, Seat, SeatingPlan, check
from chalicelib.stores import keys, tables
from chalicelib.stores.rows import Rows, RowsRefused, every
from tests.support.builders import a_row, a_seating_plan
from tests.support.chance import FrozenClock, SeededIds
from tests.support.sizes import KB, MOST_CHARACTERS, MOST_OPERATORS, item_size, operators
from tests.support.world import World, a_world

SHOWTIME = "K7M2QX"
NOW_S = 1_763_769_600
OPEN_S = NOW_S + 86_400
PLAN = a_seating_plan(2, 6)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture
def rows(world: World) -> Rows:
    """Two open rows, A and B, of six free seats."""
    for row in PLAN.rows:
        key = keys.row(SHOWTIME, row.id)
        tables.client().delete_item(
            TableName=tables.table_name("sales"), Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        )
    made = Rows(world.wiring.ids, pause=lambda seconds: None)
    made.create_missing(SHOWTIME, PLAN, OPEN_S)
    return made


def claims(rows: Rows) -> dict[str, dict[str, int]]:
    return {row.row_id: dict(row.claims) for row in rows.read(SHOWTIME, consistent=True)}


def hold(rows: Rows, seats: Mapping[str, list[str]], own: int = 1, now_s: int = NOW_S) -> None:
    rows.take("hold", SHOWTIME, seats, hold_claim(own, now_s + 600), now_s, {})


class TestTake:
    def test_free_seats_bear_the_claim(self, rows: Rows) -> None:
        hold(rows, {"A": ["1", "2"]})

        assert claims(rows)["A"] == {
            **dict.fromkeys("3456", 0),
            **dict.fromkeys("12", hold_claim(1, NOW_S + 600).number),
        }

    def test_refusal_returns_the_row_it_found(self, rows: Rows) -> None:
        hold(rows, {"A": ["1", "2"]})

        with pytest.raises(RowsRefused) as refused:
            hold(rows, {"A": ["2", "3"]}, own=2)

        row = refused.value.found["A"]
        assert row is not None
        assert row.lost(["2", "3"], 2, NOW_S) == ("2",)

    def test_several_rows_are_all_or_nothing_and_only_the_refused_are_returned(self, rows: Rows) -> None:
        hold(rows, {"A": ["1", "2"]})
        before = claims(rows)

        with pytest.raises(RowsRefused) as refused:
            hold(rows, {"A": ["2"], "B": ["1"]}, own=2)

        assert list(refused.value.found) == ["A"]
        assert claims(rows) == before

    def test_row_that_is_not_there_is_refused_as_none(self, rows: Rows) -> None:
        with pytest.raises(RowsRefused) as refused:
            hold(rows, {"Z": ["1"]})

        assert refused.value.found == {"Z": None}

    def test_seat_that_is_not_there_is_refused(self, rows: Rows) -> None:
        with pytest.raises(RowsRefused):
            hold(rows, {"A": ["99"]})

    def test_closed_rows_are_refused_from_their_second_on(self, rows: Rows) -> None:
        hold(rows, {"A": ["1"]}, now_s=OPEN_S - 1)

        with pytest.raises(RowsRefused):
            hold(rows, {"A": ["3"]}, own=2, now_s=OPEN_S)


class TestExchange:
    def test_only_the_exact_claim_is_replaced(self, rows: Rows) -> None:
        hold(rows, {"A": ["1", "2"]})
        other = hold_claim(2, NOW_S + 600).number

        with pytest.raises(RowsRefused):
            rows.exchange("extend", SHOWTIME, every({"A": ["1"]}, other, other + 1), unless_cancelled=True)

    def test_release_is_not_repeated_over_a_free_seat(self, rows: Rows) -> None:
        hold(rows, {"A": ["1"]})
        mine = hold_claim(1, NOW_S + 600).number
        rows.exchange("release", SHOWTIME, every({"A": ["1"]}, mine, 0), unless_cancelled=False)

        with pytest.raises(RowsRefused):
            rows.exchange("release", SHOWTIME, every({"A": ["1"]}, mine, 0), unless_cancelled=False)


class TestMakingAndClosing:
    def test_making_again_over_sold_rows_changes_nothing(self, rows: Rows) -> None:
        hold(rows, {"A": ["1"]})
        before = claims(rows)

        rows.create_missing(SHOWTIME, PLAN, OPEN_S + 5)

        assert claims(rows) == before
        assert {row.open_until_s for row in rows.read(SHOWTIME, consistent=True)} == {OPEN_S}

    def test_cancelled_rows_stay_as_they_are_when_opened(self, rows: Rows) -> None:
        rows.cancel(SHOWTIME, ["A"])

        rows.set_open_until(SHOWTIME, ["A", "B"], OPEN_S + 5)

        assert {row.row_id: row.open_until_s for row in rows.read(SHOWTIME, consistent=True)} == {
            "A": OPEN_S,
            "B": OPEN_S + 5,
        }

    def test_row_that_is_not_there_is_neither_opened_nor_cancelled(self, rows: Rows) -> None:
        with pytest.raises(RowsRefused):
            rows.set_open_until(SHOWTIME, ["Z"], OPEN_S)
        with pytest.raises(RowsRefused):
            rows.cancel(SHOWTIME, ["Z"])

        assert set(claims(rows)) == {"A", "B"}


class TestConflict:
    """No local engine raises it: another transaction holds the item."""

    def test_single_write_is_repeated(self, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        _answer(monkeypatch, "update_item", [_error("TransactionConflictException"), None])

        hold(rows, {"A": ["1"]})

    def test_making_a_row_is_repeated(self, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        _answer(monkeypatch, "put_item", [_error("TransactionConflictException"), None])

        rows.create_missing("SZ7M2Q", _plan(a_row("A", 2)), 9_999_999_999)

    def test_transaction_is_repeated(self, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        conflict = _cancelled("None", "TransactionConflict")
        in_progress = _error("TransactionInProgressException")
        _answer(monkeypatch, "transact_write_items", [conflict, in_progress, None])

        hold(rows, {"A": ["1"], "B": ["1"]})

    def test_conflict_that_lasts_is_unavailable_and_was_waited_for_ever_longer(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[float] = []
        patient = Rows(SeededIds(1, FrozenClock()), pause=waits.append)
        monkeypatch.setenv("SALES_TABLE", "sales")
        _answer(monkeypatch, "update_item", [_error("TransactionConflictException")] * 9)

        with pytest.raises(Unavailable):
            hold(patient, {"A": ["1"]})

        assert waits == sorted(waits)
        assert sum(waits) < 2

    def test_cancellation_that_names_a_refusal_and_a_conflict_is_a_refusal(
        self, rows: Rows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _answer(
            monkeypatch, "transact_write_items", [_cancelled("ConditionalCheckFailed", "TransactionConflict")]
        )

        with pytest.raises(RowsRefused):
            hold(rows, {"A": ["1"], "B": ["1"]})

    @pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
    def test_throttled_transaction_is_unavailable(
        self, rows: Rows, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        _answer(monkeypatch, "transact_write_items", [_cancelled("None", code)])

        with pytest.raises(Unavailable):
            hold(rows, {"A": ["1"], "B": ["1"]})

    def test_any_other_error_is_a_defect_and_told(self, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        _answer(monkeypatch, "transact_write_items", [_cancelled("None", "ValidationError")])

        with pytest.raises(ClientError):
            hold(rows, {"A": ["1"], "B": ["1"]})


class TestSizes:
    def test_full_row_of_sixty_with_every_attribute_is_one_write_unit(self, world: World) -> None:
        """Sold seats have the longest claims: 22 digits, none of which is zero at the end."""
        longest = _longest_row()
        Rows(world.wiring.ids).create_missing("SZ7M2Q", _plan(longest), 9_999_999_999)
        item = _item("SZ7M2Q", longest.id)
        item["claims"]["M"] = {
            number: {"N": str(sold_claim(OWN_LIMIT - 1 - i, 9).number)}
            for i, number in enumerate(item["claims"]["M"])
        }

        assert item_size(item) < KB

    def test_claims_of_24_digits_would_not_fit(self, world: World) -> None:
        longest = _longest_row()
        Rows(world.wiring.ids).create_missing("SZ7M2R", _plan(longest), 9_999_999_999)
        item = _item("SZ7M2R", longest.id)
        item["claims"]["M"] = {number: {"N": "9" * 24} for number in item["claims"]["M"]}

        assert item_size(item) >= KB

    def test_worst_legal_hold_fits_dynamodbs_expressions(self) -> None:
        """Ten seats strewn over a row of sixty: every taken seat has two neighbours, and each may have one beyond."""
        for step in (2, 3, 4, 5, 6):
            for first in range(3):
                update = _hold_update(_strewn(step, first))
                for part in ("UpdateExpression", "ConditionExpression"):
                    assert operators(update[part]) <= MOST_OPERATORS, (step, first, part)
                    assert len(update[part]) <= MOST_CHARACTERS, (step, first, part)

    @given(st.sets(st.integers(0, MAX_SEATS_A_ROW - 1), min_size=1, max_size=MAX_SEATS))
    @settings(max_examples=200)
    def test_any_hold_fits_dynamodbs_expressions(self, taken: set[int]) -> None:
        update = _hold_update([str(100 + i) for i in sorted(taken)])

        assert operators(update["ConditionExpression"]) <= MOST_OPERATORS
        assert len(update["ConditionExpression"]) <= MOST_CHARACTERS


class TestConditions:
    """What each step requires, as it is sent."""

    SEAT = "(#c.#s1 {} OR #c.#s1 = {})"

    def test_hold_requires_free_or_mine_open_not_cancelled_and_no_single_seat_left(self) -> None:
        # Seat 2 is between 1, which would be left alone, and 3, whose neighbour is 4.
        assert _hold_update(["2"], seats=4)["ConditionExpression"] == (
            "(#c.#s2 < :n OR #c.#s2 = :m)"
            " AND (#c.#s1 >= :n OR #c.#s3 >= :n)"
            " AND (#c.#s3 >= :n OR #c.#s4 < :n OR #c.#s1 >= :n)"
            " AND #o > :t AND #x = :no"
        )

    def test_rescue_requires_all_but_the_neighbours(self) -> None:
        sent = _sent(
            lambda rows: rows.take("rescue", SHOWTIME, {"A": ["2"]}, paying_claim(1, NOW_S, 1), NOW_S, {})
        )

        assert sent["ConditionExpression"] == "(#c.#s2 < :n OR #c.#s2 = :m) AND #o > :t AND #x = :no"

    @pytest.mark.parametrize("operation", ["extend", "check_out", "confirm"])
    def test_step_up_requires_the_exact_claim_or_its_own_and_not_cancelled(self, operation: str) -> None:
        sent = _sent(
            lambda rows: rows.exchange(operation, SHOWTIME, {"A": {"1": (5, 7)}}, unless_cancelled=True)
        )

        assert sent["ConditionExpression"] == "(#c.#s1 = :v0 OR #c.#s1 = :v1) AND #x = :no"
        assert sent["ExpressionAttributeValues"][":v0"] == {"N": "5"}
        assert sent["UpdateExpression"] == "SET #c.#s1 = :v1"

    @pytest.mark.parametrize("operation", ["release", "undo"])
    def test_giving_back_requires_the_exact_claim_whatever_was_cancelled(self, operation: str) -> None:
        sent = _sent(
            lambda rows: rows.exchange(operation, SHOWTIME, {"A": {"1": (5, 0)}}, unless_cancelled=False)
        )

        assert sent["ConditionExpression"] == "(#c.#s1 = :v1)"
        assert sent["ExpressionAttributeValues"] == {":v0": {"N": "0"}, ":v1": {"N": "5"}}

    def test_opening_requires_not_cancelled(self) -> None:
        sent = _sent(lambda rows: rows.set_open_until(SHOWTIME, ["A"], OPEN_S))

        assert sent["ConditionExpression"] == "#x = :no"

    def test_cancelling_requires_the_row(self) -> None:
        sent = _sent(lambda rows: rows.cancel(SHOWTIME, ["A"]))

        assert sent["ConditionExpression"] == "attribute_exists(pk)"

    def test_every_write_asks_for_the_row_it_was_refused_by(self) -> None:
        assert _hold_update(["2"])["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def _longest_row() -> Row:
    """Sixty seats whose numbers are as long as a plan may have them."""
    short = MAX_SEATS_A_ROW * 3 - MAX_NUMBERS_LENGTH
    numbers = [str(10 + i) for i in range(short)] + [str(100 + i) for i in range(MAX_SEATS_A_ROW - short)]
    row = Row("ZZ9", "ZZ9", tuple(Seat(number, i) for i, number in enumerate(numbers)))
    check([row])
    return row


def _strewn(step: int, first: int) -> list[str]:
    return [str(100 + first + step * i) for i in range(MAX_SEATS) if first + step * i < MAX_SEATS_A_ROW]


def _hold_update(taken: list[str], seats: int | None = None) -> dict[str, Any]:
    """The update that a hold of these seats sends, in a row of 60 with the longest numbers unless told."""
    row = (
        a_row("A", seats)
        if seats
        else Row("A", "A", tuple(Seat(str(100 + i), i) for i in range(MAX_SEATS_A_ROW)))
    )
    clauses = {"A": neighbours.clauses(row, taken)}
    mine = hold_claim(OWN_LIMIT - 1, FOREVER_S - 1)
    return _sent(lambda rows: rows.take("hold", SHOWTIME, {"A": taken}, mine, NOW_S, clauses))


def _sent(write: Callable[[Rows], None]) -> dict[str, Any]:
    sent: list[dict[str, Any]] = []

    class Client:
        def update_item(self, **parameters: Any) -> None:
            sent.append(parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "client", Client)
        patch.setenv("SALES_TABLE", "sales")
        write(Rows(SeededIds(1, FrozenClock())))
    return sent[0]


def _answer(monkeypatch: pytest.MonkeyPatch, call: str, answers: list[ClientError | None]) -> None:
    """Let the client's call raise these one after the other; None is a success."""
    waiting = list(answers)

    class Client:
        def __getattr__(self, name: str) -> Any:
            def answer(**parameters: Any) -> None:
                assert name == call
                error = waiting.pop(0)
                if error is not None:
                    raise error

            return answer

    monkeypatch.setattr(tables, "client", Client)


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "UpdateItem")


def _cancelled(*codes: str) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


def _plan(row: Row) -> SeatingPlan:
    return a_seating_plan([row])


def _item(showtime_id: str, row_id: str) -> dict[str, Any]:
    key = keys.row(showtime_id, row_id)
    found = tables.client().get_item(
        TableName=tables.table_name("sales"), Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    )
    return dict(found["Item"])
