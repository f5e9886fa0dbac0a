"""A showtime: one screening of a movie in an auditorium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import DomainError


class ShowtimeStatus(StrEnum):
    """`preparing` while its rows are being made: not listed, not sold. `withdrawn` sells nothing and keeps its bookings;
    `cancelled` had them undone; `deleted` never had any, and is seen by nobody."""

    PREPARING = "preparing"
    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class Intent(StrEnum):
    """What is being done to a showtime, and is finished by another if its worker dies.

    `prepare` makes its rows; `settle` brings them to what the showtime says; `cancel` undoes every booking.
    """

    PREPARE = "prepare"
    SETTLE = "settle"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Order:
    """The work on a showtime, one at a time: `worker` has it since then."""

    showtime_id: str
    intent: Intent
    since: datetime
    worker: str


@dataclass(frozen=True, slots=True)
class Showtime:
    """`id` is its short code, 6 Crockford base-32 characters. Instants are aware UTC.

    It pins a plan version; `cinema_id` is that of its auditorium. `sales_close_at` is the rows' `open_until`.
    """

    id: str
    cinema_id: str
    auditorium_id: str
    movie_id: str
    plan_id: str
    plan_version: int
    price_list_id: str
    starts_at: datetime
    ends_at: datetime
    sales_close_at: datetime
    business_date: date
    format: str
    language: str
    subtitles: str
    capacity: int
    status: ShowtimeStatus
    version: int

    @property
    def is_listed(self) -> bool:
        return self.status is ShowtimeStatus.ON_SALE

    @property
    def is_visible(self) -> bool:
        return self.status is not ShowtimeStatus.DELETED

    @property
    def is_final(self) -> bool:
        return self.status in (ShowtimeStatus.CANCELLED, ShowtimeStatus.DELETED)


class ShowtimesOverlap(DomainError):
    """The room is taken: `showtime_id` occupies it from `taken_from` until `free_at`, its cleaning included."""

    def __init__(self, showtime_id: str, taken_from: datetime, free_at: datetime, time_zone: str) -> None:
        zone = ZoneInfo(time_zone)
        super().__init__(
            f"The room is taken by showtime {showtime_id} from {taken_from.astimezone(zone):%Y-%m-%dT%H:%M%z} "
            f"until {free_at.astimezone(zone):%Y-%m-%dT%H:%M%z}, cleaning included."
        )
        self.showtime_id = showtime_id
        self.taken_from = taken_from
        self.free_at = free_at


class ShowtimeHasBookings(DomainError):
    """People have bought seats, or are buying: it can be cancelled, which pays them back, and nothing else."""

    def __init__(self, showtime_id: str, sold: int, held: int) -> None:
        super().__init__(
            f"Showtime {showtime_id} has {sold} sold seats and {held} being bought. "
            "It can't be moved or deleted; cancel it to pay everybody back."
        )
        self.showtime_id = showtime_id
        self.sold = sold
        self.held = held


class ShowtimeFinal(DomainError):
    """A cancelled showtime stays cancelled."""

    def __init__(self, showtime_id: str) -> None:
        super().__init__(f"Showtime {showtime_id} is cancelled. Schedule a new one.")
        self.showtime_id = showtime_id
