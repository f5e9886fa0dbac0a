"""Times as a cinema's clock on the wall shows them, and the instants they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.domain.errors import DomainError


class LocalTimeMissing(DomainError):
    """The clocks go forward over this local time: it does not exist that day. `first_after` is the next that does."""

    def __init__(self, local: datetime, time_zone: str, first_after: datetime) -> None:
        super().__init__(
            f"{_minutes(local)} does not exist in {time_zone}: the clocks go forward over it. "
            f"Choose a time before the change, or {_minutes(first_after)} or later."
        )
        self.local = _minutes(local)
        self.time_zone = time_zone
        self.first_after = _minutes(first_after)


class LocalTimeTwice(DomainError):
    """The clocks go back over this local time: it comes twice. `choices` are the two, told apart by their offset."""

    def __init__(self, local: datetime, time_zone: str, choices: tuple[str, str]) -> None:
        super().__init__(
            f"{_minutes(local)} comes twice in {time_zone}, when the clocks go back. "
            f"Send {choices[0]} for the first or {choices[1]} for the second."
        )
        self.local = _minutes(local)
        self.time_zone = time_zone
        self.choices = choices


def instant(given: datetime, time_zone: str) -> datetime:
    """The UTC instant of a local time of the zone, or of a time that carries its UTC offset.

    Raises LocalTimeMissing or LocalTimeTwice for a local time that is not exactly one instant.
    """
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    zone = ZoneInfo(time_zone)
    first = given.replace(tzinfo=zone, fold=0)
    second = given.replace(tzinfo=zone, fold=1)
    # PEP 495: within a gap, neither reading comes back as the same wall time; within a fold, both do.
    if not _exists(given, zone):
        raise LocalTimeMissing(given, time_zone, _end_of_gap(given, zone))
    if first.utcoffset() != second.utcoffset():
        raise LocalTimeTwice(given, time_zone, (_with_offset(first), _with_offset(second)))
    return first.astimezone(UTC)


def is_zone(name: str) -> bool:
    """Whether the name is an IANA time zone of a place, or UTC."""
    # ZoneInfo also opens files such as "posixrules"; a zone of a place has a slash in its name, or is UTC.
    if "/" not in name and name != "UTC":
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def business_date(at: datetime, time_zone: str, day_starts_hour: int) -> date:
    """The date whose evening `at` belongs to: before `day_starts_hour` (local) it is still the day before's."""
    local = at.astimezone(ZoneInfo(time_zone))
    return local.date() - timedelta(days=1) if local.hour < day_starts_hour else local.date()


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    while not _exists(local, zone):
        local += timedelta(minutes=1)
    return local


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def _minutes(local: datetime) -> str:
    return local.strftime("%Y-%m-%dT%H:%M")


def _with_offset(local: datetime) -> str:
    return local.isoformat(timespec="minutes")
