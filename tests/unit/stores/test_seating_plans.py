from __future__ import annotations

from random import Random
from typing import Any

import pytest

from chalicelib.domain.seating_plans import Row, Seat, SeatCategory, SeatingPlan
from chalicelib.stores import seating_plans, tables
from chalicelib.stores.seating_plans import packed, unpacked
from chalicelib.stores.transactions import Transaction
from tests.support.builders import a_row, a_seating_plan, row_ids
from tests.support.world import a_world

READ_UNIT = 4096
"""Bytes of a consistent read; an eventually consistent one is half a unit."""


def a_wild_plan() -> tuple[Row, ...]:
    """A thousand seats that nothing can be told of beforehand: any number, any gap, any category."""
    random = Random(7)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    categories = list(SeatCategory)
    rows = []
    for id in row_ids(20):
        numbers = random.sample(range(len(letters) ** 3), 50)
        seats = tuple(
            Seat(
                letters[n % 36] + letters[n // 36 % 36] + letters[n // 1296],
                position,
                random.choice(categories),
            )
            for n, position in zip(numbers, random.sample(range(120), 50), strict=True)
        )
        rows.append(Row(id, id, seats, frozenset(random.sample(range(100), 3))))
    return tuple(rows)


class TestPacked:
    @pytest.mark.parametrize("rows", [a_seating_plan(25, 40).rows, a_wild_plan()], ids=["plain", "wild"])
    def test_thousand_seats_are_at_most_two_read_units(self, rows: tuple[Row, ...]) -> None:
        assert len(packed(rows)) + 300 <= 2 * READ_UNIT

    @pytest.mark.parametrize("rows", [(a_row(aisles=[3]),), a_seating_plan(25, 40).rows, a_wild_plan()])
    def test_what_is_packed_comes_back_whole(self, rows: tuple[Row, ...]) -> None:
        assert unpacked(packed(rows)) == rows


class TestLatest:
    def test_newest_of_more_than_nine_versions_is_found(self) -> None:
        with a_world():
            plan = a_seating_plan(1, 2)
            transaction = Transaction()
            seating_plans.add(transaction, plan)
            assert not transaction.commit()
            for version in range(2, 12):
                seating_plans.add_version(
                    SeatingPlan(plan.id, version, plan.auditorium_id, f"v{version}", plan.rows)
                )

            newest = seating_plans.latest(plan.id)

            assert newest is not None
            assert newest.version == 11

    def test_plan_as_stored_costs_two_read_units_at_most(self) -> None:
        with a_world():
            plan = SeatingPlan("01PLAN", 1, "01CINEMA-S1", "Wild", a_wild_plan())
            transaction = Transaction()
            seating_plans.add(transaction, plan)
            assert not transaction.commit()

            (item,) = tables.client().query(
                TableName=tables.table_name("catalogue"),
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": "PLAN#01PLAN"}},
            )["Items"]

            # As DynamoDB counts: the bytes of names and values; each attribute here is a text or bytes.
            values: list[Any] = [next(iter(value.values())) for value in item.values()]
            size = sum(map(len, item)) + sum(map(len, values))
            assert size <= 2 * READ_UNIT
