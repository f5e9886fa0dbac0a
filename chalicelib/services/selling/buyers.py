"""Who buys: an account, or a guest with an address."""

from __future__ import annotations

from chalicelib.domain.errors import Invalid
from chalicelib.domain.principals import Principal
from chalicelib.domain.users import DEFAULT_LANGUAGE
from chalicelib.services.accounts.accounts import Accounts
from chalicelib.services.accounts.fields import usable_address
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
            address = usable_address(email)
            return Buyer(
                customer_of_address(address), address, name or "", language or DEFAULT_LANGUAGE, other_seats
            )
        user = self._accounts.user(principal.user_id)
        return Buyer(
            customer=keys.customer_of_user(user.id),
            email=usable_address(email) if email else user.email,
            name=name or user.name,
            language=language or user.language,
            other_seats_agreed=other_seats,
        )
