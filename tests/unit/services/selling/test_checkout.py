from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.bookings import (
    MAX_ATTEMPTS,
    AttemptState,
    BookingClosed,
    BookingDiffers,
    BookingState,
    PaymentDeclined,
    PaymentUnderWay,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.holds import HoldAgain, HoldExpired, SalesClosed
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import Choice
from tests.support.customers import House

_STARTED = AttemptState.STARTED


class TestCheckOut:
    def test_two_tabs_get_the_same_booking(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")

        first, second = one.check_out(hold), one.check_out(hold)

        assert first.booking == second.booking
        assert first.payment == second.payment

    def test_other_details_over_the_same_hold_are_refused(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        one.check_out(hold)

        with pytest.raises(BookingDiffers):
            one.check_out(hold, name="Somebody Else")

    def test_expired_hold_is_refused(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.world.clock.advance(minutes=10)

        with pytest.raises(HoldExpired):
            one.check_out(hold)

    def test_repeat_after_the_hold_has_expired_opens_the_booking(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        first = one.check_out(hold)
        house.world.clock.advance(minutes=11)

        assert one.check_out(hold).booking == first.booking

    def test_hold_of_a_cancelled_showtime_is_refused_as_closed(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.selling.cancel_showtime(house.showtime.id)

        with pytest.raises(SalesClosed):
            one.check_out(hold)

    def test_withdrawn_showtime_still_lets_its_holds_check_out(self, house: House) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        house.selling.withdraw(house.showtime)

        assert one.check_out(hold).booking.state is BookingState.PENDING

    def test_strangers_digits_are_never_adopted_and_their_claims_never_released(self, house: House) -> None:
        one, other, _ = house.customers
        booking = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking
        # One chance in ten thousand million: another hold has the same own digits.
        twin = replace(other.hold(house.showtime.id, "B-1", "B-2"), own=booking.own)
        _bear(house, twin.own, "B-1", "B-2")

        with pytest.raises(HoldAgain):
            other.check_out(twin)

        claims = {seat: claim_of(number) for seat, number in house.claims().items() if number}
        assert {seat: claim.kind for seat, claim in claims.items() if claim} == dict.fromkeys(
            booking.seats, ClaimKind.PAYING
        )

    def test_second_block_of_one_request_is_given_back_when_the_first_is_the_booking(
        self, house: House
    ) -> None:
        """Two repeats of one best-available request at once may hold two blocks under the same digits."""
        one, *_ = house.customers
        first = one.hold_best(house.showtime.id, 2, key="k")
        second = replace(one.hold(house.showtime.id, *_free_pair(house)), own=first.own, digest=first.digest)
        _bear(house, first.own, *(str(seat) for seat in second.seats))
        booking = one.check_out(first).booking

        with pytest.raises(BookingDiffers):
            one.check_out(second)

        assert {seat for seat, number in house.claims().items() if number} == set(booking.seats)

    def test_seats_held_anew_under_the_key_of_an_undone_booking_are_given_back(self, house: House) -> None:
        one, *_ = house.customers
        first = one.check_out(one.hold(house.showtime.id, "A-1", "A-2", key="k")).booking
        one.cancel(first.reference)
        anew = one.hold(house.showtime.id, "A-1", "A-2", key="k")

        with pytest.raises(HoldAgain):
            one.check_out(anew)

        assert not any(house.claims().values())
        assert one.look(first.reference).state is BookingState.CANCELLED


class TestPayAgain:
    def test_next_attempt_starts_after_the_last_has_failed(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        one.pay(reference, Choice.DECLINE)

        paying = one.pay_again(reference)

        assert [a.state for a in paying.booking.attempts] == [AttemptState.FAILED, AttemptState.STARTED]
        one.pay(reference, attempt=2)
        assert one.confirm(reference).paid_by == 2

    def test_page_that_is_open_is_given_again_and_uses_no_attempt(self, house: House) -> None:
        one, *_ = house.customers
        first = one.check_out(one.hold(house.showtime.id, "A-1", "A-2"))
        reference = first.booking.reference

        again = [one.pay_again(reference) for _ in range(MAX_ATTEMPTS + 1)]

        assert again == [first] * len(again)
        one.pay(reference)
        assert one.confirm(reference).paid_by == 1

    def test_page_that_was_opened_and_never_answered_is_given(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        one.pay(reference, Choice.DECLINE)
        second = one.pay_again(reference)

        again = one.pay_again(reference)

        assert again.payment is not None and again == second

    def test_attempt_that_was_cut_off_before_its_page_was_opened_gets_it(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        one.pay(reference, Choice.DECLINE)
        declined = one.confirm(reference)
        Bookings().change(
            declined, declined.with_attempt(replace(declined.attempts[0], number=2, state=_STARTED))
        )

        paying = one.pay_again(reference)

        assert paying.payment is not None
        assert [a.number for a in paying.booking.attempts] == [1, 2]

    def test_next_attempt_starts_after_the_provider_has_ended_the_last(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        house.world.payments.end(f"{reference}/1")

        paying = one.pay_again(reference)

        assert [a.state for a in paying.booking.attempts] == [AttemptState.ENDED, AttemptState.STARTED]
        assert paying.payment is not None

    def test_nothing_starts_beside_an_attempt_that_the_provider_tells_two_things_of(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        open_still = house.world.payments.find(f"{reference}/1")
        house.world.payments.end(f"{reference}/1")
        monkeypatch.setattr(house.world.payments, "find", lambda key: open_still)

        answered = one.pay_again(reference)

        assert [a.state for a in answered.booking.attempts] == [_STARTED]
        assert answered.payment is None

    def test_success_found_is_confirmed_instead(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        one.pay(reference, Choice.SILENT)

        assert one.pay_again(reference).booking.state is BookingState.CONFIRMED

    def test_nothing_starts_beside_a_bank_at_work(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        one.pay(reference, Choice.SLOW)

        with pytest.raises(PaymentUnderWay):
            one.pay_again(reference)

    def test_after_the_deadline_it_is_refused(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        house.world.clock.advance(minutes=14)

        with pytest.raises(BookingClosed):
            one.pay_again(reference)

    def test_tab_that_was_overtaken_goes_on_with_the_attempt_of_the_other(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        stale = one.look(reference)
        one.pay(reference, Choice.DECLINE)
        one.pay_again(reference)
        one.pay(reference, Choice.DECLINE, attempt=2)
        third = one.pay_again(reference)

        assert one.selling.checkout.pay_again(stale) == third

    def test_last_page_stays_the_customers(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        for attempt in range(1, MAX_ATTEMPTS):
            one.pay(reference, Choice.DECLINE, attempt=attempt)
            one.pay_again(reference)

        again = one.pay_again(reference)

        assert again.payment is not None
        one.pay(reference, attempt=MAX_ATTEMPTS)
        assert one.confirm(reference).state is BookingState.CONFIRMED

    def test_attempts_are_limited(self, house: House) -> None:
        one, *_ = house.customers
        reference = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking.reference
        for attempt in range(1, MAX_ATTEMPTS + 1):
            one.pay(reference, Choice.DECLINE, attempt=attempt)
            if attempt < MAX_ATTEMPTS:
                one.pay_again(reference)

        for _ in range(2):
            with pytest.raises(PaymentDeclined):
                one.pay_again(reference)


def test_booking_is_given_as_a_read_finds_it(house: House) -> None:
    one, *_ = house.customers
    house.world.clock.advance(seconds=0.123456)

    booking = one.check_out(one.hold(house.showtime.id, "A-1", "A-2")).booking

    assert Bookings().get(house.showtime.id, booking.own) == booking


def _bear(house: House, own: int, *names: str) -> None:
    """Let the seats bear their claims under these own digits."""
    from chalicelib.domain.claims import Claim
    from chalicelib.stores.rows import Rows

    claims = house.claims()
    for name in names:
        seat = SeatRef.parse(name)
        claim = claim_of(claims[seat])
        assert claim is not None
        mine = Claim(claim.expires_s, claim.kind, own, claim.generation)
        Rows(house.world.wiring.ids).exchange(
            "test",
            house.showtime.id,
            {seat.row_id: {seat.number: (claim.number, mine.number)}},
            unless_cancelled=False,
        )


def _free_pair(house: House) -> tuple[str, str]:
    taken = {seat.row_id for seat, number in house.claims().items() if number}
    row = "A" if "B" in taken else "B"
    return f"{row}-1", f"{row}-2"
