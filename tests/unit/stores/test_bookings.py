"""Bookings on moto, one thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.bookings import Attempt, AttemptState, Booking, BookingState, UndoReason
from chalicelib.domain.money import Money
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores import keys, tables
from chalicelib.stores.bookings import BookingKey, BookingModel, BookingMoved, Bookings, DueKey, conditions
from chalicelib.stores.clearances import Clearances
from tests.support.sizes import KB, item_size
from tests.support.world import a_world
from tests.unit.domain.test_bookings import NOW, a_booking


@pytest.fixture(scope="module", autouse=True)
def _tables() -> Iterator[None]:
    with a_world():
        yield


@pytest.fixture
def bookings() -> Bookings:
    return Bookings()


def stored(own: int, **changes: Any) -> Booking:
    return Bookings().put_if_absent(a_booking(1200, 800, own=own, **changes))


class TestPut:
    def test_booking_reads_back_as_it_was_put(self, bookings: Bookings) -> None:
        booking = stored(1, due_at=NOW + timedelta(minutes=14), name="Ada", email="ada@people.example")

        assert bookings.get("K7M2QX", 1) == booking

    def test_second_put_finds_the_first(self, bookings: Bookings) -> None:
        first = stored(2)

        assert bookings.put_if_absent(replace(first, name="Somebody Else")) == first

    def test_microseconds_are_not_kept_and_not_given(self, bookings: Bookings) -> None:
        booking = stored(3, changed_at=datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC))

        assert booking.changed_at.microsecond == 123000
        assert bookings.get("K7M2QX", 3) == booking


class TestChange:
    def test_what_differs_is_written(self, bookings: Bookings) -> None:
        old = stored(10)

        new = bookings.change(old, replace(old, state=BookingState.CANCELLING, reason=UndoReason.CUSTOMER))

        assert bookings.get("K7M2QX", 10) == new

    def test_instant_that_is_gone_is_removed(self, bookings: Bookings) -> None:
        old = stored(11, due_at=NOW)

        bookings.change(old, replace(old, due_at=None))

        assert bookings.due_before(keys.due_shard(11), NOW + timedelta(days=1), 10) == []

    def test_booking_that_moved_is_refused_with_how_it_is(self, bookings: Bookings) -> None:
        old = stored(12)
        current = bookings.change(old, replace(old, state=BookingState.CANCELLING))

        with pytest.raises(BookingMoved) as moved:
            bookings.change(old, replace(old, fee=Money(7, "EUR")))

        assert moved.value.current == current

    def test_repeat_of_ones_own_success_is_a_success(self, bookings: Bookings) -> None:
        """The SDK repeats a write whose answer was lost, with instants finer than the store keeps them."""
        old = stored(13)
        at = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
        new = replace(old, state=BookingState.CANCELLING, changed_at=at)
        first = bookings.change(old, new)

        assert bookings.change(old, new) == first

    def test_step_outside_the_table_is_a_defect(self, bookings: Bookings) -> None:
        old = stored(14)

        with pytest.raises(AssertionError):
            bookings.change(old, replace(old, state=BookingState.PENDING))

    def test_condition_names_state_generation_tickets_and_attempts(self) -> None:
        assert set(conditions(BookingModel("S#K7M2QX", "B#1", state="pending", tickets=[], attempts=[]))) == {
            "state",
            "generation",
            "tickets",
            "attempts",
        }

    @pytest.mark.parametrize(
        "move",
        [
            lambda b: replace(b, state=BookingState.CANCELLING),
            lambda b: replace(b, generation=1),
            lambda b: replace(b, tickets=(replace(b.tickets[0], admitted_at=NOW), *b.tickets[1:])),
            lambda b: b.with_attempt(Attempt(2, AttemptState.FAILED, b.total, Money(0, "EUR"))),
        ],
        ids=["state", "generation", "tickets", "attempts"],
    )
    def test_change_of_any_of_them_refuses_a_stale_writer(self, bookings: Bookings, move: Any) -> None:
        own = next(_free)
        old = stored(own)
        bookings.change(old, move(old))

        with pytest.raises(BookingMoved):
            bookings.change(old, replace(old, name="Stale"))


_free = iter(range(100, 200))


class TestQueries:
    def test_bookings_of_a_showtime_are_its_own(self, bookings: Bookings) -> None:
        for own in (1, 2):
            bookings.put_if_absent(a_booking(1000, own=own, showtime_id="SHOW01"))
        bookings.put_if_absent(a_booking(1000, own=3, showtime_id="SHOW02"))

        assert [booking.own for booking in bookings.of_showtime("SHOW01")] == [1, 2]

    def test_customers_bookings_come_newest_first_and_page_on(self, bookings: Bookings) -> None:
        for own in range(4):
            at = NOW + timedelta(minutes=own)
            bookings.put_if_absent(
                a_booking(1000, own=own, showtime_id="SHOW03", customer="U#PAGER", created_at=at)
            )

        first = bookings.of_customer("U#PAGER", limit=3)
        rest = bookings.of_customer("U#PAGER", before=first[-1][1], limit=3)

        assert [key.own for key, _ in (*first, *rest)] == [3, 2, 1, 0]

    def test_many_come_in_the_order_asked_without_those_that_are_gone(self, bookings: Bookings) -> None:
        for own in (1, 2):
            bookings.put_if_absent(a_booking(1000, own=own, showtime_id="SHOW04"))
        wanted = [BookingKey("SHOW04", own) for own in (2, 9, 1)]

        assert [booking.own for booking in bookings.get_many(wanted)] == [2, 1]

    def test_what_is_due_comes_longest_due_first_and_not_before_its_time(self, bookings: Bookings) -> None:
        shard = keys.due_shard(7)
        for own, minutes in ((7, 5), (23, 1), (39, 60)):
            due_at = NOW + timedelta(minutes=minutes)
            bookings.put_if_absent(a_booking(1000, own=own, showtime_id="SHOW05", due_at=due_at))

        due = bookings.due_before(shard, NOW + timedelta(minutes=5), 10)

        assert due == [DueKey("SHOW05", 23), DueKey("SHOW05", 7)]

    def test_every_own_digits_are_due_in_one_of_the_shards(self) -> None:
        assert {keys.due_shard(own) for own in range(100)} == set(keys.due_shards())

    def test_clearance_is_due_beside_the_bookings(self, bookings: Bookings) -> None:
        Clearances().order("SHOW06", NOW)

        assert DueKey("SHOW06", None) in bookings.due_before(keys.due_shard(0), NOW, 50)

    def test_clearance_that_is_done_is_not_postponed_into_being(self, bookings: Bookings) -> None:
        clearances = Clearances()
        clearances.order("SHOW07", NOW)
        clearances.done("SHOW07")

        clearances.postpone("SHOW07", NOW)

        key = keys.clearance("SHOW07")
        found = tables.client().get_item(
            TableName=tables.table_name("sales"), Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        )
        assert "Item" not in found


class TestSize:
    def test_booking_of_two_seats_is_one_write_unit_through_all_its_life(self, bookings: Bookings) -> None:
        """With a long name and address, all instants, two attempts and a refund: the largest a usual one gets."""
        booking = a_booking(
            1250,
            990,
            own=4815162342,
            showtime_id="SIZE01",
            name="Maximiliane Wolkenstein-Oberhauser",
            email="maximiliane.wolkenstein-oberhauser@mail.people.example",
            due_at=NOW + timedelta(hours=6),
            reason=UndoReason.SHOWTIME_CANCELLED,
            state=BookingState.CANCELLING,
            generation=1,
            paid_by=2,
        )
        tickets = tuple(
            replace(ticket, seat=SeatRef("A12", f"1{i}8"), ticket_type="student", admitted_at=NOW)
            for i, ticket in enumerate(booking.tickets)
        )
        total = replace(booking, tickets=tickets).total
        booking = replace(booking, tickets=tickets)
        booking = booking.with_attempt(Attempt(1, AttemptState.FAILED, total, Money(0, "EUR")))
        booking = booking.with_attempt(Attempt(2, AttemptState.REFUNDING, total, total))

        bookings.put_if_absent(booking)

        assert item_size(_item("SIZE01", booking.own)) < KB


def _item(showtime_id: str, own: int) -> dict[str, Any]:
    key = keys.booking(showtime_id, own)
    found = tables.client().get_item(
        TableName=tables.table_name("sales"), Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    )
    return dict(found["Item"])
