"""Changing, withdrawing, deleting and cancelling showtimes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.principals import NotFound
from chalicelib.domain.showtimes import (
    ShowtimeFinal,
    ShowtimeHasBookings,
    ShowtimesOverlap,
    ShowtimeStatus,
)
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.stores import showtimes
from tests.support.builders import HEAD_OFFICE, a_price_list, a_showtime
from tests.support.people import a_user
from tests.support.shop import Shopper
from tests.support.showtimes import details_of, is_open, is_shown, rows_of, slots
from tests.support.world import World


class TestChange:
    def test_moved_showtime_leaves_its_old_time_free(self, world: World) -> None:
        showtime = a_showtime(world)
        later = showtime.starts_at + timedelta(days=3)

        moved = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, starts_at=later), HEAD_OFFICE
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
            showtime.id, showtime.version, details_of(showtime, starts_at=to), HEAD_OFFICE
        )

        assert slots(world, moved) == [moved.id]
        assert is_shown(world, moved)

    def test_move_onto_another_showtime_is_refused_and_changes_nothing(self, world: World) -> None:
        first = a_showtime(world)
        room = world.wiring.catalogue.auditorium(first.auditorium_id)
        second = a_showtime(world, auditorium=room, starts_at=first.starts_at + timedelta(days=1))

        with pytest.raises(ShowtimesOverlap):
            world.wiring.showtimes.change(
                second.id, second.version, details_of(second, starts_at=first.starts_at), HEAD_OFFICE
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
                HEAD_OFFICE,
            )

        assert refused.value.sold == 2
        assert world.wiring.showtimes.read(showtime.id) == showtime
        assert is_open(world, showtime)

    def test_showtime_with_held_seats_does_not_move(self, world: World) -> None:
        showtime = a_showtime(world)
        assert Shopper(world, a_user(world)).hold(showtime.id, "A-1").status == 201

        with pytest.raises(ShowtimeHasBookings) as refused:
            world.wiring.showtimes.change(
                showtime.id, showtime.version, details_of(showtime, language="de"), HEAD_OFFICE
            )

        assert (refused.value.sold, refused.value.held) == (0, 1)

    def test_hold_that_lapsed_a_moment_ago_may_still_be_checked_out(self, world: World) -> None:
        showtime = a_showtime(world)
        assert Shopper(world, a_user(world)).hold(showtime.id, "A-1").status == 201
        elsewhen = details_of(showtime, language="de")

        world.clock.advance(minutes=11)
        with pytest.raises(ShowtimeHasBookings):
            world.wiring.showtimes.change(showtime.id, showtime.version, elsewhen, HEAD_OFFICE)
        world.clock.advance(minutes=1)
        assert (
            world.wiring.showtimes.change(showtime.id, showtime.version, elsewhen, HEAD_OFFICE).language
            == "de"
        )

    def test_price_list_changes_under_sold_seats(self, world: World) -> None:
        showtime = a_showtime(world)
        Shopper(world, a_user(world)).buy(showtime.id, "A-1", "A-2")
        dearer = a_price_list(world, world.wiring.catalogue.cinema(showtime.cinema_id), adult=5000)

        changed = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, price_list_id=dearer.id), HEAD_OFFICE
        )

        assert changed.price_list_id == dearer.id
        assert is_open(world, changed)

    def test_close_of_sales_reaches_the_rows(self, world: World) -> None:
        showtime = a_showtime(world)

        changed = world.wiring.showtimes.change(
            showtime.id, showtime.version, details_of(showtime, sales_close_minutes=-60), HEAD_OFFICE
        )

        assert changed.sales_close_at == showtime.starts_at - timedelta(hours=1)
        assert is_open(world, changed)

    def test_stale_version_is_refused(self, world: World) -> None:
        showtime = a_showtime(world)

        with pytest.raises(VersionStale) as refused:
            world.wiring.showtimes.change(showtime.id, 1, details_of(showtime, language="de"), HEAD_OFFICE)

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
            showtime.id, showtime.version, details_of(showtime, language="de"), HEAD_OFFICE
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
