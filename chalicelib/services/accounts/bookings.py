"""What accounts ask of selling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.bookings import Booking


class CustomersBookings(Protocol):
    """Each can be repeated; a repeat finds nothing left to do."""

    def upcoming_bookings_of(self, user_id: str) -> Sequence[Booking]:
        """The user's bookings that are not over (seats still to come, or money on its way), the soonest first."""
        ...

    def bookings_of(self, user_id: str) -> Sequence[Booking]:
        """All bookings of the user, the newest first."""
        ...

    def adopt_guest_bookings(self, user_id: str, email: str) -> int:
        """Make the bookings that guests made with the (normalised) address the user's, who has verified it."""
        ...

    def forget_customer(self, user_id: str) -> int:
        """Take the person out of the user's bookings. The rows of money stay, and say nothing of who it was."""
        ...
