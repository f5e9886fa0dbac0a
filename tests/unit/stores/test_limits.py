"""The counters of live holds: their slots, and what each clause of their writes is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bench.sizes import item_size
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.limits import HoldLimitReached
from chalicelib.services.hoarding import HOLDS_OF_AN_ADDRESS
from chalicelib.stores import keys, limits, tables
from tests.support.calls import calls_of
from tests.support.world import World, a_world

SIZE = 3
ALWAYS = "attribute_not_exists(nothing)"  # beside the clause: DynamoDB refuses values that no expression uses
CLAUSES = {
    ("take", "free"),
    ("take", "not counted"),
    ("prolong", "mine"),
    ("prolong", "later"),
    ("release", "mine"),
}


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def claim(world: World, own: int, minutes: float = 10, size: int = SIZE) -> None:
    now = world.clock.now()
    limits.claim_hold("X", own, now + timedelta(minutes=minutes), now, size)


def prolong(world: World, own: int, minutes: float) -> None:
    limits.prolong_hold("X", own, world.clock.now() + timedelta(minutes=minutes), SIZE)


def is_full(world: World, stranger: int = 999) -> bool:
    try:
        claim(world, stranger)
    except HoldLimitReached:
        return True
    limits.release_hold("X", stranger, SIZE)
    return False


class TestCalls:
    def test_newcomer_is_counted_by_one_write_and_no_read(self, world: World) -> None:
        assert calls_of(lambda: claim(world, 4)) == ["UpdateItem"]

    def test_hold_in_its_own_slot_is_prolonged_and_given_back_by_one_write(self, world: World) -> None:
        claim(world, 4)

        assert calls_of(lambda: prolong(world, 4, 20)) == ["UpdateItem"]
        assert calls_of(lambda: limits.release_hold("X", 4, SIZE)) == ["UpdateItem"]

    def test_hold_whose_slot_is_taken_needs_one_more(self, world: World) -> None:
        claim(world, 4)

        assert calls_of(lambda: claim(world, 7)) == ["UpdateItem"] * 2
        assert calls_of(lambda: prolong(world, 7, 20)) == ["UpdateItem"] * 2
        assert calls_of(lambda: limits.release_hold("X", 7, SIZE)) == ["UpdateItem"] * 2

    def test_repeat_and_refusal_and_what_is_not_counted_need_one(self, world: World) -> None:
        for own in (0, 1, 2):
            claim(world, own)

        assert calls_of(lambda: claim(world, 1)) == ["UpdateItem"]
        assert calls_of(lambda: is_full(world)) == ["UpdateItem"]
        assert calls_of(lambda: prolong(world, 999, 20)) == ["UpdateItem"]
        assert calls_of(lambda: limits.release_hold("X", 999, SIZE)) == ["UpdateItem"]


# --- what each clause is for


def lapsed_only_are_replaced(world: World) -> None:
    claim(world, 0)
    claim(world, 3)  # wants the slot of 0 as well
    claim(world, 6)
    assert is_full(world)


def repeat_is_counted_once(world: World) -> None:
    claim(world, 0)
    claim(world, 3)
    limits.release_hold("X", 0, SIZE)  # the slot that 3 prefers is free again
    claim(world, 3)
    claim(world, 6)
    claim(world, 9)


def another_hold_is_not_prolonged(world: World) -> None:
    claim(world, 0)
    prolong(world, 3, 20)
    claim(world, 1)
    claim(world, 2)
    world.clock.advance(minutes=11)
    for own in (4, 5, 6):
        claim(world, own)


def late_prolonging_does_not_shorten(world: World) -> None:
    claim(world, 0)
    prolong(world, 0, 20)
    prolong(world, 0, 5)
    claim(world, 0, 5)
    world.clock.advance(minutes=11)
    claim(world, 1)
    claim(world, 2)
    assert is_full(world)


def another_hold_is_not_given_back(world: World) -> None:
    for own in (0, 1, 2):
        claim(world, own)
    limits.release_hold("X", 3, SIZE)
    assert is_full(world)


RULES = (
    lapsed_only_are_replaced,
    repeat_is_counted_once,
    another_hold_is_not_prolonged,
    late_prolonging_does_not_shorten,
    another_hold_is_not_given_back,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(world: World, rule: Callable[[World], None]) -> None:
    rule(world)


def test_every_clause_is_missed_when_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is what the rules themselves send, so a clause that nothing needs fails here."""
    seen: set[tuple[str, str]] = set()
    real = limits.clauses

    def without(gone: tuple[str, str] | None) -> Callable[[str, int, int], dict[str, str]]:
        def some(operation: str, number: int, size: int) -> dict[str, str]:
            kept = {}
            for name, text in real(operation, number, size).items():
                seen.add((operation, name))
                kept[name] = f"({text} OR {ALWAYS})" if (operation, name) == gone else text
            return kept

        return some

    def fails(rule: Callable[[World], None], gone: tuple[str, str]) -> bool:
        monkeypatch.setattr(limits, "clauses", without(gone))
        with a_world() as world:
            try:
                rule(world)
            except (AssertionError, HoldLimitReached):
                return True
        return False

    monkeypatch.setattr(limits, "clauses", without(None))
    for rule in RULES:
        with a_world() as world:
            rule(world)

    unnoticed = [clause for clause in sorted(seen) if not any(fails(rule, clause) for rule in RULES)]

    assert unnoticed == []
    assert seen == CLAUSES


def test_hold_that_lapsed_takes_its_own_slot_again(world: World) -> None:
    for own in (0, 3):
        claim(world, own)
    world.clock.advance(minutes=11)

    claim(world, 3)

    claim(world, 1)
    claim(world, 2)
    assert is_full(world)


def test_counter_that_somebody_always_changes_first_is_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits._Counter, "take", lambda *_: ())

    with pytest.raises(Unavailable):
        claim(world, 1)


def test_full_counter_of_an_address_is_at_most_two_write_units(world: World) -> None:
    for own in range(HOLDS_OF_AN_ADDRESS):
        claim(world, 9_999_999_900 + own, size=HOLDS_OF_AN_ADDRESS)

    key = keys.live_holds(limits._digest("X"))
    item = tables.client().get_item(
        TableName=tables.table_name("accounts"), Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    )["Item"]

    assert sum(name.startswith("d") for name in item) == HOLDS_OF_AN_ADDRESS
    assert item_size(item) <= 2048
