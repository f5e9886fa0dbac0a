"""The values that selling and a provider exchange."""

from __future__ import annotations

import pytest

from chalicelib.domain.payments import SessionState


@pytest.mark.parametrize("state", [SessionState.PAID, SessionState.FAILED, SessionState.ENDED])
def test_a_session_that_paid_failed_or_ended_is_final(state: SessionState) -> None:
    assert state.is_final


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.PROCESSING])
def test_a_session_from_which_money_may_still_come_is_not_final(state: SessionState) -> None:
    assert not state.is_final
