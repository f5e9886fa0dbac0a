"""What the environment tells: the times of selling, and what is refused in one line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from chalicelib.domain.selling_times import BOUNDS, USUAL, SellingTimes, TimesRefused
from chalicelib.settings import SettingRefused, times_from, variables_of
from dev.run import Options, Refused
from tests.support.customers import a_house
from tests.support.world import environment

APP = Path(__file__).parents[2] / "infra" / "app.yaml"


class TestTimes:
    @pytest.mark.parametrize("told", [{}, {"HOLD_SECONDS": "", "PAYMENT_SECONDS": ""}])
    def test_what_is_not_set_is_as_usual(self, told: dict[str, str]) -> None:
        assert times_from(told) == USUAL

    def test_what_is_set_counts(self) -> None:
        times = times_from({"HOLD_SECONDS": "25", "LONGEST_HOLD_SECONDS": "45", "PAYMENT_SECONDS": "90"})

        assert times == SellingTimes(*(timedelta(seconds=each) for each in (25, 45, 90)))

    def test_a_function_is_told_what_was_set(self) -> None:
        times = SellingTimes(hold=timedelta(minutes=12))

        assert times_from(variables_of(times)) == times

    @pytest.mark.parametrize("said", ["ten", "19", "3601", "-600", "600.5", "６００", "9" * 5000])
    def test_what_can_not_be_is_refused_by_name(self, said: str) -> None:
        with pytest.raises(SettingRefused, match="HOLD_SECONDS is a whole number from 20 to 3600, not"):
            times_from({"HOLD_SECONDS": said})

    def test_a_longest_hold_below_the_hold_time_is_refused(self) -> None:
        with pytest.raises(SettingRefused, match="LONGEST_HOLD_SECONDS is no less than HOLD_SECONDS"):
            times_from({"HOLD_SECONDS": "1800"})

    def test_times_that_no_setting_could_name_are_no_times(self) -> None:
        with pytest.raises(TimesRefused):
            SellingTimes(payment=timedelta(seconds=90.5))

    @pytest.mark.parametrize("told", [{"PAYMENT_SECONDS": "60"}, {"LATE_SECONDS": "60"}])
    def test_make_run_refuses_them_before_it_starts_anything(self, told: dict[str, str]) -> None:
        with pytest.raises(Refused, match=f"{next(iter(told))} is a whole number from"):
            Options.read([], told)

    def test_template_takes_the_same_times(self) -> None:
        template = yaml.safe_load(APP.read_text())
        for name, (least, most) in BOUNDS.items():
            parameter = template["Parameters"][f"{name.title().replace('_', '')}Seconds"]
            told = int(variables_of(USUAL)[f"{name.upper()}_SECONDS"])

            assert (parameter["MinValue"], parameter["MaxValue"]) == (least, most)
            assert parameter["Default"] == told


def test_seats_are_sold_by_the_times_that_are_set() -> None:
    told = {"HOLD_SECONDS": "30", "LONGEST_HOLD_SECONDS": "45", "PAYMENT_SECONDS": "90"}
    with environment(told), a_house() as house:
        one, other, _ = house.customers
        began_at = house.world.clock.now()
        hold = one.hold(house.showtime.id, "A-1", "A-2")
        assert hold.expires_at == began_at + timedelta(seconds=30)

        house.world.clock.advance(seconds=20)
        hold = one.extend(hold)
        assert hold.expires_at == hold.latest_expiry == began_at + timedelta(seconds=45)

        booking = one.check_out(hold).booking
        assert booking.claims_until == began_at + timedelta(seconds=20 + 90)
        assert booking.session_ends_at == began_at + timedelta(seconds=20 + 30)

        house.world.clock.advance(seconds=91)
        assert other.hold(house.showtime.id, "A-1", "A-2").seats == hold.seats
