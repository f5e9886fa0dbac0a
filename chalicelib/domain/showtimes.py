"""A showtime: one screening of a movie in an auditorium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ShowtimeStatus(StrEnum):
    """`preparing` while its rows are being made: not listed, not sold. `withdrawn` sells nothing and keeps its bookings."""

    PREPARING = "preparing"
    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


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
