"""Every minute on a cinema's wall is one instant, none, or two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.local_times import LocalTimeMissing, LocalTimeTwice, instant

ZONES = (
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "UTC",
)
zones = st.sampled_from(ZONES)
# Nights of spring and autumn, where the clocks change, come up often enough by themselves in a few years.
minutes = st.integers(0, 4 * 366 * 24 * 60).map(lambda n: datetime(2026, 1, 1) + timedelta(minutes=n))  # noqa: DTZ001


def readings(local: datetime, zone: str) -> set[datetime]:
    """Every instant at which the clock on the wall shows this time: found by looking, not by computing."""
    near = local.replace(tzinfo=UTC)
    candidates = (near + timedelta(minutes=30 * half) + shift for half in range(-28, 29) for shift in SHIFTS)
    shown = ZoneInfo(zone)
    return {each for each in candidates if each.astimezone(shown).replace(tzinfo=None) == local}


SHIFTS = (timedelta(0), timedelta(minutes=15))


@given(minutes, zones)
@example(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")  # noqa: DTZ001
@example(datetime(2027, 10, 31, 2, 30), "Europe/Berlin")  # noqa: DTZ001
@example(datetime(2027, 10, 3, 2, 15), "Australia/Lord_Howe")  # noqa: DTZ001
@example(datetime(2027, 4, 4, 1, 45), "Australia/Lord_Howe")  # noqa: DTZ001
def test_local_time_is_accepted_exactly_when_it_is_one_instant(local: datetime, zone: str) -> None:
    found = readings(local, zone)

    if not found:
        with pytest.raises(LocalTimeMissing) as missing:
            instant(local, zone)
        first_after = datetime.fromisoformat(missing.value.first_after)
        last_before = (instant(first_after, zone) - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
        assert last_before.replace(tzinfo=None) < local < first_after
    elif len(found) == 2:
        with pytest.raises(LocalTimeTwice) as twice:
            instant(local, zone)
        assert {datetime.fromisoformat(each).astimezone(UTC) for each in twice.value.choices} == found
    else:
        assert found == {instant(local, zone)}
