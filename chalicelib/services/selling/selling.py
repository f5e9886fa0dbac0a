"""The selling of seats as other rooms see it: its parts, and the few calls that cross capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.domain.bookings import LIVE, Booking, BookingState
from chalicelib.domain.money import Money
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.principals import NotFound, Principal
from chalicelib.domain.rows import Counts
from chalicelib.domain.showtimes import Showtime
from chalicelib.gateways.payments import Payments
from chalicelib.observability import logger
from chalicelib.services.selling.best_seats import BestSeats
from chalicelib.services.selling.buyers import Buyers
from chalicelib.services.selling.cancelling import Cancelling
from chalicelib.services.selling.checkout import Checkout
from chalicelib.services.selling.drafting import Limits, Scheduled
from chalicelib.services.selling.holding import Holding
from chalicelib.services.selling.reading import Reading
from chalicelib.services.selling.recovery import Recovered, Recovery
from chalicelib.services.selling.settling import Settled, Settling
from chalicelib.services.selling.stock import Stock
from chalicelib.services.selling.tokens import HoldTokens

# The recovery job has a minute; it stops beginning work well before.
RECOVERY_TIME = timedelta(seconds=45)
# In these the hold of a booking may still be counted; a provider's notice that confirmed it knew no address.
_COUNTED = frozenset({BookingState.PENDING, BookingState.CONFIRMED})


@dataclass(frozen=True)
class Selling:
    scheduled: Scheduled
    stock: Stock
    holding: Holding
    best_seats: BestSeats
    hold_tokens: HoldTokens
    checkout: Checkout
    settling: Settling
    cancelling: Cancelling
    recovery: Recovery
    reading: Reading
    buyers: Buyers
    payments: Payments
    limits: Limits
    clock: Clock

    # --- for the payment provider

    def notice(self, headers: Mapping[str, str], body: bytes) -> Booking | None:
        """A webhook: a hint to look at the booking. Late, repeated and out of order are all alike.

        Raises WebhookRejected for one that isn't the provider's, ProviderUnavailable so that it is sent again. A notice
        of a booking we don't have (its put never happened) is None: nothing is ours to settle.
        """
        event = self.payments.read_event(headers, body)
        try:
            booking = self.reading.by_reference(event.key.rpartition("/")[0])
        except NotFound:
            return None
        return self.settle(booking)

    # --- for whoever has a booking

    def settle(self, booking: Booking, address: str = "") -> Booking:
        """Bring a booking up to how its payment stands. Raises ProviderUnavailable, Unavailable.

        `address` is the customer's; a notice has none, and leaves the count of the address to lapse.
        """
        return self.look(booking, address).booking

    def look(self, booking: Booking, address: str = "") -> Settled:
        """The same, with what the provider said of a payment that is still waited for."""
        settled = self.settling.look(booking)
        self._uncounted(booking, settled.booking, address)
        return settled

    def cancel(self, booking: Booking, refund: Money, address: str = "") -> Booking:
        """Cancel a booking for its customer, who was shown that `refund` comes back.

        Nobody gives up unawares what they have paid for meanwhile: the provider is asked first, and other terms hold
        for what is paid. Raises CannotCancel, TermsChanged, ProviderUnavailable, Unavailable.
        """
        if booking.state is BookingState.PENDING:
            try:
                booking = self.settle(booking, address)
            except ProviderUnavailable:
                # As far as anybody knows it is unpaid: money that still comes goes back.
                logger.info("cancels without the provider's word", reference=booking.reference)
        return self._uncounted(booking, self.cancelling.cancel(booking, refund), address)

    def _uncounted(self, before: Booking, booking: Booking, address: str) -> Booking:
        """Seats that no longer wait for a payment are no longer counted as held.

        Of a booking that was undone before, nothing is: a hold made anew under its key has its digits, and counts.
        """
        over = before.state in _COUNTED and booking.state is not BookingState.PENDING
        if over and self.clock.now() < booking.claims_until:
            self.limits.give_back(Principal(booking.principal_id), address, booking.own)
        return booking

    # --- for the schedule

    def recover(self) -> Recovered:
        return self.recovery.recover(self.clock.now() + RECOVERY_TIME)

    # --- for scheduling

    def open(self, showtime: Showtime) -> None:
        """Make the rows of a showtime that are missing. May be repeated over sold rows."""
        self.stock.open(showtime.id, self.scheduled.plan_of(showtime), showtime.sales_close_at)

    def reopen(self, showtime: Showtime, until: datetime) -> None:
        self.stock.reopen(showtime.id, self.scheduled.plan_of(showtime), until)

    def withdraw(self, showtime: Showtime) -> None:
        self.stock.withdraw(showtime.id, self.scheduled.plan_of(showtime))

    def cancel_showtime(self, showtime_id: str) -> None:
        self.cancelling.cancel_showtime(showtime_id)

    def counts(self, showtime_id: str) -> Counts:
        return self.stock.counts(showtime_id)

    def recount(self, showtime_id: str) -> Counts:
        """Consistent: for deciding what may still be changed."""
        return self.stock.recount(showtime_id)

    # --- for accounts

    def upcoming_bookings_of(self, user_id: str) -> list[Booking]:
        """What still stands between a user and erasure, the soonest first."""
        now = self.clock.now()
        found = [
            booking
            for booking in self.bookings_of(user_id)
            if booking.due_at is not None
            or (booking.state in LIVE and self.scheduled.showtime(booking.showtime_id).ends_at > now)
        ]
        return sorted(found, key=lambda each: self.scheduled.showtime(each.showtime_id).starts_at)

    def bookings_of(self, user_id: str) -> list[Booking]:
        """All bookings of a user, newest first."""
        return self.reading.all_of_user(user_id)

    def adopt_guest_bookings(self, user_id: str, email: str) -> int:
        return self.reading.adopt_guest_bookings(user_id, email)

    def forget_customer(self, user_id: str) -> int:
        """Strip a user's bookings of address and name; the money rows stay. Gives how many."""
        return self.reading.anonymise(user_id)
