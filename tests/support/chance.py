"""Time and chance as tests bring them: a clock that stands until told otherwise, ids that repeat for a seed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from random import Random

from ulid import ULID

from chalicelib.clock import CROCKFORD, Clock

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FrozenClock:
    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move on (or back), and say what time it is then."""
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._now


class SeededIds:
    def __init__(self, seed: int, clock: Clock) -> None:
        self._random = Random(seed)
        self._clock = clock

    def ulid(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return str(ULID.from_bytes(milliseconds.to_bytes(6) + self._random.randbytes(10)))

    def code(self, length: int) -> str:
        return "".join(self._random.choice(CROCKFORD) for _ in range(length))

    def token(self) -> str:
        return base64.urlsafe_b64encode(self._random.randbytes(32)).rstrip(b"=").decode()

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)
