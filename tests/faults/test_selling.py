"""Selling with each of its calls to DynamoDB and to the provider gone wrong in turn: afterwards everything adds up.

The calls are those that the code makes, recorded in a run of each story without faults; then the story is told again
for each of them, with the fault there. Who is killed never comes back, who hears nothing asks again; recovery runs until
nothing is due, and then every invariant holds. In some stories it is recovery itself that is cut off.

In the long form (PROOF=1) every call is killed before and after, and meets two of the other faults; EVERY_FAULT=1 lets
it meet all. In the short form a call meets one of them, the next call the next.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from botocore.retries.standard import ExponentialBackoff

from chalicelib.domain.bookings import Booking, BookingState
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.services.selling import cancelling, recovery
from chalicelib.services.selling.recovery import Recovered
from chalicelib.services.selling.settling import Settling
from chalicelib.stores import keys, tables
from chalicelib.stores.bookings import Bookings
from dev.payments.sessions import Choice
from tests.support import invariants
from tests.support.builders import a_showtime, row_ids
from tests.support.cloud import Burst, Cloud, a_burst
from tests.support.invariants import Violated
from tests.support.races import a_real_world
from tests.support.selling import Box
from tests.support.wire import FAULTS, KILLED_AFTER, KILLS, Killed, Wire, WiredPayments
from tests.support.world import World

ROWS, SEATS = 30, 6
MOST_POINTS = 14
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


@pytest.fixture(scope="module")
def burst(cloud: Cloud) -> Iterator[Burst]:
    with a_burst(cloud) as burst:
        yield burst


@pytest.fixture
def office(cloud: Cloud, burst: Burst) -> Iterator[Office]:
    with an_office(cloud, burst) as made:
        yield made


@contextmanager
def an_office(cloud: Cloud, burst: Burst) -> Iterator[Office]:
    wire = Wire(burst)
    burst.rules([])
    with (
        pytest.MonkeyPatch.context() as patch,
        a_real_world(cloud, {"AWS_ENDPOINT_URL": burst.endpoint}) as world,
    ):
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
        patch.setattr(keys, "DUE_SHARDS", 1)  # recovery asks each: here they hold one booking
        events = tables.client().meta.events
        events.register("before-call", wire.before_call)
        events.register("after-call", wire.after_call)
        events.register("before-send", wire.before_send)
        world.wiring.payments = world.payments = WiredPayments(world.payments, wire)
        try:
            yield Office(world, wire)
        finally:
            burst.rules([])


def points(calls: list[str]) -> list[tuple[int, str]]:
    every = range(len(calls))
    if os.environ.get("EVERY_FAULT"):
        return [(at, fault) for at in every for fault in FAULTS]
    if os.environ.get("PROOF"):
        others = FAULTS[len(KILLS) :]
        return [
            (at, fault)
            for at in every
            for fault in (*KILLS, *(others[(at + n) % len(others)] for n in (0, 2)))
        ]
    # Neighbouring calls meet different faults; of a long story's calls, as many as there is time for.
    step = max(1, len(calls) // MOST_POINTS)
    return [(at, FAULTS[at // step % len(FAULTS)]) for at in range(0, len(calls), step)]


def tell(office: Office, story: Story, at: int, fault: str) -> None:
    """The story with the fault there, and recovery after it. Raises what is wrong then, AssertionError too."""
    office.wire.cut(at, fault)
    try:
        booking, ends_as = story(office)
    except Killed:
        assert fault in KILLS
        office.wire.cut(-1, "")
        office.until_quiet()
        return
    office.wire.cut(-1, "")
    office.until_quiet()
    assert office.box is not None
    assert office.box.stored(booking).state is ends_as


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_everything_adds_up_whichever_call_goes_wrong(office: Office, story: Story) -> None:
    tell(office, story, -1, "")
    office.wire.cut(-1, "")
    story(office)
    calls = list(office.wire.calls)
    assert calls
    office.wire.cut(-1, "")
    office.until_quiet()

    wrong = []
    for at, fault in points(calls):
        try:
            tell(office, story, at, fault)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told with its point
            wrong.append(f"{fault}, call {at} ({calls[at]}): {error!r}")
            office.wire.cut(-1, "")
            office.rows.clear()

    assert not wrong, "\n".join(wrong)


def test_recorded_calls_are_of_every_kind(office: Office) -> None:
    """What the stories cut off is what selling does: a story that no longer reaches a call would prove nothing."""
    seen: set[str] = set()
    for story in STORIES:
        office.wire.cut(-1, "")
        story(office)
        seen.update(office.wire.calls)

    assert seen >= {
        "dynamodb.UpdateItem",
        "dynamodb.PutItem",
        "dynamodb.GetItem",
        "dynamodb.Query",
        "dynamodb.TransactWriteItems",
        "provider.open",
        "provider.find",
        "provider.end",
        "provider.refund",
    }


class TestControls:
    """With a step of the repair left out, some point must be seen to go wrong."""

    def goes_wrong(self, office: Office, story: Story) -> bool:
        office.wire.cut(-1, "")
        story(office)
        calls = list(office.wire.calls)
        for at in range(0, len(calls), 2):
            try:
                tell(office, story, at, KILLED_AFTER)
            except (Violated, AssertionError):
                return True
        return False

    def test_without_giving_seats_back(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Settling, "_give_seats_back", lambda *_: True)

        assert self.goes_wrong(office, cancelling_what_is_confirmed)

    def test_without_recovery(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recovery.Recovery, "recover", lambda *_: Recovered(0, 0, 0))

        assert self.goes_wrong(office, cancelling_what_is_paid)

    def test_without_undoing_bookings(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cancelling.Cancelling, "_clear_booking", lambda *_: False)

        assert self.goes_wrong(office, cancelling_the_showtime)
