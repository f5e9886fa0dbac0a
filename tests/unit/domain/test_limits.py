"""How attempts are slowed, and what counts as one network address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.limits import Allowance, network_of

ALLOWANCE = Allowance(
    free=3,
    first_wait=timedelta(seconds=1),
    longest_wait=timedelta(minutes=1),
    forgotten_after=timedelta(days=1),
)


class TestWaitAfter:
    @pytest.mark.parametrize(
        ("attempts", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (8, 32), (9, 60), (10**9, 60)]
    )
    def test_wait_doubles_up_to_the_longest(self, attempts: int, seconds: int) -> None:
        assert ALLOWANCE.wait_after(attempts) == timedelta(seconds=seconds)


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("nowhere", "nowhere"),
        ],
    )
    def test_network(self, address: str, network: str) -> None:
        assert network_of(address) == network
