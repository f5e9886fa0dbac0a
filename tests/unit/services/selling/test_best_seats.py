from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import HoldAgain, HoldCheckedOut, NoBlock, SalesClosed
from chalicelib.services.selling import best_seats
from chalicelib.stores.rows import Rows, RowsRefused
from tests.support.customers import House


def test_repeat_with_the_same_key_finds_its_own_seats_before_it_chooses(house: House) -> None:
    one, *_ = house.customers
    first = one.hold_best(house.showtime.id, 2, key="k")
    house.world.clock.advance(minutes=1)

    again = one.hold_best(house.showtime.id, 2, key="k")

    assert (set(again.seats), again.expires_at) == (set(first.seats), first.expires_at)
    assert sum(1 for number in house.claims().values() if number) == 2


def test_repeat_after_check_out_names_the_booking(house: House) -> None:
    one, *_ = house.customers
    booking = one.check_out(one.hold_best(house.showtime.id, 2, key="k")).booking

    with pytest.raises(HoldCheckedOut) as refused:
        one.hold_best(house.showtime.id, 2, key="k")

    assert refused.value.reference == booking.reference


def test_two_blocks_of_one_request_are_not_taken_for_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both of two repeats at once had found nothing of their own."""
    one, *_ = house.customers
    with monkeypatch.context() as patch:
        patch.setattr(best_seats, "claims_of", lambda states, own: {})
        while sum(1 for number in house.claims().values() if number) < 4:
            one.hold_best(house.showtime.id, 2, key="k")

    with pytest.raises(HoldAgain):
        one.hold_best(house.showtime.id, 2, key="k")


def test_house_sells_until_no_block_is_left_and_tells_the_largest_that_is(house: House) -> None:
    for turn in range(6):
        house.customers[turn % 3].hold_best(house.showtime.id, 2)

    with pytest.raises(NoBlock) as refused:
        house.customers[0].hold_best(house.showtime.id, 2)

    assert refused.value.largest == 0


def test_refused_choice_is_learned_from_and_another_is_tried(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, _ = house.customers
    stale = Rows.read

    def before_the_others(self: Rows, showtime_id: str, *, consistent: bool) -> object:
        states = stale(self, showtime_id, consistent=consistent)
        monkeypatch.setattr(Rows, "read", stale)
        other.hold(showtime_id, *(f"A-{n}" for n in range(1, 7)))
        return states

    monkeypatch.setattr(Rows, "read", before_the_others)

    hold = one.hold_best(house.showtime.id, 3)

    assert {seat.row_id for seat in hold.seats} == {"B"}


def test_second_refusal_makes_the_whole_house_be_read_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[set[str]] = []
    read: list[int] = []
    really_take, really_read = Rows.take, Rows.read

    def refused_twice(
        self: Rows, operation: str, showtime_id: str, seats: dict[str, object], *rest: Any
    ) -> None:
        tried.append(set(seats))
        if len(tried) > 2:
            really_take(self, operation, showtime_id, seats, *rest)  # type: ignore[arg-type]  # as it came
            return
        states = {row.row_id: row for row in really_read(self, showtime_id, consistent=True)}
        raise RowsRefused({row_id: states[row_id] for row_id in seats})

    def counted(self: Rows, showtime_id: str, *, consistent: bool) -> object:
        read.append(len(tried))
        return really_read(self, showtime_id, consistent=consistent)

    monkeypatch.setattr(Rows, "take", refused_twice)
    monkeypatch.setattr(Rows, "read", counted)

    house.customers[0].hold_best(house.showtime.id, 2)

    assert (len(tried), read) == (3, [0, 2])


def test_scrum_that_never_ends_is_unavailable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Rows, operation: str, showtime_id: str, seats: dict[str, object], *_: object) -> None:
        states = {row.row_id: row for row in self.read(showtime_id, consistent=True)}
        raise RowsRefused({row_id: states[row_id] for row_id in seats})

    monkeypatch.setattr(Rows, "take", refused)

    with pytest.raises(Unavailable):
        house.customers[0].hold_best(house.showtime.id, 2)


def test_closed_rows_are_told_from_taken_ones(house: House) -> None:
    house.selling.withdraw(house.showtime)

    with pytest.raises(SalesClosed):
        house.customers[0].hold_best(house.showtime.id, 2)


@pytest.mark.parametrize(("size", "wheelchairs"), [(0, 0), (11, 0), (2, 3)])
def test_party_that_cannot_be_is_refused(house: House, size: int, wheelchairs: int) -> None:
    with pytest.raises(Invalid):
        house.customers[0].hold_best(house.showtime.id, size, wheelchairs=wheelchairs)


def test_type_that_the_seats_found_are_not_sold_as_is_pointed_at_in_the_party(house: House) -> None:
    one, *_ = house.customers
    price_list = house.selling.scheduled.prices_of(house.showtime)
    unsold = {pair: price for pair, price in price_list.prices.items() if pair[0] != "child"}
    with pytest.MonkeyPatch.context() as patch:
        scheduled = one.selling.best_seats._scheduled
        patch.setattr(scheduled, "prices_of", lambda showtime: replace(price_list, prices=unsold))

        with pytest.raises(Invalid) as refused:
            one.hold_best(house.showtime.id, 2, ticket_type="child")

    assert [pointer for pointer, _ in refused.value.errors] == ["/party"]
