"""Recovery: whatever is due is finished or undone. The job that calls it may die anywhere; the next run goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.observability import logger
from chalicelib.services.selling.cancelling import Cancelling
from chalicelib.services.selling.settling import Settling
from chalicelib.stores import keys
from chalicelib.stores.bookings import Bookings, DueKey

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one run did: items it settled, those it leaves to the next run because something was out of reach, and those
    that a defect of ours kept it from settling (they stay due, and an alarm tells)."""

    settled: int
    left: int
    failed: int


class Recovery:
    def __init__(self, bookings: Bookings, settling: Settling, cancelling: Cancelling, clock: Clock) -> None:
        self._bookings = bookings
        self._settling = settling
        self._cancelling = cancelling
        self._clock = clock

    def recover(self, until: datetime) -> Recovered:
        """Look at everything due, the longest due of each shard first, but begin nothing after `until`."""
        settled = left = failed = 0
        shards = keys.due_shards()
        # Another shard leads each minute, so that a backlog in one does not starve those behind it.
        first = int(self._clock.now().timestamp() // 60) % len(shards)
        for shard in shards[first:] + shards[:first]:
            for key in self._bookings.due_before(shard, self._clock.now(), _BATCH):
                if self._clock.now() >= until:
                    return Recovered(settled, left + 1, failed)
                try:
                    self._settle(key, until)
                    settled += 1
                except (Unavailable, ProviderUnavailable) as error:
                    logger.warning("left to the next run", showtime=key.showtime_id, why=str(error))
                    left += 1
                except Exception:  # one booking's defect must not keep all others from their recovery
                    logger.exception("could not be settled", showtime=key.showtime_id, own=key.own)
                    failed += 1
        return Recovered(settled, left, failed)

    def _settle(self, key: DueKey, until: datetime) -> None:
        if key.own is None:
            self._cancelling.clear(key.showtime_id, until)
            return
        booking = self._bookings.get(key.showtime_id, key.own)
        # The index is a moment behind: the booking may have nothing left to do.
        if booking is not None and booking.due_at is not None and booking.due_at <= self._clock.now():
            self._settling.settle(booking)
