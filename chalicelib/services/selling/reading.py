"""Reading bookings: by reference, for whoever may see them, and a customer's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from chalicelib.domain.bookings import Booking, parse_reference, reference_of
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.principals import NotFound, Principal
from chalicelib.domain.users import address_digest
from chalicelib.services.links import Links
from chalicelib.stores import keys
from chalicelib.stores.bookings import BookingMoved, Bookings

_TURNS = 5
_PAGE = 50


class Reading:
    def __init__(self, bookings: Bookings, links: Links) -> None:
        self._bookings = bookings
        self._links = links

    def by_reference(self, reference: str) -> Booking:
        """Raises NotFound, for what is not a reference as well."""
        showtime_id, own = _parsed(reference)
        booking = self._bookings.get(showtime_id, own)
        if booking is None:
            raise NotFound("booking", reference)
        return booking

    def for_caller(self, reference: str, principal: Principal, token: str) -> Booking:
        """The booking, if it is the caller's own or the link's token opens it.

        Raises NotFound for a booking outside the caller's reach, BookingTokenRejected for a token that does not open it.
        """
        if token:
            # Before any reading: a stranger's token must not tell which references there are.
            self._links.check_booking_token(token, reference_of(*_parsed(reference)))
        booking = self.by_reference(reference)
        if token:
            return booking
        if self._is_own(booking, principal) or principal.is_admin:
            return booking
        raise NotFound("booking", reference)

    def _is_own(self, booking: Booking, principal: Principal) -> bool:
        if principal.user_id:
            return booking.customer == keys.customer_of_user(principal.user_id)
        return bool(principal.id) and booking.principal_id == principal.id

    def of_user(self, user_id: str, before: str | None, limit: int) -> tuple[list[Booking], str | None]:
        """Newest first, those booked before `before`; with where the next page begins, None at the end."""
        return self._of_customer(keys.customer_of_user(user_id), before, limit)

    def _of_customer(self, customer: str, before: str | None, limit: int) -> tuple[list[Booking], str | None]:
        found = self._bookings.of_customer(customer, before=before, limit=limit + 1)
        page = found[:limit]
        bookings = self._bookings.get_many([key for key, _ in page])
        return bookings, (page[-1][1] if len(found) > limit else None)

    def all_of_user(self, user_id: str) -> list[Booking]:
        """Newest first."""
        return list(self._all_of(keys.customer_of_user(user_id)))

    def adopt_guest_bookings(self, user_id: str, email: str) -> int:
        """Guest bookings under a verified address join the account. Gives how many; may be repeated."""
        guest, user = customer_of_address(email), keys.customer_of_user(user_id)
        bookings = list(self._all_of(guest))
        for booking in bookings:
            self._rewrite(booking, lambda b: replace(b, customer=user) if b.customer == guest else b)
        return len(bookings)

    def anonymise(self, user_id: str) -> int:
        """Strip a user's bookings of address and name. Gives how many; may be repeated."""
        bookings = list(self._all_of(keys.customer_of_user(user_id)))
        for booking in bookings:
            self._rewrite(booking, lambda b: replace(b, email="", name=""))
        return len(bookings)

    def _all_of(self, customer: str) -> Iterator[Booking]:
        bookings, before = self._of_customer(customer, None, _PAGE)
        yield from bookings
        while before:
            bookings, before = self._of_customer(customer, before, _PAGE)
            yield from bookings

    def _rewrite(self, booking: Booking, change: Callable[[Booking], Booking]) -> None:
        for _ in range(_TURNS):
            try:
                self._bookings.change(booking, change(booking))
            except BookingMoved as moved:
                booking = moved.current
            else:
                return
        raise Unavailable("The booking")


def _parsed(reference: str) -> tuple[str, int]:
    """Raises NotFound."""
    try:
        return parse_reference(reference)
    except ValueError:
        raise NotFound("booking", reference) from None


def customer_of_address(email: str) -> str:
    """The index key of a guest's address (normalised by the caller): a digest, so that the key names nobody."""
    return keys.customer_of_address(address_digest(email))
