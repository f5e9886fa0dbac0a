"""The counters of live holds against a plain set of holds with their ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chalicelib.domain.limits import HoldLimitReached
from chalicelib.domain.principals import Principal, user_principal
from chalicelib.services.hoarding import Hoarding
from tests.support.world import World, a_world

OF_AN_ACCOUNT, OF_AN_ADDRESS = 2, 3
BUYERS = st.sampled_from(["ADA", "BEN"])
ADDRESSES = st.sampled_from(["home", "office"])
HOLDS = st.integers(1, 5)


class HoardingMachine(RuleBasedStateMachine):
    """A hold's own digits are its buyer's: two buyers never have the same. All examples share a world."""

    world: World

    @initialize()
    def open(self) -> None:
        self.example = self.world.wiring.ids.ulid()
        self.hoarding = Hoarding(self.world.clock, of_an_account=OF_AN_ACCOUNT, of_an_address=OF_AN_ADDRESS)
        self.by_buyer: dict[str, dict[int, datetime]] = {}
        self.by_address: dict[str, dict[int, datetime]] = {}

    def _principal(self, buyer: str) -> Principal:
        return user_principal(f"{buyer} {self.example}")

    def _at(self, address: str) -> str:
        return f"{address} {self.example}"

    def _must_fit(self, holds: dict[int, datetime], own: int, limit: int) -> bool:
        """A live hold has its place; another needs one that no other live hold has."""
        live = {each for each, until in holds.items() if until > self.world.clock.now()}
        return own in live or len(live) < limit

    @rule(buyer=BUYERS, address=ADDRESSES, hold=HOLDS, minutes=st.sampled_from([1, 10]))
    def take(self, buyer: str, address: str, hold: int, minutes: int) -> None:
        own = hold + (100 if buyer == "BEN" else 0)
        until = self.world.clock.now() + timedelta(minutes=minutes)
        buyers = self.by_buyer.setdefault(buyer, {})
        addresses = self.by_address.setdefault(address, {})
        must_fit = self._must_fit(buyers, own, OF_AN_ACCOUNT) and self._must_fit(
            addresses, own, OF_AN_ADDRESS
        )
        if self._took(buyer, address, own, until):
            # A hold that has lapsed and was not swept may keep its place: there are no more holds for that.
            assert must_fit or own in buyers or own in addresses
            buyers[own] = addresses[own] = until
        else:
            assert not must_fit
            if self._must_fit(buyers, own, OF_AN_ACCOUNT):
                buyers.pop(own, None)  # counted, and given back when the address was full
        for holds, limit in ((buyers, OF_AN_ACCOUNT), (addresses, OF_AN_ADDRESS)):
            assert sum(until > self.world.clock.now() for until in holds.values()) <= limit

    def _took(self, buyer: str, address: str, own: int, until: datetime) -> bool:
        try:
            self.hoarding.take(self._principal(buyer), self._at(address), own, until)
        except HoldLimitReached:
            return False
        return True

    @rule(buyer=BUYERS, address=ADDRESSES, hold=HOLDS)
    def extend(self, buyer: str, address: str, hold: int) -> None:
        own = hold + (100 if buyer == "BEN" else 0)
        until = self.world.clock.now() + timedelta(minutes=10)
        for holds in (self.by_buyer.get(buyer, {}), self.by_address.get(address, {})):
            if holds.get(own, until) <= self.world.clock.now():
                return  # nobody extends what has lapsed
        self.hoarding.prolong(self._principal(buyer), self._at(address), own, until)
        for holds in (self.by_buyer.get(buyer, {}), self.by_address.get(address, {})):
            if own in holds:
                holds[own] = until

    @rule(buyer=BUYERS, address=ADDRESSES, hold=HOLDS)
    def give_back(self, buyer: str, address: str, hold: int) -> None:
        own = hold + (100 if buyer == "BEN" else 0)
        self.hoarding.give_back(self._principal(buyer), self._at(address), own)
        self.by_buyer.setdefault(buyer, {}).pop(own, None)
        self.by_address.setdefault(address, {}).pop(own, None)

    @rule(minutes=st.sampled_from([1, 5, 10]))
    def wait(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes)


# A step is a few calls of moto, some milliseconds each.
EXAMPLES = settings(stateful_step_count=15, max_examples=min(settings().max_examples, 150))


def test_counters_do_as_the_model_does() -> None:
    with a_world() as world:
        HoardingMachine.world = world
        run_state_machine_as_test(HoardingMachine, settings=EXAMPLES)
