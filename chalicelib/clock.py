"""Where time and chance enter: services take these as arguments, tests bring their own."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Protocol

# Crockford's base 32: no I, L, O, U, so that a code survives being read aloud.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Ids(Protocol):
    def ulid(self) -> str:
        """A new id, 26 characters, that sorts by the time of its making."""
        ...

    def code(self, length: int) -> str:
        """Random Crockford base-32 characters."""
        ...

    def token(self) -> str:
        """An unguessable, URL-safe secret of 256 bits."""
        ...

    def below(self, limit: int) -> int:
        """A random number from 0 to limit - 1."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    def ulid(self) -> str:
        # It asks importlib.metadata for its version, 10 ms of every cold start that makes no id.
        from ulid import ULID

        return str(ULID())

    def code(self, length: int) -> str:
        return "".join(secrets.choice(CROCKFORD) for _ in range(length))

    def token(self) -> str:
        return secrets.token_urlsafe(32)

    def below(self, limit: int) -> int:
        return secrets.randbelow(limit)
