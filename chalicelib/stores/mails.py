"""The ledger of mails: who may send one, and what became of it. It holds no address, only a digest of it.

nothing ──→ claimed ──→ sent | dropped | refused
             ↑    │
             └────┘ lapsed: its run died, or could not reach the mail service
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.domain.mails import (
    CLAIM_TIME,
    MailClaim,
    MailClaimed,
    MailMessage,
    MailSettled,
    MailState,
)
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal

# Longer than any copy of a message can turn up: SQS keeps one 14 days, and as long again among the dead letters.
KEPT = timedelta(days=400)


class MailModel(AccountsTable):
    state = UnicodeAttribute()
    claim = UnicodeAttribute(null=True)
    claimed_until = InstantAttribute(null=True)
    attempts = NumberAttribute(null=True)
    settled_at = InstantAttribute(null=True)
    # The mail service's id of a sent mail; its word for a refused one.
    detail = UnicodeAttribute(null=True)
    sweep_at = NumberAttribute()


@dataclass(frozen=True, slots=True)
class RefusedMail:
    """`key` is kind#subject#digest: it leads to the booking, and names no person."""

    key: str
    reason: str
    at: datetime


def claim(claim_id: str, message: MailMessage, now: datetime) -> MailClaim:
    """Take the mail in hand for CLAIM_TIME: one conditional write.

    Raises MailSettled when nothing is left to do for it, MailClaimed while another run has it. A claim repeated
    under the same id is the same claim: the SDK repeats a write whose reply was lost.
    """
    until = now + CLAIM_TIME
    free = MailModel.pk.does_not_exist()
    lapsed = MailModel.claimed_until <= now
    mine = MailModel.claim == claim_id
    model = _entry(message)
    try:
        model.update(
            actions=[
                MailModel.state.set(MailState.CLAIMED.value),
                MailModel.claim.set(claim_id),
                MailModel.claimed_until.set(until),
                MailModel.attempts.set((MailModel.attempts | 0) + 1),
                MailModel.sweep_at.set(int((now + KEPT).timestamp())),
            ],
            condition=free | (MailModel.state == MailState.CLAIMED.value) & (lapsed | mine),
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise
        raise _why_not(message) from None
    return MailClaim(claim_id, message, int(model.attempts or 1), until)


def sent(claim: MailClaim, service_id: str, now: datetime) -> None:
    """Write down that the mail is out. Unconditional: it is, whoever has it in hand by now."""
    _entry(claim.message).update(actions=_settled(MailState.SENT, service_id, now))


def dropped(claim: MailClaim, why: str, now: datetime) -> None:
    _settle(claim, MailState.DROPPED, why, now)


def refused(claim: MailClaim, reason: str, now: datetime) -> None:
    """Put the mail on the list of refused ones, then settle it: a crash in between repeats both."""
    MailModel(
        *keys.refused_mail(*claim.message.identity),
        state=MailState.REFUSED.value,
        detail=reason,
        settled_at=now,
        sweep_at=int((now + KEPT).timestamp()),
    ).save()
    _settle(claim, MailState.REFUSED, reason, now)


def all_refused() -> Iterator[RefusedMail]:
    for model in MailModel.query(keys.REFUSED_MAILS):
        yield RefusedMail(model.sk, model.detail or "", model.settled_at)


def _settle(claim: MailClaim, state: MailState, detail: str, now: datetime) -> None:
    try:
        _entry(claim.message).update(
            actions=_settled(state, detail, now),
            condition=(MailModel.state == MailState.CLAIMED.value) & (MailModel.claim == claim.id),
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise
        # Another run claimed it after us, or this write is its own repetition: what stands there holds.


def _why_not(message: MailMessage) -> MailSettled | MailClaimed:
    found = MailModel.get(*keys.mail(*message.identity), consistent_read=True)
    if found.state != MailState.CLAIMED:
        return MailSettled(MailState(found.state))
    assert found.claimed_until is not None, "a claim has an end"
    return MailClaimed(found.claimed_until)


def _settled(state: MailState, detail: str, now: datetime) -> list[Action]:
    return [
        MailModel.state.set(state.value),
        MailModel.detail.set(detail),
        MailModel.settled_at.set(now),
        MailModel.claimed_until.remove(),
    ]


def _entry(message: MailMessage) -> MailModel:
    return MailModel(*keys.mail(*message.identity))
