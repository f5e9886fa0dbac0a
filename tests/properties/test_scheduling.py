"""Scheduling beside a plain model: a list of intervals, searched through for an overlap."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.showtimes import Showtime, ShowtimesOverlap
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import programmes
from tests.support.builders import HEAD_OFFICE, a_cinema, a_movie, a_price_list, an_auditorium
from tests.support.world import a_world

# Two nights around a change of the clocks, in steps that meet the edges of cleaning and of business dates.
FIRST = datetime(2027, 3, 27, 18, 0, tzinfo=UTC)
starts = st.integers(0, 48 * 6).map(lambda step: FIRST + timedelta(minutes=10 * step))
DURATIONS = (60, 170, 590)
CLEANING = timedelta(minutes=20)


@dataclass(frozen=True)
class Interval:
    starts_at: datetime
    free_at: datetime

    def meets(self, other: Interval) -> bool:
        return self.starts_at < other.free_at and other.starts_at < self.free_at


class Scheduling(RuleBasedStateMachine):
    showtimes: Bundle[Showtime] = Bundle("showtimes")

    def __init__(self) -> None:
        super().__init__()
        self._entered = a_world(now=FIRST - timedelta(days=7))
        self.world = self._entered.__enter__()
        self.model: dict[str, Interval] = {}
        self.made = 0

    def teardown(self) -> None:
        self._entered.__exit__(None, None, None)

    @initialize()
    def open_a_cinema(self) -> None:
        cinema = a_cinema(self.world)
        self.room: Auditorium = an_auditorium(self.world, cinema=cinema, rows=1, seats=2)
        self.prices = a_price_list(self.world, cinema)
        self.movies = [a_movie(self.world, duration_minutes=minutes) for minutes in DURATIONS]

    def _details(self, starts_at: datetime, length: int) -> ShowtimeDetails:
        movie = self.movies[length]
        return ShowtimeDetails(self.room.id, movie.id, self.prices.id, starts_at, 0, 0, "2D", "en", "")

    def _interval(self, starts_at: datetime, length: int) -> Interval:
        return Interval(starts_at, starts_at + timedelta(minutes=DURATIONS[length]) + CLEANING)

    def _is_free(self, wanted: Interval, but: str = "") -> bool:
        return not any(wanted.meets(taken) for id, taken in self.model.items() if id != but)

    @rule(target=showtimes, starts_at=starts, length=st.integers(0, 2))
    def schedule(self, starts_at: datetime, length: int) -> Showtime | MultipleResults[Showtime]:
        wanted = self._interval(starts_at, length)
        self.made += 1
        try:
            showtime = self.world.wiring.showtimes.schedule(
                self._details(starts_at, length), f"request {self.made}", HEAD_OFFICE
            )
        except ShowtimesOverlap:
            assert not self._is_free(wanted), "refused though the room is free"
            return multiple()
        assert self._is_free(wanted), "accepted though the room is taken"
        self.model[showtime.id] = wanted
        return showtime

    @rule(showtime=showtimes, starts_at=starts, length=st.integers(0, 2))
    def move(self, showtime: Showtime, starts_at: datetime, length: int) -> None:
        wanted = self._interval(starts_at, length)
        now = self.world.wiring.showtimes.read(showtime.id)
        try:
            self.world.wiring.showtimes.change(
                showtime.id, now.version, self._details(starts_at, length), HEAD_OFFICE
            )
        except ShowtimesOverlap:
            assert not self._is_free(wanted, showtime.id), "refused though the room is free"
            return
        assert self._is_free(wanted, showtime.id), "moved though the room is taken"
        self.model[showtime.id] = wanted

    @rule(showtime=consumes(showtimes))
    def cancel(self, showtime: Showtime) -> None:
        self.world.wiring.showtimes.cancel(showtime.id)
        del self.model[showtime.id]

    @rule(showtime=consumes(showtimes))
    def delete(self, showtime: Showtime) -> None:
        now = self.world.wiring.showtimes.read(showtime.id)
        self.world.wiring.showtimes.delete(showtime.id, now.version)
        del self.model[showtime.id]

    @invariant()
    def programme_is_the_model(self) -> None:
        if not hasattr(self, "room"):
            return
        stored = {
            slot.showtime_id: Interval(slot.starts_at, slot.free_at)
            for day in programmes.since(self.room.id, FIRST.date() - timedelta(days=2))
            for slot in day.slots
        }
        assert stored == self.model


TestScheduling = Scheduling.TestCase
# Each example builds a cinema and takes tens of transactions, some three seconds on moto: few of them say enough.
TestScheduling.settings = settings(max_examples=40 if os.environ.get("PROOF") else 4, stateful_step_count=15)
