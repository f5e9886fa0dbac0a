from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.stores import cinemas, tables, users
from chalicelib.stores.transactions import ATTEMPTS, Transaction
from tests.support.builders import a_cinema
from tests.support.crashes import crashing
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


class Conflicts:
    """Answers the first `times` transactions as DynamoDB does while another has one of the items."""

    def __init__(self, times: int, code: str = "TransactionConflict") -> None:
        self.seen = 0
        self._times = times
        self._code = code
        tables.client().meta.events.register("before-call.dynamodb.TransactWriteItems", self._answer)

    def _answer(self, **_: Any) -> Any:
        self.seen += 1
        if self.seen > self._times:
            return None
        cancelled = {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": [{"Code": self._code}],
        }
        return SimpleNamespace(status_code=400, headers={}), cancelled


def a_transaction(cinema_id: str, pause: Callable[[float], None] = lambda seconds: None) -> Transaction:
    """With the longest pauses that chance may give."""
    transaction = Transaction(pause, chance=lambda: 1)
    cinemas.use(transaction, cinema_id)
    return transaction


def test_refused_condition_is_told_by_its_label(world: World) -> None:
    assert a_transaction("01NOWHERE").commit() == {"cinema"}


def test_conflict_is_tried_again(world: World) -> None:
    cinema = a_cinema(world)
    conflicts = Conflicts(times=2)

    assert a_transaction(cinema.id).commit() == frozenset()
    assert conflicts.seen == 3


def test_conflict_that_does_not_end_is_unavailable_within_a_second(world: World) -> None:
    cinema = a_cinema(world)
    conflicts = Conflicts(times=100)
    pauses: list[float] = []

    with pytest.raises(Unavailable):
        a_transaction(cinema.id, pauses.append).commit()

    assert conflicts.seen == ATTEMPTS
    assert len(pauses) == ATTEMPTS - 1
    assert pauses == sorted(pauses) and sum(pauses) < 1


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_throttled_transaction_is_tried_again_then_unavailable(world: World, code: str) -> None:
    cinema = a_cinema(world)
    throttled = Conflicts(times=100, code=code)

    with pytest.raises(Unavailable):
        a_transaction(cinema.id).commit()

    assert throttled.seen == ATTEMPTS


@pytest.mark.parametrize("operation", ["UpdateItem", "PutItem", "DeleteItem"])
def test_single_write_whose_item_a_transaction_holds_is_unavailable(world: World, operation: str) -> None:
    def conflict(**_: Any) -> Any:
        told = {"Error": {"Code": "TransactionConflictException", "Message": "busy"}}
        return SimpleNamespace(status_code=400, headers={}), told

    tables.client().meta.events.register(f"before-call.dynamodb.{operation}", conflict)
    item = users.AddressItem("pk", "sk", user_id="nobody")
    write: dict[str, Callable[[], Any]] = {
        "UpdateItem": lambda: item.update([users.AddressItem.user_id.set("somebody")]),
        "PutItem": item.save,
        "DeleteItem": item.delete,
    }

    with pytest.raises(Unavailable):
        write[operation]()


class TestVersions:
    def test_write_whose_answer_was_lost_is_accepted_when_repeated(self, world: World) -> None:
        cinema = a_cinema(world, name="Before")

        wanted = replace(cinema, name="After", version=cinema.version + 1)
        with crashing(0, after=True) as crash:
            cinemas.change(wanted)
        assert crash.died

        cinemas.change(wanted)

        assert cinemas.find(cinema.id) == wanted

    def test_same_version_with_other_content_is_stale(self, world: World) -> None:

        cinema = a_cinema(world)
        cinemas.change(replace(cinema, name="Theirs", version=cinema.version + 1))

        with pytest.raises(VersionStale) as refused:
            cinemas.change(replace(cinema, name="Mine", version=cinema.version + 1))

        assert refused.value.current_version == cinema.version + 1

    def test_change_leaves_the_count_of_uses_alone(self, world: World) -> None:

        cinema = a_cinema(world)
        assert not a_transaction(cinema.id).commit()

        cinemas.change(replace(cinema, version=cinema.version + 1))

        stored = cinemas.find(cinema.id)
        assert stored is not None
        assert stored.uses == 1
