"""Steps that scenarios share."""

from __future__ import annotations

from chalicelib.domain.bookings import (
    Booking,
    BookingState,
)
from chalicelib.stores.rows import Rows
from dev.payments.sessions import Choice
from tests.support.customers import House
from tests.support.invariants import check_quiet

PAIR = ("A-1", "A-2")


def paid(house: House) -> Booking:
    """The first customer's booking of the pair: paid, and nobody has been told."""
    one, *_ = house.customers
    booking = one.check_out(one.hold(house.showtime.id, *PAIR)).booking
    one.pay(booking.reference, Choice.SILENT)
    return booking


def lapsed_while_the_bank_was_at_it(house: House) -> Booking:
    """Lapsed, its seats free, and the money there."""
    one, *_ = house.customers
    booking = one.check_out(one.hold(house.showtime.id, *PAIR)).booking
    one.pay(booking.reference, Choice.LATE)
    house.world.clock.advance(minutes=15)
    lapsed = one.confirm(booking.reference)
    assert lapsed.state is BookingState.LAPSED
    house.world.clock.advance(minutes=2)
    return lapsed


def flag_rows(house: House) -> None:
    rows_of(house).cancel(house.showtime.id, ["A", "B"])


def rows_of(house: House) -> Rows:
    return Rows(house.world.wiring.ids)


def comes_to_rest(house: House) -> None:
    house.recover(turns=4, minutes=10)
    check_quiet(house.world, [house.showtime.id])
