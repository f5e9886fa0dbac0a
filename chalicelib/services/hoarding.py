"""How many holds may live at once: for one buyer, and for one network address.

What this does not cover is written down in docs/data-model.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.limits import HoldLimitReached, network_of
from chalicelib.stores import limits

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.clock import Clock
    from chalicelib.domain.principals import Principal

# A person compares a few evenings. An office, a school or a mobile carrier shares one address.
HOLDS_OF_A_BUYER = 5
HOLDS_OF_AN_ADDRESS = 60


class Hoarding:
    def __init__(
        self, clock: Clock, *, of_a_buyer: int = HOLDS_OF_A_BUYER, of_an_address: int = HOLDS_OF_AN_ADDRESS
    ) -> None:
        self._clock = clock
        self._of_a_buyer = of_a_buyer
        self._of_an_address = of_an_address

    def take(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        """Count the hold, or prolong it: before its seats are taken. Raises HoldLimitReached, counting nothing.

        A counted hold that is never made lapses by itself.
        """
        now = self._clock.now()
        limits.claim_hold(principal.id, own, expires_at, now, self._of_a_buyer)
        if not address:
            return
        try:
            limits.claim_hold(network_of(address), own, expires_at, now, self._of_an_address)
        except HoldLimitReached:
            limits.release_hold(principal.id, own)
            raise

    def prolong(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        """Count the hold until it lapses later. It can be repeated, and is never refused."""
        limits.prolong_hold(principal.id, own, expires_at)
        if address:
            limits.prolong_hold(network_of(address), own, expires_at)

    def give_back(self, principal: Principal, address: str, own: int) -> None:
        """Count the hold no more: its seats were refused, released, paid or given up. It can be repeated."""
        limits.release_hold(principal.id, own)
        if address:
            limits.release_hold(network_of(address), own)
