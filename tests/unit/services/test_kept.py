from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.services.kept import Kept
from tests.support.chance import FrozenClock


def counting() -> Callable[[], int]:
    numbers = count(1)
    return lambda: next(numbers)


def test_value_is_kept_until_it_is_too_old() -> None:
    clock, read = FrozenClock(), counting()
    kept: Kept[str, int] = Kept(clock, seconds=30)
    kept.get("a", read)

    clock.advance(seconds=29.9)
    assert kept.get("a", read) == 1
    clock.advance(seconds=0.1)
    assert kept.get("a", read) == 2


def test_value_kept_for_ever_is_read_once() -> None:
    clock, read = FrozenClock(), counting()
    kept: Kept[str, int] = Kept(clock, seconds=None)
    kept.get("a", read)

    clock.advance(days=10_000)

    assert kept.get("a", read) == 1


def test_dropped_value_is_read_anew() -> None:
    read = counting()
    kept: Kept[str, int] = Kept(FrozenClock(), seconds=30)
    kept.get("a", read)

    kept.drop("a")

    assert kept.get("a", read) == 2


def test_longest_kept_value_makes_room() -> None:
    read = counting()
    kept: Kept[str, int] = Kept(FrozenClock(), seconds=30, most=2)
    for key in ("a", "b", "c"):
        kept.get(key, read)

    assert (kept.get("b", read), kept.get("c", read), kept.get("a", read)) == (2, 3, 4)


def test_failure_is_not_kept() -> None:
    kept: Kept[str, int] = Kept(FrozenClock(), seconds=30)

    def failing() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        kept.get("a", failing)
    assert kept.get("a", lambda: 1) == 1


def test_what_is_read_together_is_not_read_again() -> None:
    clock, read = FrozenClock(), counting()
    kept: Kept[str, int] = Kept(clock, seconds=30)
    kept.get("a", read)
    asked: list[list[str]] = []

    def read_all(keys: list[str]) -> dict[str, int]:
        asked.append(keys)
        return {key: 100 for key in keys if key != "lost"}

    kept.read_together(["a", "b", "b", "lost"], read_all)
    kept.read_together(["a", "b"], read_all)

    assert asked == [["b", "lost"]]
    assert (kept.get("a", read), kept.get("b", read), kept.get("lost", read)) == (1, 100, 2)
    clock.advance(seconds=30)
    kept.read_together(["a", "b"], read_all)
    assert asked[1:] == [["a", "b"]]
