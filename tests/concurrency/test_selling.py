"""Selling raced on a real endpoint. Every rival has read and decided before any writes; the conditions decide.

Each race has a control: without the condition that decides it, it has another outcome. Wherever one could call the
outcome luck, the control shows that it is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from chalicelib.domain.bookings import (
    AttemptState,
    Booking,
    BookingDiffers,
    BookingState,
    TermsChanged,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.holds import Hold, HoldCheckedOut, HoldExpired, SeatUnavailable
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.payments import PaymentSession, SessionState
from chalicelib.services.selling.checkout import CheckedOut
from chalicelib.stores import tables
from chalicelib.stores.bookings import BookingModel
from chalicelib.stores.expressions import RowExpression
from dev.payments.sessions import Choice
from tests.support.builders import a_showtime, row_ids
from tests.support.cloud import Cloud
from tests.support.meeting import meeting, to_booking, to_row
from tests.support.races import a_real_world, at_once
from tests.support.selling import Box

RIVALS = 10
ROWS = 80


@pytest.fixture(scope="module")
def box(cloud: Cloud) -> Iterator[Box]:
    with a_real_world(cloud) as world:
        showtime = a_showtime(world, rows=ROWS, seats=12, starts_in=timedelta(days=20))
        yield Box(world, showtime.id, world.wiring.catalogue.cinema(showtime.cinema_id))


_rows = iter(row_ids(ROWS))
_people = count()


@pytest.fixture
def row() -> str:
    """A row that no other test sells from."""
    return next(_rows)


def people(number: int) -> list[str]:
    return [f"P{next(_people)}" for _ in range(number)]


def without(monkeypatch: pytest.MonkeyPatch, *clauses: str) -> None:
    """The control: rows are written whatever these clauses would say."""
    require, require_any = RowExpression.require, RowExpression.require_any

    def fewer(self: RowExpression, clause: str, text: str) -> None:
        if clause not in clauses:
            require(self, clause, text)

    def fewer_of(self: RowExpression, alternatives: dict[str, str]) -> None:
        if not set(clauses) & set(alternatives):
            require_any(self, alternatives)

    monkeypatch.setattr(RowExpression, "require", fewer)
    monkeypatch.setattr(RowExpression, "require_any", fewer_of)


def without_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: bookings are written whatever they have become meanwhile."""
    update, save = BookingModel.update, BookingModel.save
    monkeypatch.setattr(BookingModel, "update", lambda self, actions, condition=None: update(self, actions))
    monkeypatch.setattr(BookingModel, "save", lambda self, condition=None: save(self))


def race(
    calls: Sequence[Callable[[], Any]], is_it: Callable[[str, str], bool], late: int | None = None
) -> tuple[list[Any], list[Exception]]:
    """Who won, and each loser's error. All meet at their first such write; that of `late` lands after all is done."""
    with meeting(len(calls), is_it) as met:
        given = at_once([met.rival(call, is_late=i == late) for i, call in enumerate(calls)])
    assert met.met == len(calls), given
    won = [each for each in given if not isinstance(each, Exception)]
    return won, [each for each in given if isinstance(each, Exception)]


class TestOneSeat:
    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        calls = [partial(box.hold, who, f"{row}-1") for who in people(RIVALS)]
        return race(calls, to_row)

    def test_one_gets_it_and_the_others_are_told_what_else_there_is(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        (hold,) = won
        assert list(box.claims(row)) == [f"{row}-1"]
        claim = claim_of(box.claims(row)[f"{row}-1"])
        assert claim is not None and (claim.own, claim.kind) == (hold.own, ClaimKind.HOLD)
        assert len(lost) == RIVALS - 1
        for error in lost:
            assert isinstance(error, SeatUnavailable), error
            assert [str(seat) for seat in error.seats] == [f"{row}-1"]
            assert len(error.alternative) == 1

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed")

        won, _ = self.race(box, row)

        assert len(won) == RIVALS

    def test_lapsed_hold_is_taken_over_once(self, box: Box, row: str) -> None:
        box.hold(*people(1), f"{row}-1")
        box.world.clock.advance(minutes=11)

        won, lost = self.race(box, row)

        assert len(won) == 1
        assert {type(error) for error in lost} == {SeatUnavailable}


class TestOverlappingHolds:
    """Blocks of three, each a seat further than the one before."""

    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        calls = [
            partial(box.hold, who, *(f"{row}-{i + n}" for n in range(3)))
            for i, who in enumerate(people(RIVALS), start=1)
        ]
        return race(calls, to_row)

    def test_no_seat_is_held_by_two(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        held = {str(seat): hold.own for hold in won for seat in hold.seats}
        assert len(held) == 3 * len(won)
        stored = {seat: claim_of(number) for seat, number in box.claims(row).items()}
        assert {seat: claim.own for seat, claim in stored.items() if claim} == held
        assert {type(error) for error in lost} <= {SeatUnavailable, SingleSeatLeft}

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed", "neighbour")

        won, _ = self.race(box, row)

        assert len({seat for hold in won for seat in hold.seats}) < 3 * len(won)


class TestNeighbourRule:
    """Two holds that are each legal alone, and leave a single seat between them together."""

    def race(self, box: Box, row: str) -> tuple[list[Hold], list[Exception]]:
        first, second = people(2)
        return race(
            [
                lambda: box.hold(first, f"{row}-4", f"{row}-5"),
                lambda: box.hold(second, f"{row}-7", f"{row}-8"),
            ],
            to_row,
        )

    def test_second_is_refused_by_the_write_itself(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row)

        assert len(won) == 1
        (error,) = lost
        assert isinstance(error, SingleSeatLeft)
        assert [str(seat) for seat in error.seats] == [f"{row}-6"]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "neighbour")

        won, _ = self.race(box, row)

        assert len(won) == 2


class TestTwoRowsAgainstOne:
    """Pairs in two rows, each one transaction, against single updates of either row."""

    def race(self, box: Box, row: str, other: str) -> tuple[list[Hold], list[Exception]]:
        wanted = [(f"{row}-1", f"{other}-1"), (f"{row}-1",), (f"{other}-1",)] * 4
        calls = [
            partial(box.hold, who, *seats) for who, seats in zip(people(len(wanted)), wanted, strict=True)
        ]
        return race(calls, to_row)

    @pytest.fixture
    def other(self) -> str:
        return next(_rows)

    def check(self, box: Box, rows: tuple[str, str], won: list[Hold], lost: list[Exception]) -> None:
        held = [str(seat) for hold in won for seat in hold.seats]
        assert sorted(held) == sorted({f"{each}-1" for each in rows})
        stored = {**box.claims(rows[0]), **box.claims(rows[1])}
        owners = {str(seat): hold.own for hold in won for seat in hold.seats}
        for seat, number in stored.items():
            claim = claim_of(number)
            assert claim is not None and claim.own == owners[seat]
        assert {type(error) for error in lost} == {SeatUnavailable}

    def test_pair_is_all_or_nothing(self, box: Box, row: str, other: str) -> None:
        won, lost = self.race(box, row, other)

        self.check(box, (row, other), won, lost)

    def test_conflicts_are_met_by_trying_again(self, box: Box, row: str, other: str) -> None:
        """No local engine raises TransactionConflict: each rival's first two writes meet one here."""
        with conflicts(each=2) as conflict:
            won, lost = self.race(box, row, other)

        assert conflict.raised == 2 * len([*won, *lost])
        self.check(box, (row, other), won, lost)

    def test_lasting_conflict_is_unavailable_and_takes_nothing(self, box: Box, row: str, other: str) -> None:
        with conflicts(each=1000):
            with pytest.raises(Unavailable):
                box.hold(*people(1), f"{row}-1", f"{other}-1")
            with pytest.raises(Unavailable):
                box.hold(*people(1), f"{row}-1")

        assert box.claims(row) == box.claims(other) == {}

    def test_conflict_beside_a_refusal_is_a_refusal(self, box: Box, row: str, other: str) -> None:
        box.hold(*people(1), f"{row}-1")

        with conflicts(each=1000, beside_refusal=f"{row}-1"), pytest.raises(SeatUnavailable) as refused:
            box.hold(*people(1), f"{row}-1", f"{other}-1")

        assert [str(seat) for seat in refused.value.seats] == [f"{row}-1"]

    def test_control(self, box: Box, row: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "lapsed")

        won, _ = self.race(box, row, other)

        assert len(won) == 12


class Conflicts:
    """Answers the first writes of rows of each thread with a conflict instead of making them."""

    def __init__(self, each: int, beside_refusal: str) -> None:
        self._each = each
        self._beside_refusal = beside_refusal
        self._thread = threading.local()
        self._lock = threading.Lock()
        self.raised = 0

    def heed(self, model: Any, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]] | None:
        if model.name not in ("UpdateItem", "TransactWriteItems") or b'"S#' not in params["body"]:
            return None
        if getattr(self._thread, "met", 0) >= self._each:
            return None
        self._thread.met = getattr(self._thread, "met", 0) + 1
        with self._lock:
            self.raised += 1
        code = "TransactionCanceledException" if model.name[0] == "T" else "TransactionConflictException"
        answer: dict[str, Any] = {"Error": {"Code": code, "Message": "conflict"}}
        if model.name == "TransactWriteItems":
            reason: dict[str, Any] = {"Code": "TransactionConflict"}
            first = dict(reason)
            if self._beside_refusal:
                first = {"Code": "ConditionalCheckFailed", "Item": self._item()}
            answer["CancellationReasons"] = [first, reason]
        return _Answer(), answer

    def _item(self) -> dict[str, Any]:
        row_id, _, number = self._beside_refusal.partition("-")
        return {
            "pk": {"S": "S#"},
            "sk": {"S": f"R#{row_id}"},
            "claims": {"M": {number: {"N": "9999999999399999999990"}}},
            "open_until": {"N": "9999999999"},
            "cancelled": {"BOOL": False},
        }


class _Answer:
    status_code = 400
    headers: dict[str, str] = {}  # noqa: RUF012  # botocore only reads it


@contextmanager
def conflicts(each: int, beside_refusal: str = "") -> Iterator[Conflicts]:
    made = Conflicts(each, beside_refusal)
    events: Any = tables.client().meta.events
    events.register("before-call.dynamodb", made.heed)
    try:
        yield made
    finally:
        events.unregister("before-call.dynamodb", made.heed)


class TestCheckOutFromTwoTabs:
    def race(self, box: Box, row: str, *names: str) -> tuple[list[Any], list[Exception]]:
        hold = box.hold(*people(1), f"{row}-1", f"{row}-2")
        calls = [partial(box.check_out, hold, name) for name in names]
        return race(calls, to_booking)

    def of_row(self, box: Box, row: str) -> list[str]:
        return [each.reference for each in box.bookings() if each.seats[0].row_id == row]

    def test_both_get_the_same_booking_and_the_same_page(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row, "Ada", "Ada", "Ada", "Ada")

        assert lost == []
        assert {each.booking.reference for each in won} == set(self.of_row(box, row))
        assert len({each.payment.session_id for each in won}) == 1
        assert len(self.of_row(box, row)) == 1

    def test_other_details_are_told_of_the_booking_there_is(self, box: Box, row: str) -> None:
        won, lost = self.race(box, row, "Ada", "Ben", "Ada", "Ben")

        (reference,) = self.of_row(box, row)
        assert {each.booking.name for each in won} == {box.stored(won[0].booking).name}
        assert len(won) == len(lost) == 2
        for error in lost:
            assert isinstance(error, BookingDiffers) and error.reference == reference

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        won, _ = self.race(box, row, "Ada", "Ben", "Ada", "Ben")

        assert {each.booking.name for each in won} == {"Ada", "Ben"}


class TestPayAgainFromTwoTabs:
    """After a refusal by the bank, and while the page is open."""

    def declined(self, box: Box, row: str) -> Booking:
        booking = box.pending(*people(1), f"{row}-1", f"{row}-2")
        box.world.payments.choose(booking.attempt_key(1), Choice.DECLINE)
        return booking

    def overtaken(self, box: Box, row: str) -> tuple[Booking, list[CheckedOut]]:
        """One tab reads; the other is declined once more and has its third page before the first one's write lands."""
        booking, pay_again = self.declined(box, row), box.selling.checkout.pay_again

        def go_on() -> CheckedOut:
            second = pay_again(booking).booking
            box.world.payments.choose(second.attempt_key(2), Choice.DECLINE)
            return pay_again(second)

        won, lost = race([lambda: pay_again(booking), go_on], to_booking, late=0)
        assert lost == []
        return box.stored(booking), won

    def test_all_get_the_same_new_page_and_one_attempt_is_used(self, box: Box, row: str) -> None:
        booking = self.declined(box, row)

        won, lost = race([partial(box.selling.checkout.pay_again, booking)] * 4, to_booking)

        assert lost == []
        assert len({each.payment.session_id for each in won}) == 1
        assert [each.state for each in box.stored(booking).attempts] == [
            AttemptState.FAILED,
            AttemptState.STARTED,
        ]

    def test_all_get_the_page_that_is_open_and_none_writes(self, box: Box, row: str) -> None:
        booking = box.pending(*people(1), f"{row}-1", f"{row}-2")

        won = at_once([partial(box.selling.checkout.pay_again, booking)] * 4)

        assert {each.payment.session_id for each in won if isinstance(each, CheckedOut) and each.payment} == {
            box.world.payments.provider.find(booking.attempt_key(1)).session_id
        }
        assert box.stored(booking) == booking

    def test_tab_that_was_overtaken_gets_the_page_of_the_other(self, box: Box, row: str) -> None:
        booking, (one, other) = self.overtaken(box, row)

        assert one.payment is not None and one.payment == other.payment
        assert [each.number for each in booking.attempts] == [1, 2, 3]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        booking, _ = self.overtaken(box, row)

        assert [each.number for each in booking.attempts] == [1, 2], (
            "the open page is no longer the booking's"
        )


class TestReleaseAgainstCheckOut:
    """A tab that gives the seats back while another checks them out."""

    def race(self, box: Box, row: str, late: int) -> tuple[Hold, list[Exception]]:
        hold = box.hold(*people(1), f"{row}-1", f"{row}-2")
        release = box.selling.holding.release
        _, lost = race([lambda: box.check_out(hold), lambda: release(hold, "")], to_row, late)
        return hold, lost

    def is_consistent(self, box: Box, row: str, hold: Hold) -> bool:
        kinds = [claim.kind for number in box.claims(row).values() if (claim := claim_of(number))]
        booked = any(each.own == hold.own for each in box.bookings())
        return kinds == ([ClaimKind.PAYING] * 2 if booked else [])

    @pytest.mark.parametrize(("late", "error"), [(0, HoldExpired), (1, HoldCheckedOut)])
    def test_either_the_booking_has_the_seats_or_they_are_free(
        self, box: Box, row: str, late: int, error: type[Exception]
    ) -> None:
        hold, lost = self.race(box, row, late)

        assert self.is_consistent(box, row, hold)
        assert [type(each) for each in lost] == [error]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without(monkeypatch, "exact")

        hold, _ = self.race(box, row, late=1)

        assert not self.is_consistent(box, row, hold)


WHO_IS_LATE = pytest.mark.parametrize("late", [0, 1], ids=["first-is-late", "second-is-late"])


class TestConfirmAgainstLapse:
    """The bank says yes while recovery, which heard "not yet" a moment before, lets the booking lapse.

    The customer has bought other seats since, so the late success is not rescued: the money goes back.
    """

    def race(self, box: Box, row: str, late: int) -> Booking:
        (who,) = people(1)
        booking = box.pending(who, f"{row}-1", f"{row}-2")
        box.world.payments.choose(booking.attempt_key(1))
        box.world.clock.advance(seconds=1)
        box.confirmed(who, f"{row}-5", f"{row}-6")
        box.world.clock.set(booking.claims_until)
        settling, payments = box.selling.settling, box.world.payments
        hears_late = threading.local()

        def end(asked: str) -> PaymentSession:
            told = type(payments).end(payments, asked)
            if getattr(hears_late, "once", False):
                hears_late.once = False
                return replace(told, state=SessionState.PROCESSING)
            return told

        def lapse() -> Booking:
            hears_late.once = True
            return settling.settle(booking)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(payments, "end", end)
            race([lambda: settling.settle(booking), lapse], to_booking, late)
        settle_all(box)
        return box.stored(booking)

    @WHO_IS_LATE
    def test_one_outcome_with_its_seats_and_its_money(self, box: Box, row: str, late: int) -> None:
        booking = self.race(box, row, late)

        assert booking.state is (BookingState.LAPSED if late == 0 else BookingState.CONFIRMED)
        assert stands(box, booking), booking

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        assert not stands(box, self.race(box, row, late=0))


class TestCancelAgainstConfirm:
    def race(self, box: Box, row: str, late: int) -> Booking:
        booking = box.pending(*people(1), f"{row}-1", f"{row}-2")
        box.world.payments.choose(booking.attempt_key(1))

        def cancel() -> Booking:
            try:
                return box.cancel(booking)
            except TermsChanged:  # it is paid, as far as is known now: by these terms, then
                return box.cancel(box.stored(booking))

        race([lambda: box.selling.settling.settle(booking), cancel], to_booking, late)
        settle_all(box)
        return box.stored(booking)

    @WHO_IS_LATE
    def test_cancelled_with_seats_and_money_given_back(self, box: Box, row: str, late: int) -> None:
        booking = self.race(box, row, late)

        assert booking.state is BookingState.CANCELLED
        assert stands(box, booking), booking
        again = box.hold(*people(1), f"{row}-1", f"{row}-2")
        assert [str(seat) for seat in again.seats] == [f"{row}-1", f"{row}-2"]

    def test_control(self, box: Box, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
        without_the_state(monkeypatch)

        assert not stands(box, self.race(box, row, late=0))


class TestShowtimeCancelledWhileSelling:
    """Holds, a confirmation and the cancellation of the whole showtime meet at the rows."""

    @pytest.mark.parametrize("late", [0, 1, 2], ids=["confirmation", "hold", "cancellation"])
    def test_nothing_is_left_sold(self, cloud: Cloud, late: int) -> None:
        with a_real_world(cloud) as world:
            showtime = a_showtime(world, rows=1, seats=20)
            box = Box(world, showtime.id, world.wiring.catalogue.cinema(showtime.cinema_id))
            booking = box.pending("Ada", "A-1", "A-2")
            world.payments.choose(booking.attempt_key(1))
            race(
                [
                    lambda: box.selling.settling.settle(booking),
                    lambda: box.hold("Ben", "A-5", "A-6"),
                    lambda: world.wiring.showtimes.cancel(showtime.id),
                ],
                to_row,
                late,
            )
            settle_all(box)

            world.clock.advance(minutes=30)
            settle_all(box)
            assert stands(box, box.stored(booking))
            # A confirmation that found its row cancelled has undone the booking itself: lapsed, and its money back.
            assert box.stored(booking).state in (BookingState.CANCELLED, BookingState.LAPSED)
            counts = box.selling.recount(showtime.id)
            assert (counts.held, counts.paying, counts.sold) == (0, 0, 0)


def settle_all(box: Box) -> None:
    """Recovery, minute by minute, until nothing is due."""
    for _ in range(12):
        box.world.clock.advance(minutes=1)
        done = box.selling.recover()
        assert done.failed == 0
        if not done.settled and not done.left and not any(each.due_at for each in box.bookings()):
            return


def stands(box: Box, booking: Booking) -> bool:
    """Confirmed: with its seats sold and paid. Undone: without any seat, and the money back but for what is kept."""
    mine = [
        claim
        for seat in booking.seats
        if (claim := claim_of(box.claims(seat.row_id).get(str(seat), 0))) is not None
        and claim.own == booking.own
    ]
    net = sum(box.world.payments.net(booking.attempt_key(each.number)) for each in booking.attempts)
    if booking.state is BookingState.CONFIRMED:
        sold = all(each.kind is ClaimKind.SOLD and each.generation == booking.generation for each in mine)
        return sold and len(mine) == len(booking.seats) and net == booking.total.minor
    kept = booking.total.minor - sum(
        attempt.refund.minor for attempt in booking.attempts if attempt.number == booking.paid_by
    )
    return not mine and net == (kept if booking.paid_by else 0)
