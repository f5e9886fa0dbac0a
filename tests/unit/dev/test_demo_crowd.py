"""Who sits where in the demo's houses."""

from __future__ import annotations

from random import Random

import pytest

from chalicelib.domain.holds import MAX_SEATS
from chalicelib.domain.neighbours import left_alone
from chalicelib.domain.seating_plans import ACCESSIBLE, SeatingPlan, SeatRef
from dev.demo.crowd import House
from dev.demo.data import CINEMAS, DemoRoom

ROOMS = [room for cinema in CINEMAS.values() for room in cinema.rooms if room.sold]


def a_plan(room: DemoRoom) -> SeatingPlan:
    return SeatingPlan("plan", 1, "room", room.name, room.plan_rows())


def bookings_of(plan: SeatingPlan, seats: int) -> list[tuple[SeatRef, ...]]:
    """A party of three, then as many as come until so many seats are sold."""
    house = House(plan, Random(1))
    found = [house.book(3)]
    while booked := house.book_for_parties(seats - house.sold):
        found.append(booked)
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
@pytest.mark.parametrize("per_cent", [30, 60, 100])
class TestHouse:
    def test_each_booking_obeys_the_neighbour_rule_and_takes_what_is_free(
        self, room: DemoRoom, per_cent: int
    ) -> None:
        plan = a_plan(room)
        taken: set[SeatRef] = set()

        for booked in bookings_of(plan, plan.capacity * per_cent // 100):
            assert 0 < len(booked) <= MAX_SEATS
            assert len(set(booked)) == len(booked)
            assert not taken & set(booked)
            assert all(plan.seat(ref).category not in ACCESSIBLE for ref in booked)  # type: ignore[union-attr]
            for row in plan.rows:
                own = {ref.number for ref in booked if ref.row_id == row.id}
                free = {seat.number for seat in row.seats if SeatRef(row.id, seat.number) not in taken}
                assert left_alone(row, own, free.__contains__) == ()
            taken |= set(booked)

    def test_is_sold_up_to_what_is_wanted_or_full(self, room: DemoRoom, per_cent: int) -> None:
        plan = a_plan(room)
        ordinary = sum(seat.category not in ACCESSIBLE for row in plan.rows for seat in row.seats)
        wanted = plan.capacity * per_cent // 100

        booked = [ref for each in bookings_of(plan, wanted) for ref in each]

        assert len(booked) == min(wanted, ordinary)

    def test_is_filled_by_few_bookings(self, room: DemoRoom, per_cent: int) -> None:
        plan = a_plan(room)

        sizes = [len(each) for each in bookings_of(plan, plan.capacity * per_cent // 100)]

        assert sizes[1:-1] == [MAX_SEATS] * len(sizes[1:-1])


def test_house_is_filled_the_same_way_each_time() -> None:
    plan = a_plan(ROOMS[0])

    assert bookings_of(plan, 100) == bookings_of(plan, 100)


def test_people_sit_on_both_sides_and_towards_the_back() -> None:
    room = CINEMAS["lichtburg"].rooms[0]
    plan = a_plan(room)

    booked = [ref for each in bookings_of(plan, 100) for ref in each]

    left = sum(int(ref.number) <= room.seats // 2 for ref in booked)
    back = sum(plan.row_index[ref.row_id] >= room.rows // 2 for ref in booked)
    assert 30 <= left <= 70
    assert back > 60
