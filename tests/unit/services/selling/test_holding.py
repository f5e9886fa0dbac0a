from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import HoldCheckedOut, HoldExpired, SalesClosed, SeatUnavailable
from chalicelib.domain.limits import HoldLimitReached
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.seating_plans import SeatRef
from tests.support.customers import House, seats


class TestHold:
    def test_expired_hold_can_be_taken_by_another_buyer(self, house: House) -> None:
        one, other, _ = house.customers
        one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=10, seconds=1)

        hold = other.hold(house.showtime.id, "A-1", "A-2")

        assert hold.seats == seats("A-1", "A-2")

    def test_hold_lives_through_its_last_second(self, house: House) -> None:
        one, other, _ = house.customers
        one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=10)

        with pytest.raises(SeatUnavailable) as refused:
            other.hold(house.showtime.id, "A-1", "A-2")

        assert refused.value.seats == seats("A-1", "A-2")

    def test_refused_hold_takes_nothing(self, house: House) -> None:
        one, other, _ = house.customers
        one.hold(house.showtime.id, "A-1", "A-2")
        before = house.claims()

        with pytest.raises(SeatUnavailable):
            other.hold(house.showtime.id, "A-2", "A-3", "B-1", "B-2")

        assert house.claims() == before

    def test_repeat_of_an_early_call_tells_the_expiry_found_and_writes_nothing(self, house: House) -> None:
        one, *_ = house.customers
        first = one.hold(house.showtime.id, "A-1", "A-2", key="k")
        house.world.clock.advance(minutes=4)
        before = house.claims()

        again = one.hold(house.showtime.id, "A-1", "A-2", key="k")

        assert again.expires_at == first.expires_at
        assert house.claims() == before

    def test_repeat_of_an_early_call_cannot_turn_what_is_checked_out_back_into_a_hold(
        self, house: House
    ) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2", key="k")
        reference = one.check_out(hold).booking.reference
        before = house.claims()

        with pytest.raises(HoldCheckedOut) as refused:
            one.hold(house.showtime.id, "A-1", "A-2", key="k")

        assert refused.value.reference == reference
        assert house.claims() == before

    def test_single_seat_may_not_be_left_alone(self, house: House) -> None:
        one, *_ = house.customers

        with pytest.raises(SingleSeatLeft) as refused:
            one.hold(house.showtime.id, "A-2", "A-3")

        assert refused.value.seats == seats("A-1")

    def test_withdrawn_showtime_holds_nothing(self, house: House) -> None:
        house.selling.withdraw(house.showtime)

        with pytest.raises(SalesClosed):
            house.customers[0].hold(house.showtime.id, "A-1", "A-2")

    def test_cancelled_showtime_holds_nothing(self, house: House) -> None:
        house.selling.cancel_showtime(house.showtime.id)

        with pytest.raises(SalesClosed):
            house.customers[0].hold(house.showtime.id, "A-1", "A-2")

    def test_seats_must_be_named_once_and_of_the_plan(self, house: House) -> None:
        with pytest.raises(Invalid) as refused:
            house.customers[0].hold(house.showtime.id, "A-1", "A-1", "Z-9")

        assert [pointer for pointer, _ in refused.value.errors] == ["/seats/1/seat", "/seats/2/seat"]

    def test_party_over_two_rows_is_all_or_nothing(self, house: House) -> None:
        one, other, _ = house.customers
        one.hold(house.showtime.id, "B-1", "B-2")

        with pytest.raises(SeatUnavailable):
            other.hold(house.showtime.id, "A-1", "A-2", "B-1", "B-2")

        assert house.claims()[SeatRef("A", "1")] == 0

    def test_refused_holds_do_not_count_against_their_buyer(self, house: House) -> None:
        one, other, _ = house.customers
        one.hold(house.showtime.id, "A-1", "A-2")

        for _ in range(20):
            with pytest.raises(SeatUnavailable):
                other.hold(house.showtime.id, "A-1", "A-2")

    def test_live_holds_of_a_buyer_are_limited(self, house: House) -> None:
        one, *_ = house.customers
        for pair in (("A-1", "A-2"), ("A-3", "A-4"), ("A-5", "A-6"), ("B-1", "B-2"), ("B-3", "B-4")):
            one.hold(house.showtime.id, *pair)

        with pytest.raises(HoldLimitReached):
            one.hold(house.showtime.id, "B-5", "B-6")


class TestExtend:
    def test_hold_is_never_extended_past_twenty_minutes_from_its_first_moment(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        began_at = house.world.clock.now()
        for _ in range(4):
            house.world.clock.advance(minutes=4)
            hold = one.extend(hold)

        assert hold.expires_at == began_at + timedelta(minutes=20)

    def test_extending_by_an_older_token_does_not_shorten(self, house: House) -> None:
        one, *_ = house.customers
        first = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=5)
        extended = one.extend(first)

        again = one.extend(first)

        assert again.expires_at == extended.expires_at

    def test_late_extension_of_what_is_checked_out_is_refused(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        reference = one.check_out(hold).booking.reference
        house.world.clock.advance(minutes=1)

        with pytest.raises(HoldCheckedOut) as refused:
            one.extend(hold)

        assert refused.value.reference == reference

    def test_hold_of_a_cancelled_showtime_cannot_be_extended(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=1)
        house.selling.cancel_showtime(house.showtime.id)

        with pytest.raises(SalesClosed):
            one.extend(hold)


class TestRelease:
    def test_released_seats_sell_again(self, house: House) -> None:
        one, other, _ = house.customers
        one.release(one.hold(house.showtime.id, "A-1", "A-2"))

        assert other.hold(house.showtime.id, "A-1", "A-2").seats == seats("A-1", "A-2")

    def test_release_of_a_lapsed_hold_leaves_the_next_holder_alone(self, house: House) -> None:
        one, other, _ = house.customers
        lapsed = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=11)
        other.hold(house.showtime.id, "A-1", "A-2")
        before = house.claims()

        one.release(lapsed)

        assert house.claims() == before

    def test_release_that_meets_an_extension_each_time_is_to_be_repeated(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        rows = one.selling.holding._rows
        exchange = rows.exchange

        def overtaken(operation: str, *arguments: Any, **options: Any) -> None:
            if operation == "release":
                house.world.clock.advance(seconds=5)
                one.extend(hold)
            exchange(operation, *arguments, **options)

        monkeypatch.setattr(rows, "exchange", overtaken)

        with pytest.raises(Unavailable):
            one.release(hold)

    def test_release_by_the_first_token_releases_an_extended_hold(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=2)
        one.extend(hold)

        one.release(hold)

        assert set(house.claims().values()) == {0}

    def test_release_of_what_is_checked_out_is_refused_with_the_booking(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        reference = one.check_out(hold).booking.reference

        with pytest.raises(HoldCheckedOut) as refused:
            one.release(hold)

        assert refused.value.reference == reference


class TestChangeTypes:
    def test_another_type_is_another_quote_over_the_same_claims(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        before = house.claims()

        changed = house.selling.holding.change_types(hold, [(seat, "child") for seat in hold.seats])

        assert changed.quote.total.minor == 2 * (800 + 100)
        assert house.claims() == before

    def test_types_of_other_seats_are_refused(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")

        with pytest.raises(Invalid):
            house.selling.holding.change_types(hold, [(SeatRef("A", "1"), "child")])

    def test_expired_hold_changes_no_more(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=10)

        with pytest.raises(HoldExpired):
            house.selling.holding.change_types(hold, [(seat, "child") for seat in hold.seats])
