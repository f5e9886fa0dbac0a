"""How many holds may live at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.limits import HoldLimitReached
from chalicelib.domain.principals import guest_principal, user_principal
from chalicelib.services.hoarding import Hoarding
from tests.support.world import World, a_world

ADDRESS = "203.0.113.7"
ADA = user_principal("ADA")
BEN = user_principal("BEN")


def a_hoarding(world: World) -> Hoarding:
    return Hoarding(world.clock, of_an_account=2, of_an_address=3)


class TestTake:
    def test_account_holds_up_to_the_limit(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            hoarding.take(ADA, ADDRESS, 1, until)
            hoarding.take(ADA, ADDRESS, 2, until + timedelta(minutes=1))

            with pytest.raises(HoldLimitReached) as reached:
                hoarding.take(ADA, ADDRESS, 3, until)

            assert reached.value.lapses_at == until
            assert reached.value.retry_after_s == 600

    def test_hold_that_is_counted_can_be_prolonged_at_the_limit(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            hoarding.take(ADA, ADDRESS, 1, until)
            hoarding.take(ADA, ADDRESS, 2, until)

            hoarding.take(ADA, ADDRESS, 2, until + timedelta(minutes=5))

            world.clock.advance(minutes=11)
            hoarding.take(ADA, ADDRESS, 3, until + timedelta(minutes=20))
            with pytest.raises(HoldLimitReached):
                hoarding.take(ADA, ADDRESS, 4, until + timedelta(minutes=20))

    def test_lapsed_holds_do_not_count(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            for own in (1, 2):
                hoarding.take(ADA, ADDRESS, own, world.clock.now() + timedelta(minutes=10))
            world.clock.advance(minutes=10)

            for own in (3, 4):
                hoarding.take(ADA, ADDRESS, own, world.clock.now() + timedelta(minutes=10))

            with pytest.raises(HoldLimitReached):
                hoarding.take(ADA, ADDRESS, 5, world.clock.now() + timedelta(minutes=10))

    def test_address_is_limited_over_all_its_buyers(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            hoarding.take(ADA, ADDRESS, 1, until)
            hoarding.take(ADA, ADDRESS, 2, until)
            hoarding.take(BEN, ADDRESS, 3, until)

            with pytest.raises(HoldLimitReached):
                hoarding.take(BEN, ADDRESS, 4, until)

            hoarding.take(BEN, "203.0.113.8", 5, until)
            with pytest.raises(HoldLimitReached):
                hoarding.take(BEN, "203.0.113.8", 6, until)

    def test_guest_is_counted_by_address_alone(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            for own in (1, 2, 3):
                hoarding.take(guest_principal("EVE"), ADDRESS, own, until)

            with pytest.raises(HoldLimitReached):
                hoarding.take(guest_principal("MAX"), ADDRESS, 4, until)
            hoarding.take(guest_principal("EVE"), "203.0.113.8", 4, until)

    def test_hold_that_the_address_refuses_is_not_counted_for_the_account(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            for own in (1, 2, 3):
                hoarding.take(guest_principal("EVE"), ADDRESS, own, until)
            with pytest.raises(HoldLimitReached):
                hoarding.take(ADA, ADDRESS, 4, until)

            for own in (5, 6):
                hoarding.take(ADA, "203.0.113.8", own, until)

    def test_addresses_of_one_ipv6_network_are_one(self) -> None:
        with a_world() as world:
            hoarding = Hoarding(world.clock, of_an_account=9, of_an_address=1)
            until = world.clock.now() + timedelta(minutes=10)
            hoarding.take(ADA, "2001:db8:1:2::7", 1, until)

            with pytest.raises(HoldLimitReached):
                hoarding.take(BEN, "2001:db8:1:2:ffff::9", 2, until)
            hoarding.take(BEN, "2001:db8:1:3::9", 2, until)


class TestProlong:
    def test_extended_hold_counts_until_it_lapses(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            for own in (1, 2):
                hoarding.take(ADA, ADDRESS, own, world.clock.now() + timedelta(minutes=10))
                hoarding.prolong(ADA, ADDRESS, own, world.clock.now() + timedelta(minutes=20))
            world.clock.advance(minutes=11)

            with pytest.raises(HoldLimitReached):
                hoarding.take(ADA, ADDRESS, 3, world.clock.now() + timedelta(minutes=10))

    def test_hold_that_is_not_counted_stays_so(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)

            hoarding.prolong(ADA, ADDRESS, 1, until)

            for own in (2, 3):
                hoarding.take(ADA, ADDRESS, own, until)


class TestGiveBack:
    def test_released_hold_makes_room(self) -> None:
        with a_world() as world:
            hoarding = a_hoarding(world)
            until = world.clock.now() + timedelta(minutes=10)
            hoarding.take(ADA, ADDRESS, 1, until)
            hoarding.take(ADA, ADDRESS, 2, until)

            hoarding.give_back(ADA, ADDRESS, 1)
            hoarding.give_back(ADA, ADDRESS, 1)

            hoarding.take(ADA, ADDRESS, 3, until)

    def test_what_was_never_taken_can_be_given_back(self) -> None:
        with a_world() as world:
            a_hoarding(world).give_back(ADA, ADDRESS, 1)
