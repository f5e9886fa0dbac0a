"""What is left of a showtime: its rows read, counted, opened and closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.domain.instants import seconds
from chalicelib.domain.rows import Counts, RowState, count
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.services.kept import Kept
from chalicelib.stores.rows import Rows

# Lists of showtimes show seats_left at most 30 s old: this, and 10 s in a cache in front.
COUNTS_KEPT_S = 20
_MOST_KEPT = 500


class Stock:
    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._counts: Kept[str, Counts] = Kept(clock, COUNTS_KEPT_S, _MOST_KEPT)

    def rows_of(self, showtime_id: str) -> list[RowState]:
        """For the availability everyone sees: eventually consistent, half the price."""
        return self._rows.read(showtime_id, consistent=False)

    def counts(self, showtime_id: str) -> Counts:
        """Counted from the claims, at most COUNTS_KEPT_S old."""
        now_s = seconds(self._clock.now())
        return self._counts.get(showtime_id, lambda: count(self.rows_of(showtime_id), now_s))

    def recount(self, showtime_id: str, lapsed_within: timedelta = timedelta(0)) -> Counts:
        """Consistent, for decisions: nothing kept. Claims that lapsed no longer ago than that count as they were."""
        now_s = seconds(self._clock.now() - lapsed_within)
        return count(self._rows.read(showtime_id, consistent=True), now_s)

    def open(self, showtime_id: str, plan: SeatingPlan, until: datetime) -> None:
        """Make the rows that are missing and let all be sold until then. May be repeated over sold rows."""
        self._rows.create_missing(showtime_id, plan, seconds(until))

    def reopen(self, showtime_id: str, plan: SeatingPlan, until: datetime) -> None:
        self._rows.set_open_until(showtime_id, [row.id for row in plan.rows], seconds(until))

    def withdraw(self, showtime_id: str, plan: SeatingPlan) -> None:
        """Nothing is held from here on; what is held, paid for or sold stays so."""
        self._rows.set_open_until(showtime_id, [row.id for row in plan.rows], 0)

    def cancel(self, showtime_id: str, plan: SeatingPlan) -> None:
        self._rows.cancel(showtime_id, [row.id for row in plan.rows])
