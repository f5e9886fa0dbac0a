"""Checking out raced on a real endpoint. Every rival has read and decided before any writes; the conditions decide.

Each race has a control: without the condition that decides it, it has another outcome. Wherever one could call the
outcome luck, the control shows that it is not.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chalicelib.domain.bookings import (
    AttemptState,
    Booking,
    BookingDiffers,
)
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.holds import Hold, HoldCheckedOut, HoldExpired
from chalicelib.services.selling.checkout import CheckedOut
from dev.payments.sessions import Choice
from tests.support.meeting import to_booking, to_row
from tests.support.races import at_once
from tests.support.selling import Box
from tests.support.selling_races import people, race, without, without_the_state


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
