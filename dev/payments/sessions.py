"""A payment session and everything that can happen to it: values and pure functions, no clock, no store.

      choose                 settles
OPEN ────────▶ PROCESSING ────────────▶ PAID ──▶ refunds, in parts
  │ ├─────────────────────────────────▶
  │ └────────▶ FAILED
  └──────────▶ ENDED      asked to, or by itself at expires_at
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SLOW = timedelta(seconds=20)
LATE = timedelta(minutes=2)
SLOW_REFUND = timedelta(minutes=1)

BACKOFF = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800)
)
"""How long a notice that was not accepted waits before its next try; after the last it is given up."""


class State(StrEnum):
    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    ENDED = "ended"


class Choice(StrEnum):
    """What the person on the page lets the bank do."""

    APPROVE = "approve"
    DECLINE = "decline"
    SLOW = "slow"
    NEVER = "never"
    TWICE = "twice"
    SILENT = "silent"
    LATE = "late"
    CLOSED = "closed"
    SLOW_REFUND = "slow_refund"


class Card(StrEnum):
    """How the card that paid takes a refund."""

    NORMAL = "normal"
    CLOSED = "closed"
    SLOW = "slow"


class EntryKind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Order:
    """What the shop asks to collect, in minor units of an ISO 4217 currency."""

    key: str
    reference: str
    minor: int
    currency: str
    expires_at: datetime
    return_url: str
    description: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back: `done_at` is when it arrives, or arrived."""

    refund_key: str
    minor: int
    done_at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook to be delivered `copies` times; `due_at` is its next try."""

    event_id: str
    kind: str
    at: datetime
    due_at: datetime
    tries: int = 0
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """One attempt to be paid. `version` counts its changes; a store accepts only the next one.

    `settles_at` is when a PROCESSING session becomes PAID. A tombstone (a key ended before it was opened) has
    no order. `noted` counts the notices ever made, so that each has an id of its own.
    """

    session_id: str
    key: str
    state: State
    order: Order | None
    version: int = 1
    settles_at: datetime | None = None
    card: Card = Card.NORMAL
    refunds: tuple[Refund, ...] = ()
    notices: tuple[Notice, ...] = ()
    noted: int = 0

    def refund(self, refund_key: str) -> Refund | None:
        return next((refund for refund in self.refunds if refund.refund_key == refund_key), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement of money, written once and never changed. `refund_key` is empty for a charge."""

    key: str
    kind: EntryKind
    refund_key: str
    minor: int
    currency: str
    at: datetime


class RefundRefused(Exception):
    """The bank will never take this refund; the reason is for the shop."""


class NotPaid(Exception):
    """A refund was asked for before the session is final: the shop's mistake."""


class KeyReused(Exception):
    """A key was used before for something else: the shop's mistake."""


def opened(order: Order, session_id: str) -> Session:
    return Session(session_id=session_id, key=order.key, state=State.OPEN, order=order)


def tombstone(key: str, session_id: str) -> Session:
    return Session(session_id=session_id, key=key, state=State.ENDED, order=None)


def settled(session: Session, now: datetime) -> Session:
    """The session with everything that time alone has done to it by `now`."""
    order = session.order
    if order is None:
        return session
    if session.state is State.OPEN and now >= order.expires_at:
        session = _ended(session, order.expires_at)
    if session.state is State.PROCESSING and session.settles_at is not None and now >= session.settles_at:
        session = _paid(session, session.settles_at)
    for refund in session.refunds:
        if not refund.done and now >= refund.done_at:
            done = replace(refund, done=True)
            refunds = tuple(done if each is refund else each for each in session.refunds)
            session = _noted(replace(session, refunds=refunds), "refund.done", refund.done_at)
    return session


def chosen(session: Session, choice: Choice, now: datetime, late: timedelta = LATE) -> Session:
    """What the choice of the person on the page makes of an OPEN session; any other stays as it is.

    `late` is how long after the session's end a late bank takes the money.
    """
    order = session.order
    if order is None or session.state is not State.OPEN:
        return session
    match choice:
        case Choice.NEVER:
            return session
        case Choice.DECLINE:
            return _noted(replace(session, state=State.FAILED), "session.failed", now)
        case Choice.SLOW:
            return _processing(session, now + SLOW, now)
        case Choice.LATE:
            return _processing(session, order.expires_at + late, now)
        case Choice.SILENT:
            return replace(session, state=State.PAID)
        case Choice.TWICE:
            return _paid(session, now, copies=2)
        case Choice.CLOSED:
            return _paid(replace(session, card=Card.CLOSED), now)
        case Choice.SLOW_REFUND:
            return _paid(replace(session, card=Card.SLOW), now)
        case Choice.APPROVE:
            return _paid(session, now)


def ended(session: Session, now: datetime) -> Session:
    """The session after the shop asked to end it: only an OPEN one can be."""
    return _ended(session, now) if session.state is State.OPEN else session


def refunded(session: Session, refund_key: str, minor: int, currency: str, now: datetime) -> Session:
    """The session with one more refund, or as it is if it has this one.

    Raises RefundRefused; KeyReused for another amount under the same key; NotPaid while money could still come.
    """
    order, known = session.order, session.refund(refund_key)
    if known is not None:
        if known.minor != minor or order is None or order.currency != currency:
            raise KeyReused(refund_key)
        return session
    if session.state in (State.OPEN, State.PROCESSING):
        raise NotPaid(session.key)
    if order is None or session.state is not State.PAID:
        raise RefundRefused("nothing was paid")
    if order.currency != currency:
        raise RefundRefused("the payment was in another currency")
    if sum(refund.minor for refund in session.refunds) + minor > order.minor:
        raise RefundRefused("it exceeds what is left of the payment")
    if session.card is Card.CLOSED:
        raise RefundRefused("the account is closed")
    if session.card is Card.SLOW:
        waiting = Refund(refund_key, minor, now + SLOW_REFUND, done=False)
        return replace(session, refunds=(*session.refunds, waiting))
    session = replace(session, refunds=(*session.refunds, Refund(refund_key, minor, now, done=True)))
    return _noted(session, "refund.done", now)


def claimed(session: Session, now: datetime) -> tuple[Session, Notice | None]:
    """A notice that is due, moved to its next try before this one: a courier that dies costs only time."""
    for notice in session.notices:
        if notice.due_at <= now:
            if notice.tries < len(BACKOFF):
                later = replace(notice, due_at=now + BACKOFF[notice.tries], tries=notice.tries + 1)
                return _with(session, notice, later), notice
            return _with(session, notice, None), notice
    return session, None


def delivered(session: Session, event_id: str, now: datetime) -> Session:
    """The session after the shop accepted the notice once."""
    for notice in session.notices:
        if notice.event_id == event_id:
            again = replace(notice, copies=notice.copies - 1, due_at=now, tries=0)
            return _with(session, notice, again if again.copies else None)
    return session


def next_due(session: Session) -> datetime | None:
    """When time or a courier next has something to do for the session."""
    moments = [notice.due_at for notice in session.notices]
    moments += [refund.done_at for refund in session.refunds if not refund.done]
    if session.state is State.OPEN and session.order is not None:
        moments.append(session.order.expires_at)
    if session.state is State.PROCESSING and session.settles_at is not None:
        moments.append(session.settles_at)
    return min(moments, default=None)


def movements(before: Session, after: Session, now: datetime) -> Iterator[Entry]:
    """The entries that the change from `before` to `after` adds: the one place that books money."""
    order = after.order
    if order is None:
        return
    if after.state is State.PAID and before.state is not State.PAID:
        yield Entry(after.key, EntryKind.CHARGE, "", order.minor, order.currency, now)
    for refund in after.refunds:
        earlier = before.refund(refund.refund_key)
        if refund.done and not (earlier and earlier.done):
            yield Entry(after.key, EntryKind.REFUND, refund.refund_key, refund.minor, order.currency, now)


def _paid(session: Session, at: datetime, *, copies: int = 1) -> Session:
    return _noted(replace(session, state=State.PAID, settles_at=None), "session.paid", at, copies=copies)


def _ended(session: Session, at: datetime) -> Session:
    return _noted(replace(session, state=State.ENDED), "session.ended", at)


def _processing(session: Session, settles_at: datetime, now: datetime) -> Session:
    return _noted(replace(session, state=State.PROCESSING, settles_at=settles_at), "session.processing", now)


def _noted(session: Session, kind: str, at: datetime, *, copies: int = 1) -> Session:
    event_id = f"msg_{session.session_id}_{session.noted + 1}"
    notice = Notice(event_id, kind, at, due_at=at, copies=copies)
    return replace(session, notices=(*session.notices, notice), noted=session.noted + 1)


def _with(session: Session, old: Notice, new: Notice | None) -> Session:
    notices = tuple(new if each is old else each for each in session.notices)
    return replace(session, notices=tuple(notice for notice in notices if notice is not None))
