"""Each clause of each condition of selling is taken away, one at a time: some scenario must notice.

The list is not written down: it is what the scenarios themselves send. So a new clause that nothing needs, or that
no scenario comes to, fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import DomainError
from chalicelib.stores import bookings, keys, tables
from chalicelib.stores.bookings import BookingModel, BookingMoved
from chalicelib.stores.expressions import RowExpression
from chalicelib.stores.rows import RowsRefused
from tests.support.crashes import Killed
from tests.support.customers import House, a_house
from tests.support.scenarios import SCENARIOS, Scenario
from tests.support.snapshots import Snapshot

_ALWAYS = "attribute_exists(pk)"


@dataclass(frozen=True, order=True)
class Clause:
    """A clause of what an operation requires. Of alternatives, each is one, and all together are one: "a|b"."""

    operation: str
    name: str


# What is known to be required. The list that is tried is the recorded one; this says that it has not shrunk unseen.
EXPECTED = {
    *(Clause("hold", each) for each in ("lapsed", "mine", "lapsed|mine", "open", "cancelled", "neighbour")),
    *(Clause("rescue", each) for each in ("lapsed", "mine", "lapsed|mine", "open", "cancelled")),
    *(
        Clause(operation, each)
        for operation in ("extend", "check_out", "confirm")
        for each in ("exact", "mine", "exact|mine", "cancelled")
    ),
    Clause("release", "exact"),
    Clause("undo", "exact"),
    Clause("open", "cancelled"),
    Clause("cancel", "exists"),
    *(Clause("change booking", each) for each in ("state", "generation", "tickets", "attempts")),
    Clause("put booking", "absent"),
    Clause("put row", "absent"),
}


class Conditions:
    """Stands between selling and its conditions: notes every clause, and leaves one out."""

    def __init__(self, without: Clause | None = None) -> None:
        self.without = without
        self.seen: set[Clause] = set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        require, require_any, parts = RowExpression.require, RowExpression.require_any, bookings.conditions

        def one(expression: RowExpression, clause: str, text: str) -> None:
            if not self._leaves_out(expression.operation, clause):
                require(expression, clause, text)

        def any_of(expression: RowExpression, alternatives: dict[str, str]) -> None:
            kept = {
                name: text
                for name, text in alternatives.items()
                if not self._leaves_out(expression.operation, name)
            }
            if len(alternatives) > 1 and self._leaves_out(expression.operation, "|".join(alternatives)):
                kept = {}
            require_any(expression, kept or {"nothing": _ALWAYS})

        def unchanged(before: BookingModel) -> dict[str, Condition]:
            return {
                name: BookingModel.pk.exists() if self._leaves_out("change booking", name) else condition
                for name, condition in parts(before).items()
            }

        with (
            patch.object(RowExpression, "require", one),
            patch.object(RowExpression, "require_any", any_of),
            patch.object(bookings, "conditions", unchanged),
            self._puts(),
        ):
            yield

    def _leaves_out(self, operation: str, name: str) -> bool:
        clause = Clause(operation, name)
        self.seen.add(clause)
        return clause == self.without

    @contextmanager
    def _puts(self) -> Iterator[None]:
        events = tables.client().meta.events

        def put(params: dict[str, Any], **_: Any) -> None:
            prefix = params["Item"]["sk"]["S"][:2]
            noun = {keys.ROW_PREFIX: "row", keys.BOOKING_PREFIX: "booking"}.get(prefix)
            if not noun or params["TableName"] != tables.table_name("sales"):
                return
            if "ConditionExpression" in params and self._leaves_out(f"put {noun}", "absent"):
                params.pop("ConditionExpression")
                params.pop("ExpressionAttributeNames", None)

        events.register("provide-client-params.dynamodb.PutItem", put)
        try:
            yield
        finally:
            events.unregister("provide-client-params.dynamodb.PutItem", put)


Run = Callable[[Scenario, Clause | None], set[Clause]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Plays a scenario from the same beginning, and tells which clauses it came to."""
    with a_house() as house, pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "DUE_SHARDS", 1)  # recovery asks each: half of all requests were for empty ones
        snapshot = Snapshot(house.world)

        def played(scenario: Scenario, without: Clause | None) -> set[Clause]:
            snapshot.restore()
            return _play(house, scenario, without)

        yield played


def _play(house: House, scenario: Scenario, without: Clause | None) -> set[Clause]:
    conditions = Conditions(without)
    with conditions.watched():
        scenario(house)
    return conditions.seen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_rule_holds(run: Run, scenario: Scenario) -> None:
    run(scenario, None)


def test_every_clause_is_missed_when_it_is_gone(run: Run) -> None:
    comes_to = {scenario: run(scenario, None) for scenario in SCENARIOS}
    recorded = set().union(*comes_to.values())

    unnoticed = [clause for clause in sorted(recorded) if not _is_noticed(run, clause, comes_to)]

    assert unnoticed == []
    assert recorded == EXPECTED


def _is_noticed(run: Run, clause: Clause, comes_to: dict[Scenario, set[Clause]]) -> bool:
    """The last that came to it first: the first scenarios are the plain ones, which need few clauses."""
    concerned = [scenario for scenario in SCENARIOS if clause in comes_to[scenario]]
    return any(_fails(run, scenario, clause) for scenario in reversed(concerned))


def _fails(run: Run, scenario: Scenario, clause: Clause) -> bool:
    """Whatever else is raised, such as DynamoDB's complaint of an expression it can't read, proves nothing."""
    try:
        run(scenario, clause)
    except (AssertionError, pytest.fail.Exception, DomainError, RowsRefused, BookingMoved, Killed):
        return True
    return False
