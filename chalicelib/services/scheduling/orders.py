"""Work on a showtime that takes several writes: one worker at a time, and finished by another if that one dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from chalicelib.clock import Clock, Ids
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.showtimes import Intent, Order
from chalicelib.stores import showtimes
from chalicelib.stores.versions import storable

# Longer than any function lives, and than its last write may be late: then its worker is dead.
LEASE = timedelta(seconds=150)


class Orders:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def new(self, showtime_id: str, intent: Intent) -> Order:
        return Order(showtime_id, intent, storable(self._clock.now()), self._ids.code(12))

    @contextmanager
    def working(self, showtime_id: str, intent: Intent) -> Iterator[None]:
        """Have the showtime to oneself. Raises Unavailable while another works on it.

        The order ends with the block. When the block raises, it stays: somebody must bring the showtime in order
        first, `overdue` tells whom it waits for.
        """
        order = self.new(showtime_id, intent)
        other = showtimes.take_order(order, order.since - LEASE)
        if other is not None:
            wait = other.since + LEASE - order.since
            raise Unavailable("The showtime", retry_after_s=max(1, round(wait.total_seconds())))
        yield
        showtimes.end_order(order)

    def overdue(self) -> list[Order]:
        """The orders whose workers are dead."""
        before = self._clock.now() - LEASE
        return [order for order in showtimes.orders() if order.since < before]
