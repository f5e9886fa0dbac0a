"""The ledger in memory, for tests: the same promises as the table, kept by one lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from .sessions import Entry, Session, next_due


class MemoryLedger:
    def __init__(self) -> None:
        self._lock = Lock()
        self._sessions: dict[str, Session] = {}
        self._keys: dict[str, str] = {}
        self._entries: list[Entry] = []

    def session(self, key: str) -> Session | None:
        return self._sessions.get(key)

    def key_of(self, session_id: str) -> str | None:
        return self._keys.get(session_id)

    def create(self, session: Session) -> bool:
        with self._lock:
            if session.key in self._sessions:
                return False
            self._sessions[session.key] = session
            self._keys[session.session_id] = session.key
            return True

    def save(self, session: Session, entries: Sequence[Entry]) -> bool:
        with self._lock:
            if self._sessions[session.key].version != session.version - 1:
                return False
            self._sessions[session.key] = session
            self._entries.extend(entries)
            return True

    def due(self, now: datetime, limit: int) -> list[str]:
        moments = [(next_due(session), key) for key, session in list(self._sessions.items())]
        return [key for at, key in sorted((at, key) for at, key in moments if at and at <= now)][:limit]

    def entries(self, after: str, limit: int) -> list[tuple[str, Entry]]:
        start = int(after or 0)
        page = self._entries[start : start + limit]
        return [(str(start + number), entry) for number, entry in enumerate(page, start=1)]

    def entries_of(self, key: str) -> list[Entry]:
        return [entry for entry in self._entries if entry.key == key]
