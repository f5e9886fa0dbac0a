"""The list of what a person must pay back."""

from __future__ import annotations

import pytest

from chalicelib.domain.money import Money
from chalicelib.stores.clearances import RefusedRefunds
from dev import refunds
from tests.support.chance import START
from tests.support.mails import a_booking
from tests.support.world import a_world


def test_refused_refunds_are_listed_by_booking_and_attempt(capsys: pytest.CaptureFixture[str]) -> None:
    booking = a_booking()
    with a_world():
        for _ in range(2):
            RefusedRefunds().record(booking, 1, Money(2500, "EUR"), "account closed", START)
        assert refunds.main() == 0
    assert capsys.readouterr().out == f"{booking.reference}/1\n"


def test_without_a_stage_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STAGE", raising=False)
    assert refunds.main() == 1
    assert "STAGE" in capsys.readouterr().err
