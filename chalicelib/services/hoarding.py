"""How many holds may live at once: for one account, and for one network address.

Who is counted, why, and what it does not cover: docs/data-model.md, docs/adr/0012.
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
HOLDS_OF_AN_ACCOUNT = 5
HOLDS_OF_AN_ADDRESS = 60


class Hoarding:
    def __init__(
        self,
        clock: Clock,
        *,
        of_an_account: int = HOLDS_OF_AN_ACCOUNT,
        of_an_address: int = HOLDS_OF_AN_ADDRESS,
    ) -> None:
        self._clock = clock
        self._of_an_account = of_an_account
        self._of_an_address = of_an_address

    def take(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        """Count the hold, or prolong it: before its seats are taken. Raises HoldLimitReached, counting nothing.

        A counted hold that is never made lapses by itself.
        """
        now = self._clock.now()
        counted: list[tuple[str, int]] = []
        for holder, most in self._holders(principal, address):
            try:
                limits.claim_hold(holder, own, expires_at, now, most)
            except HoldLimitReached:
                for other, of_other in counted:
                    limits.release_hold(other, own, of_other)
                raise
            counted.append((holder, most))

    def prolong(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        """Count the hold until it lapses later. It can be repeated, and is never refused."""
        for holder, most in self._holders(principal, address):
            limits.prolong_hold(holder, own, expires_at, most)

    def give_back(self, principal: Principal, address: str, own: int) -> None:
        """Count the hold no more: its seats were refused, released, paid or given up. It can be repeated."""
        for holder, most in self._holders(principal, address):
            limits.release_hold(holder, own, most)

    def _holders(self, principal: Principal, address: str) -> list[tuple[str, int]]:
        """Whose counters a hold stands in, and how many each may have. A guest id costs nothing, so it limits nobody."""
        holders = [] if principal.is_guest else [(principal.id, self._of_an_account)]
        return [*holders, (network_of(address), self._of_an_address)] if address else holders
