"""What becomes of a refresh token that is presented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.sessions import GRACE, IDLE_LIFE, LONGEST_LIFE, Family, Verdict, expiry, judge

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FAMILY = Family(
    id="F",
    user_id="U",
    number=3,
    token_digest="third",
    credentials_epoch=1,
    began_at=NOW - timedelta(days=2),
    rotated_at=NOW,
    expires_at=NOW + IDLE_LIFE,
)


class TestJudge:
    def test_current_token_is_rotated(self) -> None:
        assert judge(FAMILY, 1, 3, "third", NOW) is Verdict.ROTATE

    def test_token_before_gets_the_same_successor_for_a_short_grace(self) -> None:
        assert judge(FAMILY, 1, 2, "second", NOW + GRACE) is Verdict.REPEAT
        assert judge(FAMILY, 1, 2, "second", NOW + GRACE + timedelta(seconds=1)) is Verdict.REUSED

    def test_older_token_is_reuse_even_within_the_grace(self) -> None:
        assert judge(FAMILY, 1, 1, "first", NOW) is Verdict.REUSED

    def test_current_number_with_another_token_is_reuse(self) -> None:
        assert judge(FAMILY, 1, 3, "another", NOW) is Verdict.REUSED

    def test_nothing_counts_once_the_family_is_over(self) -> None:
        assert judge(None, 1, 3, "third", NOW) is Verdict.OVER
        assert judge(replace(FAMILY, expires_at=NOW), 1, 3, "third", NOW) is Verdict.OVER

    def test_new_password_ends_the_family(self) -> None:
        assert judge(FAMILY, 2, 3, "third", NOW) is Verdict.OVER
        assert judge(FAMILY, None, 3, "third", NOW) is Verdict.OVER


class TestExpiry:
    def test_session_that_is_refreshed_for_ever_ends_too(self) -> None:
        assert expiry(NOW, NOW) == NOW + IDLE_LIFE
        assert expiry(NOW, NOW + LONGEST_LIFE - timedelta(days=1)) == NOW + LONGEST_LIFE
