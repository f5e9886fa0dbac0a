"""The world that tests are made in keeps its own promises."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chalicelib.stores.tables import client, table_name
from tests.conftest import SecondThread
from tests.support.chance import START
from tests.support.people import a_user, token_of
from tests.support.snapshots import Snapshot
from tests.support.world import a_world


def test_a_world_begins_with_empty_tables() -> None:
    for _ in range(2):
        with a_world():
            for logical in ("catalogue", "sales", "accounts"):
                assert client().scan(TableName=table_name(logical))["Count"] == 0
            client().put_item(TableName=table_name("sales"), Item={"pk": {"S": "a"}, "sk": {"S": "b"}})


def test_chance_repeats_for_a_seed() -> None:
    with a_world(seed=7) as first:
        drawn = [first.wiring.ids.ulid(), first.wiring.ids.code(6), first.wiring.ids.token()]
    with a_world(seed=7) as again:
        assert drawn == [again.wiring.ids.ulid(), again.wiring.ids.code(6), again.wiring.ids.token()]


def test_the_clock_stands_until_told() -> None:
    with a_world() as world:
        before = world.clock.now()
        assert world.clock.now() == before
        assert (world.clock.advance(minutes=10) - before).total_seconds() == 600


def test_a_second_thread_is_refused_while_moto_is_on(one_thread_on_moto: list[str]) -> None:
    with a_world(), pytest.raises(SecondThread):
        threading.Thread(target=print).start()

    assert len(one_thread_on_moto) == 1
    one_thread_on_moto.clear()


def test_a_restored_world_is_as_it_was() -> None:
    with a_world() as world:
        first = a_user(world, "first@people.example")
        snapshot = Snapshot(world)
        world.clock.advance(minutes=5)
        a_user(world, "second@people.example")
        world.api.patch("/v1/me", json={"name": "Changed"}, version=1, as_=token_of(world, first))

        snapshot.restore()

        assert world.clock.now() == START
        assert world.wiring.accounts.user(first.id) == first
        a_user(world, "second@people.example")


def test_a_world_can_be_restored_again_and_again() -> None:
    """What was restored and then changed in place does not change what is restored next."""
    with a_world() as world:
        first = a_user(world, "first@people.example")
        snapshot, kept = Snapshot(world), _stored()

        for name in ("Changed", "Changed again"):
            world.api.patch("/v1/me", json={"name": name}, version=1, as_=token_of(world, first))
            assert _stored() != kept
            snapshot.restore()
            assert _stored() == kept


def _stored() -> list[Any]:
    return [
        client().scan(TableName=table_name(logical))["Items"]
        for logical in ("catalogue", "sales", "accounts")
    ]
