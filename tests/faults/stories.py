"""Stories of selling, each told by whoever asks again when there was no answer, and the office that tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from chalicelib.domain.bookings import Booking, BookingState
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores import keys
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import Choice
from tests.support import invariants
from tests.support.builders import a_showtime, row_ids
from tests.support.selling import Box
from tests.support.wire import Wire
from tests.support.world import World

ROWS, SEATS = 30, 6


QUIET_AFTER = 40  # runs of recovery, three minutes apart


@dataclass
class Office:
    """A box office behind the wire. `booking` and `told` are for the end: what came of the story, and what was said."""

    world: World
    wire: Wire
    numbers: Iterator[int] = field(default_factory=count)
    rows: list[str] = field(default_factory=list)
    box: Box | None = None
    showtime_ids: list[str] = field(default_factory=list)
    told: dict[str, tuple[SeatRef, ...]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)

    def begin(self, rows: int = ROWS) -> tuple[Box, str, str]:
        """The showtime, and two rows of it that nothing was sold in; a new one when it has no more of them."""
        if len(self.rows) < 2 or self.box is None:
            showtime = a_showtime(self.world, rows=rows, seats=SEATS, starts_in=timedelta(days=20))
            self.box = Box(self.world, showtime.id, self.world.wiring.catalogue.cinema(showtime.cinema_id))
            self.rows = row_ids(rows)
            self.showtime_ids.append(showtime.id)
        self.told.clear()
        self.undone.clear()
        return self.box, self.rows.pop(), self.rows.pop()

    def somebody(self) -> str:
        return f"P{next(self.numbers)}"

    def tell(self, booking: Booking) -> Booking:
        """The customer saw this answer."""
        if booking.state is BookingState.CONFIRMED:
            self.told[booking.reference] = booking.seats
        return booking

    def recover(self) -> None:
        """As the schedule does; a run that leaves something is followed by another."""
        for _ in range(3):
            done = self.wire.step(self.world.wiring.selling.recover)
            assert done.failed == 0
            if not done.left:
                return

    def advance(self, booking: Booking) -> None:
        """To the end of its session."""
        self.world.clock.set(booking.session_ends_at)

    def until_quiet(self) -> None:
        far = self.world.clock.now() + timedelta(days=30)
        for _ in range(QUIET_AFTER):
            self.world.clock.advance(minutes=3)
            assert self.world.wiring.selling.recover().failed == 0
            self.world.wiring.showtimes.resume_unfinished()
            if not any(Bookings().due_before(shard, far, 1) for shard in keys.due_shards()):
                break
        self.world.clock.advance(minutes=21)  # what was held lapses
        invariants.check_quiet(
            self.world, self.showtime_ids, acknowledged=self.told, may_be_undone=self.undone
        )


# --- the stories; each gives the state its booking ends in when everybody asks until they are answered


def buying(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    who, step, selling = office.somebody(), office.wire.step, box.selling
    hold = step(lambda: box.hold(who, f"{row}-1", f"{row}-2"))
    booking = step(lambda: box.check_out(hold)).booking
    office.world.payments.choose(booking.attempt_key(1))
    for headers, body in office.world.payments.deliver():
        step(lambda h=headers, b=body: selling.notice(h, b))  # type: ignore[misc]
    office.tell(step(lambda: selling.settling.settle(selling.reading.by_reference(booking.reference))))
    return booking, BookingState.CONFIRMED


def buying_in_two_rows(office: Office) -> tuple[Booking, BookingState]:
    box, row, other = office.begin()
    who, step, selling = office.somebody(), office.wire.step, box.selling
    hold = step(lambda: box.hold(who, f"{row}-1", f"{other}-1"))
    office.world.clock.advance(minutes=2)
    hold = step(lambda: selling.holding.extend(hold))
    booking = step(lambda: box.check_out(hold)).booking
    office.world.payments.choose(booking.attempt_key(1), Choice.TWICE)
    office.tell(step(lambda: selling.settling.settle(booking)))
    return booking, BookingState.CONFIRMED


def taking_the_best(office: Office) -> tuple[Booking, BookingState]:
    box, _, _ = office.begin()
    who, step, selling = office.somebody(), office.wire.step, box.selling
    hold = step(lambda: box.hold_best(who, 2))
    booking = step(lambda: box.check_out(hold)).booking
    office.world.payments.choose(booking.attempt_key(1))
    office.tell(step(lambda: selling.settling.settle(booking)))
    office.undone.add(booking.reference)
    step(lambda: box.cancel(selling.reading.by_reference(booking.reference)))
    return booking, BookingState.CANCELLED


def paying_again(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    step, selling = office.wire.step, box.selling
    booking = box.pending(office.somebody(), f"{row}-1", f"{row}-2")
    office.world.payments.choose(booking.attempt_key(1), Choice.DECLINE)
    stale = booking
    booking = step(lambda: selling.checkout.pay_again(stale)).booking
    booking = step(lambda: selling.checkout.pay_again(stale)).booking  # from another tab
    booking = step(lambda: selling.checkout.pay_again(booking)).booking  # a second click
    assert [attempt.number for attempt in booking.attempts] == [1, 2], "a repeat has used up an attempt"
    office.world.payments.choose(booking.attempt_key(2))
    office.tell(step(lambda: selling.settling.settle(booking)))
    return booking, BookingState.CONFIRMED


def giving_back_and_holding_anew(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    step, selling = office.wire.step, box.selling
    hold = box.hold(office.somebody(), f"{row}-1", f"{row}-2")
    step(lambda: selling.holding.release(hold, ""))
    booking = box.confirmed(office.somebody(), f"{row}-1", f"{row}-2")
    office.tell(booking)
    return booking, BookingState.CONFIRMED


def cancelling_what_is_confirmed(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    booking = box.confirmed(office.somebody(), f"{row}-1", f"{row}-2")
    office.wire.step(lambda: box.cancel(booking))
    return booking, BookingState.CANCELLED


def cancelling_what_is_paid(office: Office) -> tuple[Booking, BookingState]:
    """Nobody had told us of the payment yet."""
    box, row, _ = office.begin()
    booking = box.pending(office.somebody(), f"{row}-1", f"{row}-2")
    office.world.payments.choose(booking.attempt_key(1))
    office.wire.step(lambda: box.cancel(booking))
    return booking, BookingState.CANCELLED


def recovering_what_is_paid(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    booking = box.pending(office.somebody(), f"{row}-1", f"{row}-2")
    office.world.payments.choose(booking.attempt_key(1), Choice.SILENT)
    office.advance(booking)
    office.recover()
    return booking, BookingState.CONFIRMED


def recovering_what_is_not_paid(office: Office) -> tuple[Booking, BookingState]:
    box, row, _ = office.begin()
    booking = box.pending(office.somebody(), f"{row}-1", f"{row}-2")
    office.advance(booking)
    office.recover()
    office.world.clock.advance(seconds=100)
    office.recover()
    return booking, BookingState.LAPSED


def paying_too_late(office: Office) -> tuple[Booking, BookingState]:
    """The money comes when the seats are given back already; they are still free, and taken again."""
    booking = _late(office)
    office.recover()
    return booking, BookingState.CONFIRMED


def paying_too_late_for_the_seats(office: Office) -> tuple[Booking, BookingState]:
    """Somebody else has them: the money goes back."""
    booking = _late(office)
    assert office.box is not None
    office.box.confirmed(office.somebody(), *(str(seat) for seat in booking.seats))
    office.recover()
    return booking, BookingState.LAPSED


def paying_too_late_for_these_seats(office: Office) -> tuple[Booking, BookingState]:
    """Somebody else has them, and the customer had agreed to others."""
    booking = _late(office, other_seats=True)
    assert office.box is not None
    office.box.confirmed(office.somebody(), *(str(seat) for seat in booking.seats))
    office.recover()
    return booking, BookingState.CONFIRMED


def _late(office: Office, *, other_seats: bool = False) -> Booking:
    box, row, _ = office.begin()
    hold = box.hold(office.somebody(), f"{row}-1", f"{row}-2")
    booking = box.check_out(hold, other_seats=other_seats).booking
    office.world.payments.choose(booking.attempt_key(1), Choice.LATE)
    office.advance(booking)
    office.recover()
    office.world.clock.set(booking.claims_until)
    office.recover()
    office.world.clock.advance(minutes=2)
    return booking


def cancelling_the_showtime(office: Office) -> tuple[Booking, BookingState]:
    office.rows.clear()
    box, row, other = office.begin(rows=2)
    booking = box.confirmed(office.somebody(), f"{row}-1", f"{other}-1")
    pending = box.pending(office.somebody(), f"{row}-5", f"{row}-6")
    office.world.payments.choose(pending.attempt_key(1))
    office.rows.clear()
    # Who lost the answer finds the showtime in the hands of their own first request, until that must be dead.
    office.wire.step(
        lambda: office.world.wiring.showtimes.cancel(box.showtime_id),
        wait=lambda: office.world.clock.advance(minutes=2),
    )
    return booking, BookingState.CANCELLED


Story = Callable[[Office], tuple[Booking, BookingState]]


STORIES: tuple[Story, ...] = (
    buying,
    buying_in_two_rows,
    taking_the_best,
    paying_again,
    giving_back_and_holding_anew,
    cancelling_what_is_confirmed,
    cancelling_what_is_paid,
    recovering_what_is_paid,
    recovering_what_is_not_paid,
    paying_too_late,
    paying_too_late_for_the_seats,
    paying_too_late_for_these_seats,
    cancelling_the_showtime,
)
