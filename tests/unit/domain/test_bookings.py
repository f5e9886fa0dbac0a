from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bookings import (
    LIVE,
    SESSION_MARGIN,
    TRANSITIONS,
    UNDONE,
    Attempt,
    AttemptState,
    Booking,
    BookingState,
    Terms,
    Ticket,
    UndoReason,
    cancellation_quote,
    may_follow,
    parse_reference,
    reference_of,
    refund_due,
)
from chalicelib.domain.claims import OWN_LIMIT
from chalicelib.domain.money import Money
from chalicelib.domain.seating_plans import SeatRef

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def a_booking(*prices: int, fee: int = 200, refund_per_cent: int = 50, **changes: object) -> Booking:
    """Confirmed and paid by attempt 1, unless changed."""
    booking = Booking(
        showtime_id="K7M2QX",
        own=4815162342,
        digest="ab" * 32,
        payload_digest="cd" * 16,
        principal_id="U#01USER00000000000000000000",
        customer="U#01USER00000000000000000000",
        email="ada@people.example",
        name="Ada Byron",
        language="en",
        tickets=tuple(
            Ticket(SeatRef("A", str(i + 1)), "adult", Money(price, "EUR")) for i, price in enumerate(prices)
        ),
        fee=Money(fee, "EUR"),
        terms=Terms(NOW + timedelta(hours=5), refund_per_cent),
        state=BookingState.CONFIRMED,
        generation=0,
        attempts=(),
        paid_by=1,
        reason=UndoReason.NONE,
        created_at=NOW,
        changed_at=NOW,
        claims_until=NOW + timedelta(minutes=15),
        confirmed_at=NOW,
        due_at=None,
    )
    booking = booking.with_attempt(Attempt(1, AttemptState.PAID, booking.total, Money(0, "EUR")))
    return replace(booking, **changes)  # type: ignore[arg-type]


class TestReference:
    @given(st.integers(0, OWN_LIMIT - 1))
    def test_reference_stands_for_showtime_and_digits(self, own: int) -> None:
        reference = reference_of("K7M2QX", own)

        assert parse_reference(reference) == ("K7M2QX", own)
        assert len(reference) == 14

    @given(st.integers(0, OWN_LIMIT - 1))
    def test_what_is_misread_aloud_is_forgiven(self, own: int) -> None:
        reference = reference_of("K7M2QX", own)
        misread = f" {reference.lower().replace('0', 'o').replace('1', 'l')} "

        assert parse_reference(misread) == ("K7M2QX", own)

    @pytest.mark.parametrize("text", ["", "K7M2QX", "K7M2QX-", "-4FZ81QW", "K7M2QX-4FZ81Q", "K7M2QX-4FZ81QU"])
    def test_anything_else_is_no_reference(self, text: str) -> None:
        with pytest.raises(ValueError):
            parse_reference(text)

    @given(st.text(max_size=20))
    def test_no_text_is_more_than_refused(self, text: str) -> None:
        try:
            parse_reference(text)
        except ValueError:
            return


class TestTransitions:
    def test_table_is_closed(self) -> None:
        assert TRANSITIONS.keys() == set(BookingState)
        assert set().union(*TRANSITIONS.values()) <= set(BookingState)

    def test_every_state_is_reached_from_pending(self) -> None:
        reached = {BookingState.PENDING}
        for _ in BookingState:
            reached |= {after for state in reached for after in TRANSITIONS[state]}

        assert reached == set(BookingState)

    def test_cancelled_is_the_end_and_confirmed_is_left_only_by_cancelling(self) -> None:
        assert TRANSITIONS[BookingState.CANCELLED] == frozenset()
        assert TRANSITIONS[BookingState.CONFIRMED] == {BookingState.CANCELLING}

    def test_every_state_is_live_or_undone(self) -> None:
        assert frozenset(BookingState) == LIVE | UNDONE
        assert not LIVE & UNDONE


class TestCancellation:
    @given(
        st.lists(st.integers(0, 10**6), min_size=1, max_size=10),
        st.integers(0, 10**4),
        st.integers(0, 100),
    )
    def test_what_comes_back_and_what_is_kept_add_up(
        self, prices: list[int], fee: int, per_cent: int
    ) -> None:
        booking = a_booking(*prices, fee=fee, refund_per_cent=per_cent)

        quoted = cancellation_quote(booking)

        assert quoted.refund + quoted.retained + quoted.fee == booking.total
        assert quoted.refund.minor == sum(
            int((Decimal(price) * per_cent / 100).quantize(Decimal(1), ROUND_HALF_UP)) for price in prices
        )

    def test_halves_are_rounded_up_ticket_by_ticket(self) -> None:
        assert cancellation_quote(a_booking(101, 101)).refund.minor == 51 + 51

    def test_customer_who_cancels_gets_the_share_of_the_terms(self) -> None:
        booking = a_booking(1000, reason=UndoReason.CUSTOMER)

        assert refund_due(booking, booking.attempts[0]).minor == 500

    @pytest.mark.parametrize(
        "reason", [UndoReason.SHOWTIME_CANCELLED, UndoReason.UNPAID, UndoReason.SEATS_LOST]
    )
    def test_everything_comes_back_when_the_customer_is_not_to_blame(self, reason: UndoReason) -> None:
        booking = a_booking(1000, reason=reason)

        assert refund_due(booking, booking.attempts[0]) == booking.total

    def test_everything_comes_back_of_a_payment_that_bought_nothing(self) -> None:
        booking = a_booking(1000, reason=UndoReason.CUSTOMER, paid_by=2)

        assert refund_due(booking, booking.attempts[0]) == booking.total


def test_session_ends_before_the_claims() -> None:
    booking = a_booking(1000)

    assert booking.session_ends_at == booking.claims_until - SESSION_MARGIN


def test_attempts_stay_in_order_and_none_is_lost() -> None:
    booking = a_booking(1000)
    second = Attempt(2, AttemptState.STARTED, booking.total, Money(0, "EUR"))

    changed = booking.with_attempt(second).with_attempt(
        replace(booking.attempts[0], state=AttemptState.FAILED)
    )

    assert [(a.number, a.state) for a in changed.attempts] == [
        (1, AttemptState.FAILED),
        (2, AttemptState.STARTED),
    ]
    assert changed.last_attempt == second


class TestSteps:
    def test_steps_are_those_of_the_table(self) -> None:
        for old in BookingState:
            for new in BookingState:
                allowed = may_follow(a_booking(1000, state=old), a_booking(1000, state=new))
                assert allowed == (new is old or new in TRANSITIONS[old]), f"{old} → {new}"

    @pytest.mark.parametrize("state", [AttemptState.REFUNDING, AttemptState.REFUNDED, AttemptState.REFUSED])
    def test_money_goes_back_only_of_what_is_undone(self, state: AttemptState) -> None:
        for at in BookingState:
            booking = a_booking(1000, state=at, paid_by=2)
            sent = booking.with_attempt(replace(booking.attempts[0], state=state))
            assert may_follow(booking, sent) == (at in UNDONE or at is BookingState.CONFIRMED)

    def test_payment_of_a_confirmed_booking_never_goes_back(self) -> None:
        booking = a_booking(1000)
        sent = booking.with_attempt(replace(booking.attempts[0], state=AttemptState.REFUNDING))

        assert not may_follow(booking, sent)
