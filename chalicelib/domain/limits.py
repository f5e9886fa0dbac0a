"""Limits on how often, and how much at once: guesses, mails asked for, live holds."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors import DomainError

# One customer of a provider commands a whole /64 (RFC 6177), so that is what counts as one address.
IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Allowance:
    """How attempts of one kind are slowed.

    The first `free` attempts pass at once. Each further one waits twice as long as the one before, from `first_wait` up
    to `longest_wait`. A counter that rested for `forgotten_after` begins anew: nobody is locked out for good.
    """

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    forgotten_after: timedelta

    def wait_after(self, attempts: int) -> timedelta:
        """How long the next attempt must wait after this many."""
        if attempts < self.free:
            return timedelta()
        doublings = min(attempts - self.free, 32)
        return min(self.first_wait * (1 << doublings), self.longest_wait)


class TooManyAttempts(DomainError):
    """The attempt was not made: it comes too soon after the ones before."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many attempts. Wait {retry_after_s} s, then try again.")
        self.retry_after_s = retry_after_s


class HoldLimitReached(DomainError):
    """As many holds are live as one account, or one network address, may have. One comes free at `lapses_at`."""

    def __init__(self, limit: int, lapses_at: datetime, retry_after_s: int) -> None:
        super().__init__(
            f"Seats are held {limit} times already by you, or from your network address. "
            f"Pay for them or release a hold, or wait {retry_after_s} s."
        )
        self.limit = limit
        self.lapses_at = lapses_at
        self.retry_after_s = retry_after_s


def network_of(address: str) -> str:
    """What counts as one network address: an IPv4 address, or the /64 of an IPv6 one; other text as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
