from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.local_times import LocalTimeMissing, LocalTimeTwice, business_date, instant, is_zone

BERLIN = "Europe/Berlin"


class TestInstant:
    @pytest.mark.parametrize(
        ("local", "zone", "utc"),
        [
            ("2026-11-22T20:15", BERLIN, "2026-11-22T19:15"),
            ("2026-07-01T20:15", BERLIN, "2026-07-01T18:15"),
            ("2026-11-22T20:15", "Asia/Kolkata", "2026-11-22T14:45"),
            ("2026-11-23T00:10", BERLIN, "2026-11-22T23:10"),
        ],
    )
    def test_local_time_is_read_in_the_cinemas_zone(self, local: str, zone: str, utc: str) -> None:
        found = instant(datetime.fromisoformat(local), zone)

        assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)

    def test_time_with_an_offset_is_that_instant(self) -> None:
        found = instant(datetime.fromisoformat("2026-11-22T20:15-03:00"), BERLIN)

        assert found == datetime(2026, 11, 22, 23, 15, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("local", "zone", "first_after"),
        [
            ("2027-03-28T02:00", BERLIN, "2027-03-28T03:00"),
            ("2027-03-28T02:59", BERLIN, "2027-03-28T03:00"),
            ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-04T02:30"),
            ("2011-12-30T12:00", "Pacific/Apia", "2011-12-31T00:00"),
        ],
    )
    def test_time_that_the_clocks_skip_is_refused_with_the_next_that_exists(
        self, local: str, zone: str, first_after: str
    ) -> None:
        with pytest.raises(LocalTimeMissing) as refused:
            instant(datetime.fromisoformat(local), zone)

        assert refused.value.first_after == first_after
        assert first_after in str(refused.value)

    def test_time_that_comes_twice_is_refused_with_both_offsets(self) -> None:
        with pytest.raises(LocalTimeTwice) as refused:
            instant(datetime(2026, 10, 25, 2, 30), BERLIN)  # noqa: DTZ001

        assert refused.value.choices == ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00")

    def test_each_offered_choice_of_a_time_that_comes_twice_is_accepted(self) -> None:
        with pytest.raises(LocalTimeTwice) as refused:
            instant(datetime(2026, 10, 25, 2, 30), BERLIN)  # noqa: DTZ001

        first, second = (instant(datetime.fromisoformat(each), BERLIN) for each in refused.value.choices)
        assert (second - first).total_seconds() == 3600

    @pytest.mark.parametrize(
        "local", ["2027-03-28T01:59", "2027-03-28T03:00", "2026-10-25T01:59", "2026-10-25T03:00"]
    )
    def test_times_beside_a_change_of_the_clocks_are_plain(self, local: str) -> None:
        assert instant(datetime.fromisoformat(local), BERLIN).tzinfo is UTC


class TestBusinessDate:
    @pytest.mark.parametrize(
        ("local", "expected"),
        [
            ("2026-11-22T20:00+01:00", date(2026, 11, 22)),
            ("2026-11-23T00:15+01:00", date(2026, 11, 22)),
            ("2026-11-23T05:59+01:00", date(2026, 11, 22)),
            ("2026-11-23T06:00+01:00", date(2026, 11, 23)),
        ],
    )
    def test_evening_past_midnight_belongs_to_the_day_before(self, local: str, expected: date) -> None:
        assert business_date(datetime.fromisoformat(local), BERLIN, 6) == expected

    def test_business_date_is_the_cinemas_not_utcs(self) -> None:
        late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)

        assert business_date(late, "Asia/Kolkata", 0) == date(2026, 11, 23)


class TestIsZone:
    @pytest.mark.parametrize("name", ["Europe/Berlin", "Asia/Kolkata", "UTC", "Etc/UTC"])
    def test_names_of_iana_are_zones(self, name: str) -> None:
        assert is_zone(name)

    @pytest.mark.parametrize(
        "name", ["", "Berlin", "Europe/Nowhere", "../etc/passwd", "/etc/passwd", "posixrules"]
    )
    def test_other_names_are_none(self, name: str) -> None:
        assert not is_zone(name)
