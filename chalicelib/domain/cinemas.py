"""A cinema: a building with an address, a time zone, a currency and an owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.currencies import CURRENCIES
from chalicelib.domain.errors import DomainError, Invalid
from chalicelib.domain.local_times import is_zone
from chalicelib.domain.text import fold


class CinemaStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class CancellationPolicy:
    """What a customer gets back, and until when. Shown before buying and before cancelling.

    closes_minutes: how long before the start a customer may still cancel. refund_per_cent of the tickets' price
    goes back (0 to 100); the rest is retained.
    """

    closes_minutes: int = 60
    refund_per_cent: int = 100


@dataclass(frozen=True, slots=True)
class Cinema:
    """`time_zone` is an IANA name, `currency` ISO 4217; `day_starts_hour` is when a business date begins (local).

    `uses` counts the auditoriums and price lists ever made in it: once there is one, time zone, currency and
    day_starts_hour stay as they are.
    """

    id: str
    name: str
    street: str
    city: str
    country: str
    time_zone: str
    currency: str
    owner_id: str
    status: CinemaStatus
    policy: CancellationPolicy
    day_starts_hour: int
    version: int
    created_at: datetime
    updated_at: datetime
    uses: int = field(default=0, compare=False)

    @property
    def folded_name(self) -> str:
        return fold(self.name)

    @property
    def is_published(self) -> bool:
        return self.status is CinemaStatus.PUBLISHED


class CinemaNotPublished(DomainError):
    """An admin has not approved the cinema yet, so nothing can be shown in it."""

    def __init__(self, cinema: Cinema) -> None:
        super().__init__(
            f"{cinema.name} is a draft. An admin must approve it before showtimes can be scheduled."
        )
        self.cinema_id = cinema.id


def check(time_zone: str, currency: str) -> None:
    """Raises Invalid, pointing, for a zone that IANA does not know or a currency that ISO 4217 does not."""
    errors = []
    if not is_zone(time_zone):
        errors.append(("/time_zone", f"{time_zone} is no IANA time zone; send one like Europe/Berlin."))
    if currency not in CURRENCIES:
        errors.append(("/currency", f"{currency} is no currency of ISO 4217; send one like EUR."))
    if errors:
        raise Invalid(errors)


def what_is_settled(old: Cinema, new: Cinema) -> tuple[str, ...]:
    """What the change touches of all that times, days and prices rest on: once used, it stays."""
    names = ("time_zone", "currency", "day_starts_hour")
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
