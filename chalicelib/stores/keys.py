"""Every key of the three tables. Nothing else builds one. `docs/data-model.md` lists who reads which, and the cost."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Key(NamedTuple):
    pk: str
    sk: str


# --- catalogue -------------------------------------------------------------------------------------------------

CINEMAS = "CINEMAS"
MOVIES = "MOVIES"
AUDITORIUM_PREFIX = "AUDITORIUM#"
PRICE_LIST_PREFIX = "PRICES#"
PLAN_VERSION_PREFIX = "V#"


def cinema(cinema_id: str) -> Key:
    """All cinemas share a partition: the chain's list is one query."""
    return Key(CINEMAS, cinema_id)


def movie(movie_id: str) -> Key:
    return Key(MOVIES, movie_id)


def auditorium(cinema_id: str, auditorium_id: str) -> Key:
    return Key(f"CINEMA#{cinema_id}", f"{AUDITORIUM_PREFIX}{auditorium_id}")


def price_list(price_list_id: str) -> Key:
    return Key(f"PRICES#{price_list_id}", "PRICES")


def seating_plan(plan_id: str, version: int) -> Key:
    return Key(f"PLAN#{plan_id}", f"{PLAN_VERSION_PREFIX}{version:06d}")


def showtime(showtime_id: str) -> Key:
    return Key(f"SHOWTIME#{showtime_id}", "SHOWTIME")


def programme(auditorium_id: str, day: date) -> Key:
    return Key(f"PROGRAMME#{auditorium_id}", day.isoformat())


def cinema_day(cinema_id: str, business_date: date) -> str:
    return f"{cinema_id}#{business_date.isoformat()}"


def movie_day(movie_id: str, business_date: date) -> str:
    return f"{movie_id}#{business_date.isoformat()}"


# --- sales -----------------------------------------------------------------------------------------------------

ROW_PREFIX = "R#"
BOOKING_PREFIX = "B#"
DUE_SHARDS = 16


def showtime_sales(showtime_id: str) -> str:
    """The partition of a showtime's rows and bookings. Short, because a full row must stay under 1 KB."""
    return f"S#{showtime_id}"


def row(showtime_id: str, row_id: str) -> Key:
    return Key(showtime_sales(showtime_id), f"{ROW_PREFIX}{row_id}")


def booking(showtime_id: str, own_digits: int) -> Key:
    return Key(showtime_sales(showtime_id), f"{BOOKING_PREFIX}{own_digits:010d}")


def clearance(showtime_id: str) -> Key:
    """The work order that undoes every booking of a cancelled showtime."""
    return Key(showtime_sales(showtime_id), "CLEARANCE")


def due_shard(own_digits: int) -> str:
    return f"D#{own_digits % DUE_SHARDS:02d}"
