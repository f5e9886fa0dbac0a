"""What selling must refuse or survive, each told in a few steps, for the tests that remove one clause at a time.

Each takes a house of two rows (A and B) of six seats and fails unless its rule holds. They meet the races of selling
without a second thread: an action is put between two writes, or a function ends right after one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.bookings import (
    AttemptState,
    BookingState,
    CannotCancel,
    UndoReason,
    cancellation_quote,
)
from chalicelib.domain.claims import hold_claim, paying_claim, sold_claim
from chalicelib.domain.holds import Hold, HoldExpired, SalesClosed, SeatUnavailable, by_row
from chalicelib.domain.instants import seconds
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.stores.bookings import BookingMoved, Bookings
from chalicelib.stores.rows import RowsRefused, every
from dev.payments.sessions import Choice
from tests.support.customers import House
from tests.support.cut_offs import (
    after_exchange,
    before_exchange,
    ends_after_change,
    ends_after_exchange,
    ends_after_take,
    first_answer_lost,
    not_after_exchange,
)
from tests.support.scenario_steps import (
    PAIR,
    comes_to_rest,
    flag_rows,
    lapsed_while_the_bank_was_at_it,
    paid,
    rows_of,
)

Scenario = Callable[[House], None]


SCENARIOS: list[Scenario] = []


def scenario(function: Scenario) -> Scenario:
    SCENARIOS.append(function)
    return function


# --- holding


@scenario
def free_seats_can_be_held_and_sold(house: House) -> None:
    booking = house.customers[0].buy(house.showtime.id, *PAIR)

    assert booking.state is BookingState.CONFIRMED
    comes_to_rest(house)


@scenario
def seat_is_held_once(house: House) -> None:
    one, other, _ = house.customers
    one.hold(house.showtime.id, *PAIR)

    with pytest.raises(SeatUnavailable):
        other.hold(house.showtime.id, *PAIR)


@scenario
def hold_whose_answer_was_lost_is_held_as_long_as_any_other(house: House) -> None:
    with first_answer_lost():
        hold = house.customers[0].hold(house.showtime.id, *PAIR)

    assert hold.latest_expiry > hold.expires_at


@scenario
def closed_rows_hold_nothing_whatever_is_kept_of_the_showtime(house: House) -> None:
    house.selling.withdraw(house.showtime)

    with pytest.raises(SalesClosed):
        house.customers[0].hold(house.showtime.id, *PAIR)


@scenario
def cancelled_rows_hold_nothing(house: House) -> None:
    flag_rows(house)

    with pytest.raises(SalesClosed):
        house.customers[0].hold(house.showtime.id, *PAIR)


@scenario
def no_single_seat_is_left_alone(house: House) -> None:
    with pytest.raises(SingleSeatLeft):
        house.customers[0].hold(house.showtime.id, "A-2", "A-3")


@scenario
def cancelled_rows_stay_as_they_are(house: House) -> None:
    flag_rows(house)
    before = house.selling.stock.rows_of(house.showtime.id)

    house.selling.reopen(house.showtime, house.showtime.starts_at.replace(year=2030))

    assert house.selling.stock.rows_of(house.showtime.id) == before


@scenario
def cancelling_makes_no_rows(house: House) -> None:
    with pytest.raises(RowsRefused):
        rows_of(house).cancel(house.showtime.id, ["Z"])


@scenario
def making_rows_again_changes_nothing(house: House) -> None:
    house.customers[0].buy(house.showtime.id, *PAIR)
    before = house.claims()

    house.selling.open(house.showtime)

    assert house.claims() == before


# --- extending, checking out, releasing


@scenario
def hold_can_be_extended(house: House) -> None:
    one, *_ = house.customers
    hold = one.hold(house.showtime.id, *PAIR)
    house.world.clock.advance(minutes=3)

    assert one.extend(hold).expires_at > hold.expires_at


@scenario
def released_hold_is_neither_extended_nor_checked_out_nor_released_over_another(house: House) -> None:
    one, other, _ = house.customers
    stale = one.hold(house.showtime.id, *PAIR)
    one.release(stale)
    other.hold(house.showtime.id, *PAIR)
    before = house.claims()
    house.world.clock.advance(minutes=1)

    for step in (one.extend, one.check_out):
        with pytest.raises(HoldExpired):
            step(stale)
        assert house.claims() == before
    one.release(stale)

    assert house.claims() == before


@scenario
def cancelled_rows_extend_nothing(house: House) -> None:
    one, *_ = house.customers
    hold = one.hold(house.showtime.id, *PAIR)
    house.world.clock.advance(minutes=1)
    flag_rows(house)

    with pytest.raises(SalesClosed):
        one.extend(hold)


@scenario
def cancelled_rows_check_nothing_out(house: House) -> None:
    one, *_ = house.customers
    hold = one.hold(house.showtime.id, *PAIR)
    flag_rows(house)

    with pytest.raises(SalesClosed):
        one.check_out(hold)


@scenario
def every_step_up_may_be_repeated(house: House) -> None:
    hold = house.customers[0].hold(house.showtime.id, *PAIR)
    held = hold_claim(hold.own, seconds(hold.expires_at))
    extended = hold_claim(hold.own, seconds(hold.expires_at) + 60)
    paying = paying_claim(hold.own, seconds(hold.expires_at) + 900)
    sold = sold_claim(hold.own)
    for operation, old, new in (
        ("extend", held, extended),
        ("check_out", extended, paying),
        ("confirm", paying, sold),
    ):
        for _ in range(2):
            changes = every(by_row(hold.seats), old.number, new.number)
            rows_of(house).exchange(operation, house.showtime.id, changes, unless_cancelled=True)


@scenario
def second_check_out_keeps_the_booking_as_it_is(house: House) -> None:
    one, *_ = house.customers
    hold = one.hold(house.showtime.id, *PAIR)
    reference = one.check_out(hold).booking.reference
    one.pay(reference, Choice.DECLINE)
    before = one.pay_again(reference).booking

    assert one.check_out(hold).booking == before


# --- paying


@scenario
def cancelled_rows_sell_nothing(house: House) -> None:
    booking = paid(house)
    flag_rows(house)

    assert house.customers[0].confirm(booking.reference).state is BookingState.LAPSED
    comes_to_rest(house)
    assert house.world.payments.net(booking.attempt_key(1)) == 0


@scenario
def payment_found_late_does_not_take_a_seat_from_its_next_buyer(house: House) -> None:
    booking = paid(house)
    house.world.clock.advance(minutes=16)
    second = house.customers[1].buy(house.showtime.id, *PAIR)

    first = house.customers[0].confirm(booking.reference)

    assert first.state is BookingState.LAPSED
    comes_to_rest(house)
    assert house.customers[1].look(second.reference).state is BookingState.CONFIRMED


@scenario
def confirmation_cut_off_between_its_writes_is_finished(house: House) -> None:
    booking = paid(house)
    with ends_after_exchange("confirm"):
        house.customers[0].confirm(booking.reference)

    assert house.customers[0].confirm(booking.reference).state is BookingState.CONFIRMED


@scenario
def booking_that_is_being_undone_is_not_confirmed_over_it(house: House) -> None:
    one, *_ = house.customers
    booking = paid(house)

    def cancel() -> None:
        house.selling.settling.undo(one.look(booking.reference), BookingState.CANCELLING, UndoReason.CUSTOMER)

    with after_exchange("confirm", cancel):
        one.confirm(booking.reference)

    comes_to_rest(house)
    assert one.look(booking.reference).state is BookingState.CANCELLED


# --- undoing


@scenario
def undo_frees_no_seat_that_was_taken_meanwhile(house: House) -> None:
    one, other, _ = house.customers
    reference = one.check_out(one.hold(house.showtime.id, *PAIR)).booking.reference
    house.world.clock.advance(minutes=16)
    taken: list[Hold] = []

    with before_exchange("undo", lambda: taken.append(other.hold(house.showtime.id, *PAIR))):
        one.confirm(reference)

    held = hold_claim(taken[0].own, seconds(taken[0].expires_at)).number
    assert {house.claims()[seat] for seat in taken[0].seats} == {held}


@scenario
def cancelled_booking_gives_its_seats_back(house: House) -> None:
    one, other, _ = house.customers
    one.cancel(one.buy(house.showtime.id, *PAIR).reference)

    assert other.buy(house.showtime.id, *PAIR).state is BookingState.CONFIRMED
    comes_to_rest(house)


@scenario
def ticket_admitted_meanwhile_keeps_the_booking_from_being_cancelled(house: House) -> None:
    one, *_ = house.customers
    stale = one.buy(house.showtime.id, *PAIR)
    admitted = replace(stale.tickets[0], admitted_at=house.world.clock.now())
    Bookings().change(stale, replace(stale, tickets=(admitted, *stale.tickets[1:])))

    with pytest.raises(CannotCancel):
        house.selling.cancelling.cancel(stale, cancellation_quote(stale).refund)


# --- late success


@scenario
def late_success_gets_its_seats_while_they_are_free(house: House) -> None:
    booking = lapsed_while_the_bank_was_at_it(house)

    assert house.customers[0].confirm(booking.reference).state is BookingState.CONFIRMED
    comes_to_rest(house)


@scenario
def late_success_takes_no_seat_from_its_next_holder(house: House) -> None:
    booking = lapsed_while_the_bank_was_at_it(house)
    house.customers[1].hold(house.showtime.id, *PAIR)
    before = house.claims()

    assert house.customers[0].confirm(booking.reference).state is BookingState.LAPSED
    assert house.claims() == before
    comes_to_rest(house)


@scenario
def closed_rows_rescue_nothing(house: House) -> None:
    booking = lapsed_while_the_bank_was_at_it(house)
    house.selling.withdraw(house.showtime)

    assert house.customers[0].confirm(booking.reference).state is BookingState.LAPSED
    comes_to_rest(house)


@scenario
def cancelled_rows_rescue_nothing(house: House) -> None:
    booking = lapsed_while_the_bank_was_at_it(house)
    flag_rows(house)

    with not_after_exchange("confirm"):
        assert house.customers[0].confirm(booking.reference).state is BookingState.LAPSED


@scenario
def rescue_cut_off_after_its_taking_goes_on(house: House) -> None:
    booking = lapsed_while_the_bank_was_at_it(house)
    with ends_after_take("rescue"):
        house.customers[0].confirm(booking.reference)

    assert house.customers[0].confirm(booking.reference).state is BookingState.CONFIRMED


@scenario
def booking_is_rescued_once_at_most(house: House) -> None:
    one, other, _ = house.customers
    booking = paid(house)
    house.world.clock.advance(minutes=16)
    other.buy(house.showtime.id, *PAIR)
    with ends_after_change(lambda new: new.state is BookingState.LAPSED):
        one.confirm(booking.reference)
    stale = one.look(booking.reference)
    assert stale.generation == 0
    with ends_after_change(lambda new: new.state is BookingState.LAPSED and new.generation == 1):
        one.confirm(booking.reference)

    with pytest.raises(BookingMoved):
        house.selling.settling._rescuing.begin(stale, stale.attempts[0])


@scenario
def booking_whose_money_goes_back_is_not_rescued(house: House) -> None:
    one, *_ = house.customers
    booking = lapsed_while_the_bank_was_at_it(house)
    with ends_after_change(lambda new: new.attempts[0].state is AttemptState.PAID):
        one.confirm(booking.reference)
    stale = one.look(booking.reference)
    house.world.clock.advance(days=2)
    with ends_after_change(lambda new: new.attempts[0].state is AttemptState.REFUNDING):
        one.confirm(booking.reference)
    assert one.look(booking.reference).state is stale.state

    with pytest.raises(BookingMoved):
        house.selling.settling._rescuing.begin(stale, stale.attempts[0])
