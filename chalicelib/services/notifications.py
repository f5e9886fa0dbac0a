"""Which mails follow from what happened. They are only put in the queue here; services/mails.py sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.bookings import AttemptState, Booking, BookingState, UndoReason
from chalicelib.domain.mails import MailKind, MailMessage
from chalicelib.domain.users import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from chalicelib.clock import Ids
    from chalicelib.gateways.mail import MailQueue

_CANCELLED = frozenset({BookingState.CANCELLING, BookingState.CANCELLED})
_GOES_BACK = frozenset({AttemptState.REFUNDING, AttemptState.REFUNDED, AttemptState.REFUSED})


class Notifications:
    def __init__(self, queue: MailQueue, ids: Ids) -> None:
        self._queue = queue
        self._ids = ids

    def account_mail(
        self,
        kind: MailKind | str,
        address: str,
        data: Mapping[str, str],
        *,
        language: str = DEFAULT_LANGUAGE,
        subject_id: str = "",
    ) -> None:
        """Order a mail about an account.

        `data` holds "token" for verify-address and reset-password (the mail links to SITE_URL/verify-address or
        /reset-password with ?token=…), and may hold "expires_at" (ISO 8601, aware: the mail says how long its link
        works, and is not sent after). Nothing that the asker typed goes into these mails: anyone can have one sent
        to anybody.

        Each call orders one mail more, unless it names a `subject_id` for which one of this kind was ordered
        before. Raises Unavailable when the order is not known to be taken: call again.
        """
        self._queue.put(
            MailMessage(MailKind(kind), subject_id or self._ids.ulid(), address, language, dict(data))
        )

    def booking_changed(self, old: Booking | None, new: Booking) -> None:
        """Order the mails that follow from a change of a booking; `old` is None for one that is new.

        Repeating it orders copies, of which the ledger lets one through. Raises Unavailable.
        """
        for kind, subject_id in _mails_after(old, new):
            if new.email:
                self._queue.put(MailMessage(kind, subject_id, new.email, new.language or DEFAULT_LANGUAGE))


def _mails_after(old: Booking | None, new: Booking) -> Iterator[tuple[MailKind, str]]:
    before = old.state if old else None
    if new.state is BookingState.CONFIRMED and before is not BookingState.CONFIRMED:
        yield MailKind.BOOKING_CONFIRMED, new.reference
    # A cancelling booking is never un-cancelled and its amounts are fixed, so nobody waits for the bank to be told.
    # Who gives up an unpaid check-out of their own is told nothing.
    if (
        new.state in _CANCELLED
        and before not in _CANCELLED
        and (new.confirmed_at is not None or new.reason is UndoReason.SHOWTIME_CANCELLED)
    ):
        yield MailKind.BOOKING_CANCELLED, new.reference
    # Money that came too late, or twice. What paid for a booking goes back with its cancellation.
    returned_before = _returned(old) if old else frozenset()
    for number in sorted(_returned(new) - returned_before):
        yield MailKind.PAYMENT_RETURNED, new.attempt_key(number)


def _returned(booking: Booking) -> frozenset[int]:
    return frozenset(
        attempt.number
        for attempt in booking.attempts
        if attempt.state in _GOES_BACK and not (attempt.number == booking.paid_by and booking.confirmed_at)
    )
