"""A session: a family of refresh tokens, each of which replaces the one before.

Token n of a family is computed from the family's id and n (services/accounts/refresh_tokens.py), so the successor of a
token is always the same one, and a client whose answer was lost gets it again by repeating its request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import DomainError

# A session that nobody refreshes ends; one that is refreshed for ever ends too.
IDLE_LIFE = timedelta(days=30)
LONGEST_LIFE = timedelta(days=180)
# How long after a rotation the token before may come again: its answer was lost on the way.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Family:
    """`number` is the current token's and `token_digest` its SHA-256. Older tokens count no more, but for GRACE.

    `credentials_epoch` is the user's when the session began: with a new password all sessions of older epochs end.
    """

    id: str
    user_id: str
    number: int
    token_digest: str
    credentials_epoch: int
    began_at: datetime
    rotated_at: datetime
    expires_at: datetime

    def rotated(self, token_digest: str, now: datetime) -> Family:
        return replace(
            self,
            number=self.number + 1,
            token_digest=token_digest,
            rotated_at=now,
            expires_at=expiry(self.began_at, now),
        )


def expiry(began_at: datetime, now: datetime) -> datetime:
    return min(now + IDLE_LIFE, began_at + LONGEST_LIFE)


class Verdict(StrEnum):
    """What becomes of a refresh token of ours that is presented."""

    ROTATE = "rotate"  # the current one: its successor takes its place
    REPEAT = "repeat"  # its successor has taken its place just now: give the same successor again
    REUSED = "reused"  # an old one: it was stolen, or its successor was, so the family ends
    OVER = "over"  # the family has ended, or its time is over


def judge(
    family: Family | None, credentials_epoch: int | None, number: int, token_digest: str, now: datetime
) -> Verdict:
    """What becomes of token `number`; `credentials_epoch` is the user's now, None when there is no such user."""
    if family is None or credentials_epoch != family.credentials_epoch or family.expires_at <= now:
        return Verdict.OVER
    if number == family.number and token_digest == family.token_digest:
        return Verdict.ROTATE
    if number == family.number - 1 and now <= family.rotated_at + GRACE:
        return Verdict.REPEAT
    return Verdict.REUSED


class SessionOver(DomainError):
    """The refresh token does not count: never ours, expired, logged out, or used before."""

    def __init__(self) -> None:
        super().__init__("The session is over. Log in again.")
