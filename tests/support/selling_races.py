"""Races of selling, in which each rival has read and decided before any writes; and controls without what decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest

from chalicelib.stores.bookings import BookingModel
from chalicelib.stores.expressions import RowExpression
from tests.support.meeting import meeting
from tests.support.races import at_once

_people = count()


def people(number: int) -> list[str]:
    return [f"P{next(_people)}" for _ in range(number)]


def without(monkeypatch: pytest.MonkeyPatch, *clauses: str) -> None:
    """The control: rows are written whatever these clauses would say."""
    require, require_any = RowExpression.require, RowExpression.require_any

    def fewer(self: RowExpression, clause: str, text: str) -> None:
        if clause not in clauses:
            require(self, clause, text)

    def fewer_of(self: RowExpression, alternatives: dict[str, str]) -> None:
        if not set(clauses) & set(alternatives):
            require_any(self, alternatives)

    monkeypatch.setattr(RowExpression, "require", fewer)
    monkeypatch.setattr(RowExpression, "require_any", fewer_of)


def without_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: bookings are written whatever they have become meanwhile."""
    update, save = BookingModel.update, BookingModel.save
    monkeypatch.setattr(BookingModel, "update", lambda self, actions, condition=None: update(self, actions))
    monkeypatch.setattr(BookingModel, "save", lambda self, condition=None: save(self))


def race(
    calls: Sequence[Callable[[], Any]], is_it: Callable[[str, str], bool], late: int | None = None
) -> tuple[list[Any], list[Exception]]:
    """Who won, and each loser's error. All meet at their first such write; that of `late` lands after all is done."""
    with meeting(len(calls), is_it) as met:
        given = at_once([met.rival(call, is_late=i == late) for i, call in enumerate(calls)])
    assert met.met == len(calls), given
    won = [each for each in given if not isinstance(each, Exception)]
    return won, [each for each in given if isinstance(each, Exception)]
