from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.bookings import (
    LATE_WRITE,
    AttemptState,
    Booking,
    BookingState,
    CannotCancel,
    UndoReason,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.money import Money
from chalicelib.domain.payments import PaymentSession, ProviderUnavailable
from chalicelib.gateways.payments import RequestRejected
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.clearances import RefusedRefunds
from dev.payments.sessions import Choice
from tests.support.crashes import Killed
from tests.support.customers import House, seats
from tests.support.invariants import check_quiet


def pending(house: House, *names: str, who: int = 0, agreed: bool = False) -> Booking:
    customer = house.customers[who]
    return customer.check_out(
        customer.hold(house.showtime.id, *(names or ("A-1", "A-2"))), other_seats=agreed
    ).booking


def lapsed_with_money(house: House, *, agreed: bool = False) -> Booking:
    """Its bank answered after its claims had lapsed."""
    one, *_ = house.customers
    booking = pending(house, agreed=agreed)
    one.pay(booking.reference, Choice.LATE)
    house.world.clock.advance(minutes=15)
    assert one.confirm(booking.reference).state is BookingState.LAPSED
    house.world.clock.advance(minutes=2)
    return booking


def kinds(house: House) -> dict[str, ClaimKind]:
    found = {str(seat): claim_of(number) for seat, number in house.claims().items()}
    return {seat: claim.kind for seat, claim in found.items() if claim is not None}


def comes_to_rest(house: House) -> None:
    house.recover(turns=6, minutes=10)
    check_quiet(house.world, [house.showtime.id])


class TestPending:
    def test_unpaid_booking_lapses_and_its_seats_sell_again(self, house: House) -> None:
        booking = pending(house)
        house.recover(minutes=14)

        assert house.customers[0].look(booking.reference).state is BookingState.LAPSED
        assert house.customers[1].buy(house.showtime.id, "A-1", "A-2").state is BookingState.CONFIRMED
        comes_to_rest(house)

    def test_page_that_nobody_opened_again_takes_no_money_after_its_end(self, house: House) -> None:
        booking = pending(house)
        house.recover(minutes=14)

        house.customers[0].pay(booking.reference)

        assert house.world.payments.ledger() == []

    def test_decline_leaves_the_seats_for_another_attempt(self, house: House) -> None:
        one, *_ = house.customers
        booking = pending(house)
        one.pay(booking.reference, Choice.DECLINE)

        found = one.confirm(booking.reference)

        assert (found.state, found.attempts[0].state) == (BookingState.PENDING, AttemptState.FAILED)
        assert kinds(house) == {"A-1": ClaimKind.PAYING, "A-2": ClaimKind.PAYING}

    def test_bank_at_work_is_waited_for_until_the_claims_lapse(self, house: House) -> None:
        booking = pending(house)
        house.customers[0].pay(booking.reference, Choice.LATE)
        house.recover(minutes=14)
        found = house.customers[0].look(booking.reference)

        assert (found.state, found.due_at) == (BookingState.PENDING, found.claims_until)

    def test_payment_of_another_sum_is_given_back_whole(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, *_ = house.customers
        booking = pending(house)
        one.pay(booking.reference, Choice.SILENT)
        _say_other_sum(house, monkeypatch)

        found = one.confirm(booking.reference)

        assert (found.state, found.attempts[0].state) == (BookingState.LAPSED, AttemptState.REFUNDED)
        assert found.attempts[0].refund == Money(booking.total.minor - 1, "EUR")
        assert kinds(house) == {}

    def test_booking_of_nothing_to_pay_is_sold_at_once(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, *_ = house.customers
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        free = replace(
            hold,
            quote=replace(
                hold.quote,
                fee=Money(0, "EUR"),
                lines=tuple(replace(line, price=Money(0, "EUR")) for line in hold.quote.lines),
            ),
        )

        checked_out = one.check_out(free)

        assert (checked_out.booking.state, checked_out.payment) == (BookingState.CONFIRMED, None)


class TestUndo:
    def test_undo_is_due_until_no_late_write_can_come(self, house: House) -> None:
        one, *_ = house.customers
        cancelled = one.cancel(pending(house).reference)
        assert cancelled.due_at == cancelled.changed_at + LATE_WRITE

        house.recover(minutes=1)
        assert one.look(cancelled.reference).due_at is not None
        house.recover(minutes=1)

        assert one.look(cancelled.reference).due_at is None

    def test_refund_that_is_refused_for_good_stands_in_the_list(self, house: House) -> None:
        one, *_ = house.customers
        booking = pending(house)
        one.pay(booking.reference, Choice.CLOSED)
        one.confirm(booking.reference)

        found = one.cancel(booking.reference)

        assert found.attempts[0].state is AttemptState.REFUSED
        assert RefusedRefunds().references() == [f"{booking.reference}/1"]
        comes_to_rest(house)

    def test_slow_refund_is_waited_for(self, house: House) -> None:
        one, *_ = house.customers
        booking = pending(house)
        one.pay(booking.reference, Choice.SLOW_REFUND)
        one.confirm(booking.reference)

        assert one.cancel(booking.reference).state is BookingState.CANCELLING
        comes_to_rest(house)
        assert one.look(booking.reference).attempts[0].state is AttemptState.REFUNDED


class TestRescue:
    def test_rescued_booking_owes_no_refund_and_has_no_reason_of_an_undo(self, house: House) -> None:
        booking = lapsed_with_money(house)

        found = house.customers[0].confirm(booking.reference)

        assert (found.state, found.generation, found.paid_by) == (BookingState.CONFIRMED, 1, 1)
        assert found.reason is UndoReason.NONE
        assert found.attempts[0].refund.minor == 0
        comes_to_rest(house)

    def test_seats_sold_by_a_rescue_that_was_cut_off_stay_sold_however_late(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, *_ = house.customers
        booking = lapsed_with_money(house)
        change = Bookings.change

        def ends(self: Bookings, old: Booking, new: Booking) -> Booking:
            if new.state is BookingState.CONFIRMED:
                raise Killed
            return change(self, old, new)

        with monkeypatch.context() as patch:
            patch.setattr(Bookings, "change", ends)
            with pytest.raises(Killed):
                one.confirm(booking.reference)
        house.recover(minutes=30)

        assert one.look(booking.reference).state is BookingState.CONFIRMED
        comes_to_rest(house)

    def test_nearest_equal_block_is_taken_when_that_was_agreed(self, house: House) -> None:
        booking = lapsed_with_money(house, agreed=True)
        house.customers[1].buy(house.showtime.id, "A-1", "A-2")

        found = house.customers[0].confirm(booking.reference)

        assert found.state is BookingState.CONFIRMED
        assert found.seats in (seats("B-1", "B-2"), seats("A-3", "A-4"))
        comes_to_rest(house)

    def test_without_agreement_the_money_goes_back(self, house: House) -> None:
        booking = lapsed_with_money(house)
        house.customers[1].buy(house.showtime.id, "A-1", "A-2")

        found = house.customers[0].confirm(booking.reference)

        assert (found.state, found.reason) == (BookingState.LAPSED, UndoReason.SEATS_LOST)
        assert house.world.payments.net(booking.attempt_key(1)) == 0

    def test_customer_who_has_booked_anew_gets_the_old_money_back(self, house: House) -> None:
        booking = lapsed_with_money(house)
        pending(house, "B-1", "B-2")

        assert house.customers[0].confirm(booking.reference).attempts[0].state is AttemptState.REFUNDED

    def test_nothing_is_rescued_after_sales_have_closed(self, house: House) -> None:
        booking = lapsed_with_money(house)
        house.world.clock.set(house.showtime.sales_close_at)

        assert house.customers[0].confirm(booking.reference).attempts[0].state is AttemptState.REFUNDED


class TestCancel:
    def test_customer_gets_the_share_of_the_terms_and_the_seats_sell_again(self, house: House) -> None:
        one, *_ = house.customers
        booking = one.buy(house.showtime.id, "A-1", "A-2")
        quoted = house.selling.cancelling.quote(booking)

        one.cancel(booking.reference)

        assert house.world.payments.net(booking.attempt_key(1)) == booking.total.minor - quoted.refund.minor
        assert kinds(house) == {}
        comes_to_rest(house)

    def test_cancelling_may_be_repeated(self, house: House) -> None:
        one, *_ = house.customers
        booking = one.buy(house.showtime.id, "A-1", "A-2")

        first, second = one.cancel(booking.reference), one.cancel(booking.reference)

        assert first.state is second.state is BookingState.CANCELLED
        assert len(house.world.payments.ledger(booking.attempt_key(1))) == 2

    def test_after_the_deadline_of_the_terms_it_is_refused(self, house: House) -> None:
        booking = house.customers[0].buy(house.showtime.id, "A-1", "A-2")
        house.world.clock.set(booking.terms.cancel_until)

        with pytest.raises(CannotCancel):
            house.customers[0].cancel(booking.reference)

    def test_pending_booking_costs_nothing_to_cancel(self, house: House) -> None:
        quoted = house.selling.cancelling.quote(pending(house))

        assert (quoted.retained.minor, quoted.fee.minor) == (0, 0)


class TestCancelShowtime:
    def test_everybody_gets_everything_back_at_any_time(self, house: House) -> None:
        booking = house.customers[0].buy(house.showtime.id, "A-1", "A-2")
        pending(house, "B-1", "B-2", who=1)
        house.world.clock.set(house.showtime.starts_at + timedelta(minutes=5))

        house.selling.cancel_showtime(house.showtime.id)

        assert house.world.payments.net(booking.attempt_key(1)) == 0
        assert kinds(house) == {}
        comes_to_rest(house)

    def test_one_booking_that_cannot_be_settled_does_not_keep_the_others_waiting(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bought = [
            house.customers[i].buy(house.showtime.id, *block)
            for i, block in enumerate((("A-1", "A-2"), ("A-3", "A-4"), ("B-1", "B-2")))
        ]
        first = min(bought, key=lambda booking: booking.own)
        refund = house.world.payments.refund

        def fails(key: str, refund_key: str, amount: Money) -> object:
            if key.startswith(first.reference):
                raise ProviderUnavailable
            return refund(key, refund_key, amount)

        with monkeypatch.context() as patch:
            patch.setattr(house.world.payments, "refund", fails)
            house.selling.cancel_showtime(house.showtime.id)

        assert [house.world.payments.net(b.attempt_key(1)) for b in bought if b is not first] == [0, 0]
        comes_to_rest(house)
        assert house.world.payments.net(first.attempt_key(1)) == 0


class TestRecovery:
    @pytest.mark.parametrize(
        "error", [ProviderUnavailable(), RequestRejected("no"), AssertionError("a defect")]
    )
    def test_one_booking_that_cannot_be_settled_does_not_keep_the_others_waiting(
        self, house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        bookings = [
            pending(house, *block, who=i)
            for i, block in enumerate((("A-1", "A-2"), ("A-3", "A-4"), ("B-1", "B-2")))
        ]
        house.world.clock.advance(minutes=14)
        end = house.world.payments.end

        def fails(key: str) -> PaymentSession:
            if key.startswith(bookings[1].reference):
                raise error
            return end(key)

        with monkeypatch.context() as patch:
            patch.setattr(house.world.payments, "end", fails)
            done = house.selling.recover()

        assert (done.settled, done.left + done.failed) == (2, 1)
        comes_to_rest(house)

    def test_every_shard_is_looked_at(self, house: House) -> None:
        """Sixteen queries, whichever shard the digits of a booking put it in."""
        made = []
        for _ in range(12):
            booking = pending(house)
            made.append(booking)
            house.customers[0].cancel(booking.reference)
            house.world.clock.advance(minutes=20)
        house.recover(minutes=3)

        assert [house.customers[0].look(b.reference).due_at for b in made] == [None] * 12

    def test_nothing_is_begun_after_its_time(self, house: House) -> None:
        booking = pending(house)
        house.world.clock.advance(minutes=14)

        done = house.selling.recovery.recover(house.world.clock.now())

        assert (done.settled, done.left) == (0, 1)
        assert house.customers[0].look(booking.reference).state is BookingState.PENDING


def _say_other_sum(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cent less was asked for than was quoted, as the provider tells."""
    payments = house.world.payments
    for name in ("find", "end"):
        real = getattr(payments, name)

        def told(key: str, real: object = real) -> PaymentSession:
            assert callable(real)
            session: PaymentSession = real(key)
            return replace(session, amount=Money(session.amount.minor - 1, session.amount.currency))

        monkeypatch.setattr(payments, name, told)
