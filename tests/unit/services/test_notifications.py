"""Which mails follow from what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.bookings import AttemptState, BookingState, UndoReason
from chalicelib.domain.mails import MailKind, MailMessage
from chalicelib.services.notifications import Notifications
from tests.support.chance import FrozenClock, SeededIds
from tests.support.mails import ADDRESS, a_booking, cancelling, confirmed, rupees


class ListQueue:
    def __init__(self) -> None:
        self.messages: list[MailMessage] = []

    def put(self, message: MailMessage) -> None:
        self.messages.append(message)


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def notifications(queue: ListQueue) -> Notifications:
    return Notifications(queue, SeededIds(0, FrozenClock()))


class TestAccountMail:
    def test_each_request_orders_a_mail_of_its_own(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        notifications.account_mail("reset-password", ADDRESS, {"token": "t"})
        notifications.account_mail("reset-password", ADDRESS, {"token": "t"})

        first, second = queue.messages
        assert first.mail_id != second.mail_id

    def test_request_with_a_subject_is_the_same_mail_when_repeated(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        notifications.account_mail(MailKind.ADDRESS_KNOWN, ADDRESS, {}, subject_id="today")
        notifications.account_mail(MailKind.ADDRESS_KNOWN, ADDRESS.upper(), {}, subject_id="today")

        first, second = queue.messages
        assert first.mail_id == second.mail_id

    def test_message_does_not_show_its_token_when_printed(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        notifications.account_mail("verify-address", ADDRESS, {"token": "secret-token"})

        assert "secret-token" not in repr(queue.messages[0])


class TestBookingChanged:
    def test_confirmation_orders_the_mail_about_it_in_the_language_of_the_booking(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        booking = a_booking(language="de")

        notifications.booking_changed(booking, confirmed(booking))

        assert queue.messages == [MailMessage(MailKind.BOOKING_CONFIRMED, booking.reference, ADDRESS, "de")]

    def test_free_booking_is_confirmed_from_nothing(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        notifications.booking_changed(None, a_booking(state=BookingState.CONFIRMED, attempts=()))

        assert [m.kind for m in queue.messages] == [MailKind.BOOKING_CONFIRMED]

    def test_rescued_booking_is_confirmed(self, notifications: Notifications, queue: ListQueue) -> None:
        rescuing = a_booking(state=BookingState.RESCUING)

        notifications.booking_changed(rescuing, confirmed(rescuing))

        assert [m.kind for m in queue.messages] == [MailKind.BOOKING_CONFIRMED]

    def test_admission_orders_nothing(self, notifications: Notifications, queue: ListQueue) -> None:
        booking = confirmed(a_booking())
        admitted = replace(booking.tickets[0], admitted_at=booking.created_at)

        notifications.booking_changed(booking, replace(booking, tickets=(admitted, *booking.tickets[1:])))

        assert queue.messages == []

    def test_cancelling_orders_one_mail_over_both_its_steps(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        booking = confirmed(a_booking())
        begun = cancelling(booking, UndoReason.CUSTOMER, rupees(76000))
        refunding = begun.with_attempt(replace(begun.attempts[0], state=AttemptState.REFUNDING))
        over = replace(refunding, state=BookingState.CANCELLED)

        for old, new in ((booking, begun), (begun, refunding), (refunding, over)):
            notifications.booking_changed(old, new)

        assert [m.kind for m in queue.messages] == [MailKind.BOOKING_CANCELLED]

    def test_giving_up_an_unpaid_check_out_orders_nothing(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        booking = a_booking()

        notifications.booking_changed(booking, cancelling(booking, UndoReason.CUSTOMER, rupees(0)))

        assert queue.messages == []

    def test_cancelled_showtime_is_told_to_those_at_the_check_out_too(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        booking = a_booking()

        notifications.booking_changed(booking, cancelling(booking, UndoReason.SHOWTIME_CANCELLED, rupees(0)))

        assert [m.kind for m in queue.messages] == [MailKind.BOOKING_CANCELLED]

    def test_payment_that_came_too_late_is_told_to_go_back(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        lapsed = a_booking(state=BookingState.LAPSED)
        going_back = replace(lapsed.attempts[0], state=AttemptState.REFUNDING, refund=rupees(99500))

        notifications.booking_changed(lapsed, lapsed.with_attempt(going_back))

        (message,) = queue.messages
        assert (message.kind, message.subject_id) == (MailKind.PAYMENT_RETURNED, lapsed.attempt_key(1))

    def test_second_payment_of_a_confirmed_booking_is_told_to_go_back(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        booking = confirmed(a_booking())
        second = replace(booking.attempts[0], number=2, state=AttemptState.REFUNDING)

        notifications.booking_changed(booking, booking.with_attempt(second))

        (message,) = queue.messages
        assert (message.kind, message.subject_id) == (MailKind.PAYMENT_RETURNED, booking.attempt_key(2))

    def test_progress_of_a_refund_orders_nothing_more(
        self, notifications: Notifications, queue: ListQueue
    ) -> None:
        lapsed = a_booking(state=BookingState.LAPSED)
        refunding = lapsed.with_attempt(replace(lapsed.attempts[0], state=AttemptState.REFUNDING))
        refunded = lapsed.with_attempt(replace(lapsed.attempts[0], state=AttemptState.REFUNDED))

        notifications.booking_changed(refunding, refunded)

        assert queue.messages == []

    def test_erased_customer_gets_no_mail(self, notifications: Notifications, queue: ListQueue) -> None:
        booking = a_booking(email="")

        notifications.booking_changed(booking, confirmed(booking))

        assert queue.messages == []
