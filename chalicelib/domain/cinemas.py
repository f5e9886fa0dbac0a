"""A cinema: a building with an address, a time zone, a currency and an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    """`time_zone` is an IANA name, `currency` ISO 4217; `day_starts_hour` is when a business date begins (local)."""

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
