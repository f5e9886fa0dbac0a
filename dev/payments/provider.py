"""The provider: each request is read, decided by `sessions`, and written only if nothing came between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from . import sessions
from .sessions import Choice, Entry, KeyReused, Notice, Order, RefundRefused, Session

ATTEMPTS = 12
"""How often a change is tried anew because another one of the same session came first."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Ledger(Protocol):
    """Where sessions are kept, and the entries that say which money moved. Reads see every finished write."""

    def session(self, key: str) -> Session | None: ...

    def key_of(self, session_id: str) -> str | None: ...

    def create(self, session: Session) -> bool:
        """Whether the session was written: not if its key is taken."""
        ...

    def save(self, session: Session, entries: Sequence[Entry]) -> bool:
        """Session and entries, all or nothing: not if the stored version isn't the one before."""
        ...

    def due(self, now: datetime, limit: int) -> list[str]:
        """Keys of sessions that time or a courier has something to do for. May lag behind."""
        ...

    def entries(self, after: str, limit: int) -> list[tuple[str, Entry]]:
        """Entries in a lasting order, each with its place; those behind the place `after` ("" for all)."""
        ...

    def entries_of(self, key: str) -> list[Entry]: ...


class RefundState(StrEnum):
    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"


class UnknownKey(Exception):
    """No session was ever opened or ended under this key."""


class UnknownSession(Exception):
    """There is no session of this id."""


class Busy(Exception):
    """Others change the same session all the time; nothing was written."""


class Provider:
    """`new_id` gives unguessable ids: whoever knows a session's may choose on its page.

    `changed` is told of each session that a request changed, after the write: a courier may be sent at once.
    `late`: see sessions.chosen.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        new_id: Callable[[], str],
        changed: Callable[[Session], None] = lambda session: None,
        late: timedelta = sessions.LATE,
    ) -> None:
        self.late = late
        self._changed = changed
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id

    def open(self, order: Order) -> Session:
        """Start collecting, once a key. A key that was ended stays so. Raises KeyReused for another order."""
        self._ledger.create(sessions.opened(order, self._new_id()))
        session = self.find(order.key)
        if session.order is not None and not _same(session.order, order):
            raise KeyReused(order.key)
        return session

    def find(self, key: str) -> Session:
        """Raises UnknownKey."""
        return self._change(key, lambda session, now: session)

    def end(self, key: str) -> Session:
        """See to it that an OPEN session, or one that may yet be opened, never takes money."""
        self._ledger.create(sessions.tombstone(key, self._new_id()))
        return self._change(key, sessions.ended)

    def refund(self, key: str, refund_key: str, minor: int, currency: str) -> tuple[RefundState, str]:
        """What became of the refund, and why. Raises NotPaid, KeyReused, UnknownKey."""
        try:
            session = self._change(
                key, lambda found, now: sessions.refunded(found, refund_key, minor, currency, now)
            )
        except RefundRefused as refused:
            return RefundState.REFUSED, str(refused)
        refund = session.refund(refund_key)
        return (RefundState.DONE if refund is not None and refund.done else RefundState.PENDING), ""

    def session(self, session_id: str) -> Session:
        """Raises UnknownSession."""
        key = self._ledger.key_of(session_id)
        if key is None:
            raise UnknownSession(session_id)
        return self.find(key)

    def choose(self, session_id: str, choice: Choice) -> Session:
        """What the person chose; a session that is no longer OPEN stays as it is. Raises UnknownSession."""
        key = self._ledger.key_of(session_id)
        if key is None:
            raise UnknownSession(session_id)
        return self._change(key, lambda session, now: sessions.chosen(session, choice, now, self.late))

    def due(self, limit: int) -> list[str]:
        return self._ledger.due(self._clock.now(), limit)

    def claim_notice(self, key: str) -> tuple[Session, Notice | None]:
        """A notice to deliver now, if any. Two couriers seldom get the same; it may be delivered twice."""
        claimed: Notice | None = None

        def step(session: Session, now: datetime) -> Session:
            nonlocal claimed
            session, claimed = sessions.claimed(session, now)
            return session

        session = self._change(key, step)
        return session, claimed

    def delivered(self, key: str, event_id: str) -> Session:
        return self._change(key, lambda session, now: sessions.delivered(session, event_id, now))

    def entries(self, after: str = "", limit: int = 500) -> list[tuple[str, Entry]]:
        return self._ledger.entries(after, limit)

    def entries_of(self, key: str) -> list[Entry]:
        return self._ledger.entries_of(key)

    def _change(self, key: str, step: Callable[[Session, datetime], Session]) -> Session:
        for _ in range(ATTEMPTS):
            found = self._ledger.session(key)
            if found is None:
                raise UnknownKey(key)
            now = self._clock.now()
            after = step(sessions.settled(found, now), now)
            if after == found:
                return found
            after = replace(after, version=found.version + 1)
            if self._ledger.save(after, list(sessions.movements(found, after, now))):
                self._changed(after)
                return after
        raise Busy(key)


def _same(first: Order, second: Order) -> bool:
    # A repeat may come with a later deadline or other words; another sum is another payment.
    return (first.reference, first.minor, first.currency) == (
        second.reference,
        second.minor,
        second.currency,
    )
