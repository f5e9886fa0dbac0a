"""Who buys: an account, or a guest with an address."""

from __future__ import annotations

from chalicelib.domain.errors import Invalid
from chalicelib.domain.principals import Principal
from chalicelib.gateways.addresses import AddressUnusable, normalised
from chalicelib.services.accounts.accounts import Accounts
from chalicelib.services.selling.checkout import Buyer
from chalicelib.services.selling.reading import customer_of_address
from chalicelib.stores import keys


class Buyers:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def buyer(
        self,
        principal: Principal,
        email: str | None,
        name: str | None,
        language: str | None,
        other_seats: bool,
    ) -> Buyer:
        """The account's own details where none are given; a guest must give an address. Raises Invalid."""
        if principal.user_id is None:
            if email is None:
                raise Invalid([("/email", "give the address that the tickets go to")])
            address = _usable(email)
            return Buyer(customer_of_address(address), address, name or "", language or "en", other_seats)
        user = self._accounts.user(principal.user_id)
        return Buyer(
            customer=keys.customer_of_user(user.id),
            email=_usable(email) if email else user.email,
            name=name or user.name,
            language=language or user.language,
            other_seats_agreed=other_seats,
        )


def _usable(email: str) -> str:
    try:
        return normalised(email)
    except AddressUnusable as error:
        raise Invalid([("/email", error.why)]) from None
