"""What operations cost in DynamoDB's units (ConsumedCapacity), by the figures that `make bench` prints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import units
from bench.meter import metered
from tests.support.builders import a_showtime
from tests.support.cloud import Cloud
from tests.support.races import a_real_world
from tests.support.world import World


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with a_real_world(cloud) as made:
        yield made


def test_hold_of_one_to_ten_seats_in_a_row_is_one_write(world: World) -> None:
    showtime = a_showtime(world, rows=2, seats=20)

    writes = [units.writes_of_hold(world, showtime, number) for number in range(1, 11)]

    assert writes == [1.0] * 10


def test_availability_of_three_hundred_sold_seats_is_at_most_one_and_a_half_reads(world: World) -> None:
    showtime = a_showtime(world, rows=15, seats=20)

    assert units.reads_of_sold_out(world, showtime, 15, 20) <= 1.5


@pytest.mark.parametrize("who", ["guest", "customer"])
@pytest.mark.parametrize("plan", ["cold", "warm"])
@pytest.mark.parametrize("seats", [50, 1000])
def test_booking_of_two_costs_the_same_in_every_room(world: World, who: str, plan: str, seats: int) -> None:
    showtime = a_showtime(world, rows=units.ROOMS[seats][0], seats=units.ROOMS[seats][1])
    if plan == "cold":
        units.forget_what_is_kept(world)
    else:
        units.sell(world, showtime, who=who)

    sold = units.sell(world, showtime, who=who)

    assert sold.write == units.BOOKING_WRITES
    assert sold.read <= units.BOOKING_READS


def test_booking_of_two_costs_the_same_beside_a_hundred_times_as_much(cloud: Cloud) -> None:
    with a_real_world(cloud) as world:
        for figure in units.crowded(world):
            assert not figure.is_missed, figure


def test_meter_counts_indices_and_sizes(world: World) -> None:
    """The control: what costs more is told to cost more."""
    showtime = a_showtime(world, rows=20, seats=50)
    rows = world.wiring.stock._rows

    with metered() as meter:
        rows.read(showtime.id, consistent=True)
        rows.read(showtime.id, consistent=False)

    strong, weak = (call.read for call in meter.calls)
    assert strong == 2 * weak >= 2
