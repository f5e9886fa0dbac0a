"""The links in our mails: pages of the site, opened by a person who holds the mail."""

from __future__ import annotations

from urllib.parse import urlencode

from chalicelib.domain.bookings import Booking, BookingTokenRejected
from chalicelib.domain.principals import Principal
from chalicelib.gateways.signing import Signer, TokenRejected
from chalicelib.stores import keys


class Links:
    """`site_url` is the origin that customers see. `signer` signs what opens one booking without an account."""

    def __init__(self, site_url: str, signer: Signer) -> None:
        self._site_url = site_url
        self._signer = signer

    def booking(self, booking: Booking) -> str:
        """A guest's link carries a signed token; a user signs in."""
        return self._page(booking, with_token=self.is_for_guest(booking))

    def after_payment(self, booking: Booking) -> str:
        """Where the provider sends the customer back to; with a token if the seats were held by a guest.

        By who held them, not by whose the booking is: the same at every repeat, also once an account has adopted it.
        """
        return self._page(booking, with_token=Principal(booking.principal_id).is_guest)

    def _page(self, booking: Booking, *, with_token: bool) -> str:
        page = f"{self._site_url}/bookings/{booking.reference}"
        if not with_token:
            return page
        return f"{page}?{urlencode({'token': self.booking_token(booking.reference)})}"

    def is_for_guest(self, booking: Booking) -> bool:
        return keys.is_customer_of_address(booking.customer)

    def booking_token(self, reference: str) -> str:
        """What opens the booking, for as long as it is kept: tickets are asked for years later, for a refund or a
        tax office."""
        return self._signer.sign({"ref": reference})

    def check_booking_token(self, token: str, reference: str) -> None:
        """Raises BookingTokenRejected unless the token is ours and of this booking."""
        try:
            claims = self._signer.read(token)
        except TokenRejected:
            raise BookingTokenRejected() from None
        if claims.get("ref") != reference:
            raise BookingTokenRejected()

    def verify_address(self, token: str) -> str:
        return f"{self._site_url}/verify-address?{urlencode({'token': token})}"

    def reset_password(self, token: str) -> str:
        return f"{self._site_url}/reset-password?{urlencode({'token': token})}"

    def log_in(self) -> str:
        return f"{self._site_url}/log-in"

    def forgotten_password(self) -> str:
        return f"{self._site_url}/forgotten-password"
