"""Holding raced on a real endpoint. Every rival has read and decided before any writes; the conditions decide.

Each race has a control: without the condition that decides it, it has another outcome. Wherever one could call the
outcome luck, the control shows that it is not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.holds import Hold, SeatUnavailable
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.stores import tables
from tests.support.meeting import to_row
from tests.support.selling import Box
from tests.support.selling_races import people, race, without

RIVALS = 10


class TestOneSeat:
    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        calls = [partial(box.hold, who, f"{row}-1") for who in people(RIVALS)]
        return race(calls, to_row)

    def test_one_gets_it_and_the_others_are_told_what_else_there_is(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        (hold,) = won
        assert list(box.claims(row)) == [f"{row}-1"]
        claim = claim_of(box.claims(row)[f"{row}-1"])
        assert claim is not None and (claim.own, claim.kind) == (hold.own, ClaimKind.HOLD)
        assert len(lost) == RIVALS - 1
        for error in lost:
            assert isinstance(error, SeatUnavailable), error
            assert [str(seat) for seat in error.seats] == [f"{row}-1"]
            assert len(error.alternative) == 1

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed")

        won, _ = self.race(box, row)

        assert len(won) == RIVALS

    def test_lapsed_hold_is_taken_over_once(self, box: Box, row: str) -> None:
        box.hold(*people(1), f"{row}-1")
        box.world.clock.advance(minutes=11)

        won, lost = self.race(box, row)

        assert len(won) == 1
        assert {type(error) for error in lost} == {SeatUnavailable}


class TestOverlappingHolds:
    """Blocks of three, each a seat further than the one before."""

    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        calls = [
            partial(box.hold, who, *(f"{row}-{i + n}" for n in range(3)))
            for i, who in enumerate(people(RIVALS), start=1)
        ]
        return race(calls, to_row)

    def test_no_seat_is_held_by_two(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        held = {str(seat): hold.own for hold in won for seat in hold.seats}
        assert len(held) == 3 * len(won)
        stored = {seat: claim_of(number) for seat, number in box.claims(row).items()}
        assert {seat: claim.own for seat, claim in stored.items() if claim} == held
        assert {type(error) for error in lost} <= {SeatUnavailable, SingleSeatLeft}

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed", "neighbour")

        won, _ = self.race(box, row)

        assert len({seat for hold in won for seat in hold.seats}) < 3 * len(won)


class TestNeighbourRule:
    """Two holds that are each legal alone, and leave a single seat between them together."""

    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        first, second = people(2)
        return race(
            [
                lambda: box.hold(first, f"{row}-4", f"{row}-5"),
                lambda: box.hold(second, f"{row}-7", f"{row}-8"),
            ],
            to_row,
        )

    def test_second_is_refused_by_the_write_itself(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        assert len(won) == 1
        (error,) = lost
        assert isinstance(error, SingleSeatLeft)
        assert [str(seat) for seat in error.seats] == [f"{row}-6"]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "neighbour")

        won, _ = self.race(box, row)

        assert len(won) == 2


class TestTwoRowsAgainstOne:
    """Pairs in two rows, each one transaction, against single updates of either row."""

    def race(self, box: Box, row: str, other: str) -> tuple[list[Hold], list[Exception]]:
        wanted = [(f"{row}-1", f"{other}-1"), (f"{row}-1",), (f"{other}-1",)] * 4
        calls = [
            partial(box.hold, who, *seats) for who, seats in zip(people(len(wanted)), wanted, strict=True)
        ]
        return race(calls, to_row)

    @pytest.fixture
    def other(self, rows: Iterator[str]) -> str:
        return next(rows)

    def check(self, box: Box, rows: tuple[str, str], won: list[Hold], lost: list[Exception]) -> None:
        held = [str(seat) for hold in won for seat in hold.seats]
        assert sorted(held) == sorted({f"{each}-1" for each in rows})
        stored = {**box.claims(rows[0]), **box.claims(rows[1])}
        owners = {str(seat): hold.own for hold in won for seat in hold.seats}
        for seat, number in stored.items():
            claim = claim_of(number)
            assert claim is not None and claim.own == owners[seat]
        assert {type(error) for error in lost} == {SeatUnavailable}

    def test_pair_is_all_or_nothing(self, box: Box, row: str, other: str) -> None:
        won, lost = self.race(box, row, other)

        self.check(box, (row, other), won, lost)

    def test_conflicts_are_met_by_trying_again(self, box: Box, row: str, other: str) -> None:
        """No local engine raises TransactionConflict: each rival's first two writes meet one here."""
        with conflicts(each=2) as conflict:
            won, lost = self.race(box, row, other)

        assert conflict.raised == 2 * len([*won, *lost])
        self.check(box, (row, other), won, lost)

    def test_lasting_conflict_is_unavailable_and_takes_nothing(self, box: Box, row: str, other: str) -> None:
        with conflicts(each=1000):
            with pytest.raises(Unavailable):
                box.hold(*people(1), f"{row}-1", f"{other}-1")
            with pytest.raises(Unavailable):
                box.hold(*people(1), f"{row}-1")

        assert box.claims(row) == box.claims(other) == {}

    def test_conflict_beside_a_refusal_is_a_refusal(self, box: Box, row: str, other: str) -> None:
        box.hold(*people(1), f"{row}-1")

        with conflicts(each=1000, beside_refusal=f"{row}-1"), pytest.raises(SeatUnavailable) as refused:
            box.hold(*people(1), f"{row}-1", f"{other}-1")

        assert [str(seat) for seat in refused.value.seats] == [f"{row}-1"]

    def test_control(self, box: Box, row: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed")

        won, _ = self.race(box, row, other)

        assert len(won) == 12


class Conflicts:
    """Answers the first writes of rows of each thread with a conflict instead of making them."""

    def __init__(self, each: int, beside_refusal: str) -> None:
        self._each = each
        self._beside_refusal = beside_refusal
        self._thread = threading.local()
        self._lock = threading.Lock()
        self.raised = 0

    def heed(self, model: Any, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]] | None:
        if model.name not in ("UpdateItem", "TransactWriteItems") or b'"S#' not in params["body"]:
            return None
        if getattr(self._thread, "met", 0) >= self._each:
            return None
        self._thread.met = getattr(self._thread, "met", 0) + 1
        with self._lock:
            self.raised += 1
        code = "TransactionCanceledException" if model.name[0] == "T" else "TransactionConflictException"
        answer: dict[str, Any] = {"Error": {"Code": code, "Message": "conflict"}}
        if model.name == "TransactWriteItems":
            reason: dict[str, Any] = {"Code": "TransactionConflict"}
            first = dict(reason)
            if self._beside_refusal:
                first = {"Code": "ConditionalCheckFailed", "Item": self._item()}
            answer["CancellationReasons"] = [first, reason]
        return _Answer(), answer

    def _item(self) -> dict[str, Any]:
        row_id, _, number = self._beside_refusal.partition("-")
        return {
            "pk": {"S": "S#"},
            "sk": {"S": f"R#{row_id}"},
            "claims": {"M": {number: {"N": "9999999999399999999990"}}},
            "open_until": {"N": "9999999999"},
            "cancelled": {"BOOL": False},
        }


class _Answer:
    status_code = 400
    headers: dict[str, str] = {}  # noqa: RUF012  # botocore only reads it


@contextmanager
def conflicts(each: int, beside_refusal: str = "") -> Iterator[Conflicts]:
    made = Conflicts(each, beside_refusal)
    events: Any = tables.client().meta.events
    events.register("before-call.dynamodb", made.heed)
    try:
        yield made
    finally:
        events.unregister("before-call.dynamodb", made.heed)
