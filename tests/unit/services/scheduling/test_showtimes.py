from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.auditoriums import AuditoriumHasNoPlan
from chalicelib.domain.cinemas import CinemaNotPublished
from chalicelib.domain.errors import Invalid, Unavailable, VersionStale
from chalicelib.domain.principals import NotFound
from chalicelib.domain.programmes import Programme, Slot
from chalicelib.domain.showtimes import (
    Showtime,
    ShowtimeFinal,
    ShowtimeHasBookings,
    ShowtimesOverlap,
    ShowtimeStatus,
)
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.services.scheduling.orders import LEASE
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import movies, programmes, showtimes
from chalicelib.stores.rows import Rows
from tests.support.builders import a_cinema, a_movie, a_price_list, a_showtime, an_auditorium
from tests.support.crashes import crashing
from tests.support.people import a_user
from tests.support.shop import Shopper
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def details_of(showtime: Showtime, **changes: object) -> ShowtimeDetails:
    details = ShowtimeDetails(
        auditorium_id=showtime.auditorium_id,
        movie_id=showtime.movie_id,
        price_list_id=showtime.price_list_id,
        starts_at=showtime.starts_at,
        extra_minutes=10,
        sales_close_minutes=0,
        format=showtime.format,
        language=showtime.language,
        subtitles=showtime.subtitles,
    )
    return replace(details, **changes)  # type: ignore[arg-type]  # the tests' own keywords


def rows_of(world: World, showtime: Showtime) -> list[tuple[int, bool]]:
    """(open until, cancelled) of each row."""
    states = Rows(world.wiring.ids).read(showtime.id, consistent=True)
    return [(state.open_until_s, state.cancelled) for state in states]


def is_open(world: World, showtime: Showtime) -> bool:
    return set(rows_of(world, showtime)) == {(int(showtime.sales_close_at.timestamp()), False)}


def slots(world: World, showtime: Showtime) -> list[str]:
    found = programmes.since(showtime.auditorium_id, showtime.business_date - timedelta(days=9))
    return [slot.showtime_id for day in found for slot in day.slots]


def is_shown(world: World, showtime: Showtime) -> bool:
    found = movies.showings_from(showtime.movie_id, world.clock.now() - timedelta(days=9), 100)
    return showtime.id in [showtime_id for _, showtime_id in found]


class TestSchedule:
    def test_showtime_is_on_sale_with_all_its_rows(self, world: World) -> None:
        showtime = a_showtime(world)

        assert showtime.status is ShowtimeStatus.ON_SALE
        assert is_open(world, showtime)
        assert slots(world, showtime) == [showtime.id]
        assert showtimes.orders() == []

    def test_showtime_ends_after_the_movie_and_what_is_added(self, world: World) -> None:
        showtime = a_showtime(world, movie=a_movie(world, duration_minutes=100))

        assert showtime.ends_at - showtime.starts_at == timedelta(minutes=110)

    def test_overlap_is_refused_cleaning_included(self, world: World) -> None:
        room = an_auditorium(world, cleaning_minutes=20)
        first = a_showtime(world, auditorium=room)

        with pytest.raises(ShowtimesOverlap) as refused:
            a_showtime(world, auditorium=room, starts_at=first.ends_at + timedelta(minutes=19))

        assert refused.value.showtime_id == first.id
        assert refused.value.free_at == first.ends_at + timedelta(minutes=20)

    def test_next_showtime_may_begin_when_cleaning_ends(self, world: World) -> None:
        room = an_auditorium(world, cleaning_minutes=20)
        first = a_showtime(world, auditorium=room)

        a_showtime(world, auditorium=room, starts_at=first.ends_at + timedelta(minutes=20))

    def test_overlap_over_the_change_of_business_date_is_refused(self, world: World) -> None:
        room = an_auditorium(world, cinema=a_cinema(world, time_zone="UTC", day_starts_hour=6))
        before_six = world.clock.now().replace(hour=5, minute=0) + timedelta(days=2)
        first = a_showtime(world, auditorium=room, starts_at=before_six)

        with pytest.raises(ShowtimesOverlap):
            a_showtime(world, auditorium=room, starts_at=before_six + timedelta(hours=1, minutes=30))

        assert first.business_date == before_six.date() - timedelta(days=1)

    def test_other_room_is_free_at_the_same_time(self, world: World) -> None:
        cinema = a_cinema(world)
        first = a_showtime(world, auditorium=an_auditorium(world, cinema=cinema, code="S1"))

        a_showtime(
            world, auditorium=an_auditorium(world, cinema=cinema, code="S2"), starts_at=first.starts_at
        )

    def test_same_request_gives_the_same_showtime(self, world: World) -> None:
        first = a_showtime(world, request="one")

        again = world.wiring.showtimes.schedule(details_of(first), "one")

        assert again == first

    def test_same_time_by_another_request_is_an_overlap(self, world: World) -> None:
        first = a_showtime(world, request="one")

        with pytest.raises(ShowtimesOverlap):
            world.wiring.showtimes.schedule(details_of(first), "two")

    def test_two_people_at_the_same_moment_make_one_showtime(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = an_auditorium(world)
        prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))
        movie = a_movie(world)
        starts_at = world.clock.now() + timedelta(days=1)
        rival: list[Showtime] = []

        def reading(
            read: Callable[..., list[Programme]],
        ) -> Callable[..., list[Programme]]:
            def interleaved(*args: object) -> list[Programme]:
                days = read(*args)
                if not rival:
                    rival.append(
                        Showtime.__new__(Showtime)
                    )  # so that the rival's own reading goes straight through
                    rival[0] = a_showtime(
                        world, auditorium=room, movie=movie, price_list=prices, starts_at=starts_at
                    )
                return days

            return interleaved

        monkeypatch.setattr(programmes, "read", reading(programmes.read))

        with pytest.raises(ShowtimesOverlap) as refused:
            a_showtime(
                world,
                auditorium=room,
                movie=movie,
                price_list=prices,
                starts_at=starts_at + timedelta(minutes=30),
            )

        assert refused.value.showtime_id == rival[0].id
        assert slots(world, rival[0]) == [rival[0].id]

    def test_taken_code_is_replaced_by_another(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        first = a_showtime(world)
        codes = iter([first.id, "WORKER", "ZZZZZZ", "WORKER"])
        monkeypatch.setattr(world.wiring.ids, "code", lambda length: next(codes))

        second = a_showtime(world, request="another")

        assert second.id == "ZZZZZZ"

    def test_room_without_plan_is_refused(self, world: World) -> None:
        room = an_auditorium(world)
        world.wiring.auditoriums.change(
            room.id, room.version, AuditoriumDetails(room.name, "", room.cleaning_minutes, room.formats)
        )

        with pytest.raises(AuditoriumHasNoPlan):
            a_showtime(world, auditorium=room)

    def test_draft_cinema_is_refused(self, world: World) -> None:
        room = an_auditorium(world, cinema=a_cinema(world, published=False))

        with pytest.raises(CinemaNotPublished):
            a_showtime(world, auditorium=room)

    def test_deleted_room_is_not_found(self, world: World) -> None:
        room = an_auditorium(world)
        prices = a_price_list(world, world.wiring.catalogue.cinema(room.cinema_id))
        world.wiring.auditoriums.delete(room.id, room.version)

        with pytest.raises(NotFound):
            a_showtime(world, auditorium=room, price_list=prices)

    @pytest.mark.parametrize(
        ("pointer", "changes"),
        [
            ("/format", {"format": "IMAX"}),
            ("/language", {"language": "hi"}),
            ("/movie_id", {"movie_id": "01M7WD7TG017KTAKC7QQ0ZE0KT"}),
            ("/price_list_id", {"price_list_id": "01M7WD7TG017KTAKC7QQ0ZE0KT"}),
        ],
    )
    def test_what_does_not_fit_is_pointed_at(
        self, world: World, pointer: str, changes: dict[str, str]
    ) -> None:
        showtime = a_showtime(world)

        with pytest.raises(Invalid) as refused:
            world.wiring.showtimes.schedule(details_of(showtime, **changes), "two")

        assert [each for each, _ in refused.value.errors] == [pointer]

    def test_price_list_of_another_cinema_is_refused(self, world: World) -> None:
        with pytest.raises(Invalid):
            a_showtime(
                world, auditorium=an_auditorium(world), price_list=a_price_list(world, a_cinema(world))
            )

    def test_time_that_is_over_is_refused(self, world: World) -> None:
        with pytest.raises(Invalid) as refused:
            a_showtime(world, starts_in=timedelta(0))

        assert refused.value.errors[0][0] == "/starts_at"


class TestScheduleCutOff:
    """A kill at any write leaves a showtime that the same request, or the job, makes whole.

    Before each write is enough: after one is before the next, and reading changes nothing.
    """

    @staticmethod
    def _writes(world: World, details: ShowtimeDetails) -> int:
        with crashing() as seen:
            made = world.wiring.showtimes.schedule(details, "counted")
        world.wiring.showtimes.delete(made.id, made.version)
        return seen.writes

    def _details(self, world: World) -> ShowtimeDetails:
        first = a_showtime(world, rows=2)
        return details_of(first, starts_at=first.starts_at + timedelta(days=2))

    def test_same_request_repeated_makes_it_whole(self, world: World) -> None:
        details = self._details(world)
        for at in range(self._writes(world, details)):
            with crashing(at) as crash:
                world.wiring.showtimes.schedule(details, f"request {at}")
            assert crash.died

            made = world.wiring.showtimes.schedule(details, f"request {at}")

            assert made.status is ShowtimeStatus.ON_SALE
            assert is_open(world, made)
            assert slots(world, made).count(made.id) == 1
            assert showtimes.orders() == []
            world.wiring.showtimes.delete(made.id, made.version)

    def test_job_makes_it_whole(self, world: World) -> None:
        details = self._details(world)
        for at in range(self._writes(world, details)):
            with crashing(at) as crash:
                world.wiring.showtimes.schedule(details, f"request {at}")
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
            world.wiring.showtimes.schedule(details, "cut off")

        (slot,) = [slot for slot in self._slots(details) if slot.starts_at == details.starts_at]

        with pytest.raises(NotFound):
            world.wiring.showtimes.read(slot.showtime_id)
        assert not world.wiring.scheduling.showtime(slot.showtime_id).is_listed


class TestChange:
    def test_moved_showtime_leaves_its_old_time_free(self, world: World) -> None:
        showtime = a_showtime(world)
        later = showtime.starts_at + timedelta(days=3)

        moved = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, starts_at=later)
        )

        assert (moved.starts_at, moved.version) == (later, showtime.version + 1)
        assert slots(world, moved) == [moved.id]
        assert is_open(world, moved)
        a_showtime(
            world,
            auditorium=world.wiring.catalogue.auditorium(showtime.auditorium_id),
            starts_at=showtime.starts_at,
        )

    @pytest.mark.parametrize("days", [0, 1, -1, 5])
    def test_showtime_moves_to_any_day(self, world: World, days: int) -> None:
        showtime = a_showtime(world, starts_in=timedelta(days=2))
        to = showtime.starts_at + timedelta(days=days, minutes=30)

        moved = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, starts_at=to)
        )

        assert slots(world, moved) == [moved.id]
        assert is_shown(world, moved)

    def test_move_onto_another_showtime_is_refused_and_changes_nothing(self, world: World) -> None:
        first = a_showtime(world)
        room = world.wiring.catalogue.auditorium(first.auditorium_id)
        second = a_showtime(world, auditorium=room, starts_at=first.starts_at + timedelta(days=1))

        with pytest.raises(ShowtimesOverlap):
            world.wiring.showtimes.change(
                second.id, second.version, details_of(second, starts_at=first.starts_at)
            )

        assert world.wiring.showtimes.read(second.id) == second
        assert is_open(world, second)
        assert showtimes.orders() == []

    def test_showtime_with_sold_seats_does_not_move(self, world: World) -> None:
        showtime = a_showtime(world)
        Shopper(world, a_user(world)).buy(showtime.id, "A-1", "A-2")

        with pytest.raises(ShowtimeHasBookings) as refused:
            world.wiring.showtimes.change(
                showtime.id,
                showtime.version,
                details_of(showtime, starts_at=showtime.starts_at + timedelta(hours=1)),
            )

        assert refused.value.sold == 2
        assert world.wiring.showtimes.read(showtime.id) == showtime
        assert is_open(world, showtime)

    def test_showtime_with_held_seats_does_not_move(self, world: World) -> None:
        showtime = a_showtime(world)
        assert Shopper(world, a_user(world)).hold(showtime.id, "A-1").status == 201

        with pytest.raises(ShowtimeHasBookings) as refused:
            world.wiring.showtimes.change(showtime.id, showtime.version, details_of(showtime, language="de"))

        assert (refused.value.sold, refused.value.held) == (0, 1)

    def test_hold_that_lapsed_a_moment_ago_may_still_be_checked_out(self, world: World) -> None:
        showtime = a_showtime(world)
        assert Shopper(world, a_user(world)).hold(showtime.id, "A-1").status == 201
        elsewhen = details_of(showtime, language="de")

        world.clock.advance(minutes=11)
        with pytest.raises(ShowtimeHasBookings):
            world.wiring.showtimes.change(showtime.id, showtime.version, elsewhen)
        world.clock.advance(minutes=1)
        assert world.wiring.showtimes.change(showtime.id, showtime.version, elsewhen).language == "de"

    def test_price_list_changes_under_sold_seats(self, world: World) -> None:
        showtime = a_showtime(world)
        Shopper(world, a_user(world)).buy(showtime.id, "A-1", "A-2")
        dearer = a_price_list(world, world.wiring.catalogue.cinema(showtime.cinema_id), adult=5000)

        changed = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, price_list_id=dearer.id)
        )

        assert changed.price_list_id == dearer.id
        assert is_open(world, changed)

    def test_close_of_sales_reaches_the_rows(self, world: World) -> None:
        showtime = a_showtime(world)

        changed = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, sales_close_minutes=-60)
        )

        assert changed.sales_close_at == showtime.starts_at - timedelta(hours=1)
        assert is_open(world, changed)

    def test_stale_version_is_refused(self, world: World) -> None:
        showtime = a_showtime(world)

        with pytest.raises(VersionStale) as refused:
            world.wiring.showtimes.change(showtime.id, 1, details_of(showtime, language="de"))

        assert refused.value.current_version == showtime.version

    def test_plan_that_the_room_takes_later_leaves_showtimes_theirs(self, world: World) -> None:
        showtime = a_showtime(world)
        room = world.wiring.auditoriums.read(showtime.auditorium_id)
        plan = world.wiring.seating_plans.latest(room.plan_id)
        world.wiring.seating_plans.change(plan.id, 1, "Smaller", plan.rows[:1])
        world.wiring.auditoriums.change(
            room.id,
            room.version,
            AuditoriumDetails(room.name, plan.id, room.cleaning_minutes, room.formats),
        )

        changed = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, language="de")
        )

        assert (changed.plan_version, changed.capacity) == (1, 50)


class TestWithdraw:
    def test_withdrawn_showtime_holds_nothing_and_keeps_its_bookings(self, world: World) -> None:
        showtime = a_showtime(world)
        shopper = Shopper(world, a_user(world))
        reference = shopper.buy(showtime.id, "A-1", "A-2")

        withdrawn = world.wiring.showtimes.withdraw(showtime.id)

        assert withdrawn.status is ShowtimeStatus.WITHDRAWN
        assert shopper.hold(showtime.id, "B-1", "B-2").problem == "sales-closed"
        assert shopper.booking(reference).json["state"] == "confirmed"

    def test_withdrawing_can_be_repeated(self, world: World) -> None:
        showtime = a_showtime(world)

        assert world.wiring.showtimes.withdraw(showtime.id) == world.wiring.showtimes.withdraw(showtime.id)

    def test_reopened_showtime_sells_again(self, world: World) -> None:
        showtime = a_showtime(world)
        world.wiring.showtimes.withdraw(showtime.id)

        reopened = world.wiring.showtimes.reopen(showtime.id)

        assert reopened.status is ShowtimeStatus.ON_SALE
        assert Shopper(world, a_user(world)).hold(showtime.id, "B-1", "B-2").status == 201


class TestDelete:
    def test_deleted_showtime_frees_its_room_and_sells_nothing(self, world: World) -> None:
        showtime = a_showtime(world)

        world.wiring.showtimes.delete(showtime.id, showtime.version)

        with pytest.raises(NotFound):
            world.wiring.showtimes.read(showtime.id)
        assert slots(world, showtime) == []
        assert not is_shown(world, showtime)
        assert set(rows_of(world, showtime)) == {(0, False)}

    def test_showtime_with_sold_seats_is_not_deleted(self, world: World) -> None:
        showtime = a_showtime(world)
        Shopper(world, a_user(world)).buy(showtime.id, "A-1", "A-2")

        with pytest.raises(ShowtimeHasBookings):
            world.wiring.showtimes.delete(showtime.id, showtime.version)

        assert is_open(world, showtime)

    def test_deleted_showtime_can_not_be_changed_any_more(self, world: World) -> None:
        showtime = a_showtime(world)
        world.wiring.showtimes.delete(showtime.id, showtime.version)

        for change in (world.wiring.showtimes.withdraw, world.wiring.showtimes.cancel):
            with pytest.raises(NotFound):
                change(showtime.id)


class TestCancel:
    def test_cancelled_showtime_frees_its_room_and_flags_its_rows(self, world: World) -> None:
        showtime = a_showtime(world)

        cancelled = world.wiring.showtimes.cancel(showtime.id)

        assert cancelled.status is ShowtimeStatus.CANCELLED
        assert slots(world, showtime) == []
        assert all(flagged for _, flagged in rows_of(world, showtime))

    def test_showtime_is_cancelled_before_its_bookings_are_undone(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        showtime = a_showtime(world)
        seen: list[ShowtimeStatus] = []
        monkeypatch.setattr(
            world.wiring.showtimes,
            "_cancel_sales",
            lambda showtime_id: seen.append(world.wiring.showtimes.read(showtime_id).status),
        )

        world.wiring.showtimes.cancel(showtime.id)

        assert seen == [ShowtimeStatus.CANCELLED]

    def test_bookings_of_a_cancelled_showtime_are_paid_back(self, world: World) -> None:
        showtime = a_showtime(world)
        shopper = Shopper(world, a_user(world))
        reference = shopper.buy(showtime.id, "A-1", "A-2")

        world.wiring.showtimes.cancel(showtime.id)

        assert shopper.booking(reference).json["state"] in ("cancelling", "cancelled")
        assert world.payments.net(f"{reference}/1") == 0

    def test_cancelling_can_be_repeated(self, world: World) -> None:
        showtime = a_showtime(world)

        assert world.wiring.showtimes.cancel(showtime.id) == world.wiring.showtimes.cancel(showtime.id)

    def test_cancelled_showtime_stays_cancelled(self, world: World) -> None:
        showtime = a_showtime(world)
        cancelled = world.wiring.showtimes.cancel(showtime.id)

        with pytest.raises(ShowtimeFinal):
            world.wiring.showtimes.reopen(showtime.id)
        with pytest.raises(ShowtimeFinal):
            world.wiring.showtimes.delete(showtime.id, cancelled.version)


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
                service.change(showtime.id, showtime.version, to)
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
