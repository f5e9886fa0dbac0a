"""Scheduling and changing that is cut off between two writes is finished by whoever comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.principals import NotFound
from chalicelib.domain.programmes import Slot
from chalicelib.domain.showtimes import (
    Showtime,
    ShowtimeStatus,
)
from chalicelib.services.scheduling.orders import LEASE
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import programmes, showtimes
from tests.support.builders import HEAD_OFFICE, a_movie, a_price_list, a_showtime, an_auditorium
from tests.support.crashes import crashing
from tests.support.showtimes import details_of, is_open, is_shown, rows_of, slots
from tests.support.world import World


class TestScheduleCutOff:
    """A kill at any write leaves a showtime that the same request, or the job, makes whole.

    Before each write is enough: after one is before the next, and reading changes nothing.
    """

    @staticmethod
    def _writes(world: World, details: ShowtimeDetails) -> int:
        with crashing() as seen:
            made = world.wiring.showtimes.schedule(details, "counted", HEAD_OFFICE)
        world.wiring.showtimes.delete(made.id, made.version)
        return seen.writes

    def _details(self, world: World) -> ShowtimeDetails:
        first = a_showtime(world, rows=2)
        return details_of(first, starts_at=first.starts_at + timedelta(days=2))

    def test_same_request_repeated_makes_it_whole(self, world: World) -> None:
        details = self._details(world)
        for at in range(self._writes(world, details)):
            with crashing(at) as crash:
                world.wiring.showtimes.schedule(details, f"request {at}", HEAD_OFFICE)
            assert crash.died

            made = world.wiring.showtimes.schedule(details, f"request {at}", HEAD_OFFICE)

            assert made.status is ShowtimeStatus.ON_SALE
            assert is_open(world, made)
            assert slots(world, made).count(made.id) == 1
            assert showtimes.orders() == []
            world.wiring.showtimes.delete(made.id, made.version)

    def test_job_makes_it_whole(self, world: World) -> None:
        details = self._details(world)
        for at in range(self._writes(world, details)):
            with crashing(at) as crash:
                world.wiring.showtimes.schedule(details, f"request {at}", HEAD_OFFICE)
            assert crash.died
            world.clock.advance(seconds=LEASE.total_seconds() + 1)

            world.wiring.showtimes.resume_unfinished()

            assert showtimes.orders() == []
            made = [slot for slot in self._slots(details) if slot.starts_at == details.starts_at]
            for slot in made:
                showtime = world.wiring.showtimes.read(slot.showtime_id)
                assert showtime.status is ShowtimeStatus.ON_SALE
                assert is_open(world, showtime)
                world.wiring.showtimes.delete(showtime.id, showtime.version)

    @staticmethod
    def _slots(details: ShowtimeDetails) -> list[Slot]:
        found = programmes.since(details.auditorium_id, details.starts_at.date() - timedelta(days=3))
        return [slot for day in found for slot in day.slots]

    def test_showtime_in_the_making_is_neither_read_nor_listed(self, world: World) -> None:
        details = self._details(world)
        with crashing(1):
            world.wiring.showtimes.schedule(details, "cut off", HEAD_OFFICE)

        (slot,) = [slot for slot in self._slots(details) if slot.starts_at == details.starts_at]

        with pytest.raises(NotFound):
            world.wiring.showtimes.read(slot.showtime_id)
        assert not world.wiring.scheduling.showtime(slot.showtime_id).is_listed


class TestChangesCutOff:
    """A kill at any write of a change leaves nothing that the job does not bring in order."""

    @pytest.mark.parametrize("step", ["move", "withdraw", "delete", "cancel"])
    def test_job_brings_rows_to_what_the_showtime_says(self, world: World, step: str) -> None:
        room = an_auditorium(world, rows=2)
        movie = a_movie(world)
        prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))

        def begin(showtime: Showtime) -> None:
            service = world.wiring.showtimes
            if step == "move":
                to = details_of(showtime, starts_at=showtime.starts_at + timedelta(hours=1))
                service.change(showtime.id, showtime.version, to, HEAD_OFFICE)
            elif step == "withdraw":
                service.withdraw(showtime.id)
            elif step == "delete":
                service.delete(showtime.id, showtime.version)
            else:
                service.cancel(showtime.id)

        def fresh(day: int) -> Showtime:
            starts_in = timedelta(days=1 + day)
            return a_showtime(world, auditorium=room, movie=movie, price_list=prices, starts_in=starts_in)

        counted = fresh(0)
        with crashing() as seen:
            begin(counted)
        for at in range(seen.writes):
            showtime = fresh(at + 1)
            with crashing(at) as crash:
                begin(showtime)
            assert crash.died
            world.clock.advance(seconds=LEASE.total_seconds() + 1)

            world.wiring.showtimes.resume_unfinished()

            assert showtimes.orders() == []
            stored = showtimes.find(showtime.id)
            assert stored is not None
            if stored.status is ShowtimeStatus.ON_SALE:
                assert is_open(world, stored)
            elif stored.status is ShowtimeStatus.CANCELLED:
                assert all(flagged for _, flagged in rows_of(world, stored))
            else:
                assert set(rows_of(world, stored)) == {(0, False)}
            is_in_room = stored.status in (ShowtimeStatus.ON_SALE, ShowtimeStatus.WITHDRAWN)
            assert (stored.id in slots(world, stored)) is is_in_room
            assert is_shown(world, stored) is is_in_room

    def test_second_worker_waits_while_the_first_may_live(self, world: World) -> None:
        showtime = a_showtime(world)
        with crashing(1):
            world.wiring.showtimes.withdraw(showtime.id)

        with pytest.raises(Unavailable) as refused:
            world.wiring.showtimes.reopen(showtime.id)

        assert refused.value.retry_after_s == LEASE.total_seconds()
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert world.wiring.showtimes.reopen(showtime.id).status is ShowtimeStatus.ON_SALE

    def test_order_that_can_not_be_finished_does_not_keep_the_others_waiting(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = a_showtime(world), a_showtime(world)
        for showtime in (first, second):
            with crashing(1):
                world.wiring.showtimes.withdraw(showtime.id)
        world.clock.advance(seconds=LEASE.total_seconds() + 1)
        reopen = world.wiring.stock.reopen
        stuck = showtimes.orders()[0].showtime_id

        def failing(showtime_id: str, *rest: Any) -> None:
            if showtime_id == stuck:
                raise Unavailable("The database")
            reopen(showtime_id, *rest)

        monkeypatch.setattr(world.wiring.stock, "reopen", failing)

        assert world.wiring.showtimes.resume_unfinished() == 1

        assert [order.showtime_id for order in showtimes.orders()] == [stuck]
