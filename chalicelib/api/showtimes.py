"""Showtimes: listed for visitors, scheduled by those who run the cinema."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from chalicelib.api.access import ANYONE, Access
from chalicelib.api.auditoriums import Format
from chalicelib.api.contract import Answer, Call, Payload
from chalicelib.api.fields import DAY_OF_2000_TO_2099, AuditoriumId, Day, Instant, Language, ShowtimeId, Ulid
from chalicelib.api.finding import cinema_of_auditorium_in_body, cinema_of_showtime
from chalicelib.api.money import MoneyOut, money
from chalicelib.api.presenting import digested, versioned
from chalicelib.api.routing import Routes
from chalicelib.domain.auditoriums import AuditoriumHasNoPlan
from chalicelib.domain.cinemas import CinemaNotPublished
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.local_times import LocalTimeMissing, LocalTimeTwice
from chalicelib.domain.principals import NotFound, Role
from chalicelib.domain.showtimes import (
    Showtime,
    ShowtimeFinal,
    ShowtimeHasBookings,
    ShowtimesOverlap,
    ShowtimeStatus,
)
from chalicelib.services.scheduling.listing import Listed
from chalicelib.services.scheduling.planning import ShowtimeDetails

routes = Routes("showtimes")

# Counts are kept for 20 s in the process: with these 10 they are at most 30 s old.
COUNTS_PUBLIC_S = 10
RUNS_IT = Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_showtime)
SCHEDULING = (
    Invalid,
    CinemaNotPublished,
    AuditoriumHasNoPlan,
    LocalTimeMissing,
    LocalTimeTwice,
    ShowtimesOverlap,
)

START_PATTERN = (
    rf"^{DAY_OF_2000_TO_2099}T([01][0-9]|2[0-3]):[0-5][0-9](:00)?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?$"
)


def _start(value: Any) -> Any:
    if not isinstance(value, str) or re.fullmatch(START_PATTERN, value) is None:
        raise ValueError("give the time as YYYY-MM-DDThh:mm, local to the cinema, or with its UTC offset")
    return datetime.fromisoformat(value)


Start = Annotated[
    datetime, BeforeValidator(_start), WithJsonSchema({"type": "string", "pattern": START_PATTERN})
]
"""A local time of the cinema ("2026-11-22T20:15"), or one with its UTC offset."""


class ShowtimeIn(Payload):
    """It ends `extra_minutes` (advertising, interval) after the movie's duration.

    Sales close `sales_close_minutes` after the start, before it when negative. `subtitles` is a language, or null.
    """

    movie_id: Ulid
    price_list_id: Ulid
    starts_at: Start
    extra_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    sales_close_minutes: Annotated[int, Field(ge=-1440, le=60)] = 0
    format: Format = "2D"
    language: Language
    subtitles: Language | None = None


class NewShowtime(ShowtimeIn):
    auditorium_id: AuditoriumId


class ShowtimeOut(Payload):
    """`cinema_id` to `price_list_id` name what it is made of; `capacity` counts the seats of its plan."""

    id: ShowtimeId
    cinema_id: Ulid
    auditorium_id: AuditoriumId
    movie_id: Ulid
    plan_id: Ulid
    plan_version: int
    price_list_id: Ulid
    starts_at: Instant
    ends_at: Instant
    sales_close_at: Instant
    business_date: Day
    time_zone: str
    format: str
    language: str
    subtitles: str | None
    capacity: int
    status: ShowtimeStatus
    version: int


class ListedShowtime(ShowtimeOut):
    """`seats_left` is at most 30 s old, 0 when nothing is sold (any more). `price_from` is the least that an ordinary
    seat costs, its fee included."""

    movie_title: str
    cinema_name: str
    auditorium_name: str
    seats_left: int
    price_from: MoneyOut


@routes.post(
    "/v1/showtimes",
    access=Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_auditorium_in_body),
    body=NewShowtime,
    answer=ShowtimeOut,
    status=201,
    replay=True,
    problems=SCHEDULING,
)
def create_showtime(call: Call[NewShowtime, Any]) -> Answer:
    """Schedule a showtime and put it on sale

    Repeated with the same Idempotency-Key after a crash, it goes on with the showtime that was begun.
    """
    request = f"{call.principal.id} {call.idempotency_key}"
    showtime = call.wiring.showtimes.schedule(
        _details(call.body, call.body.auditorium_id), request, call.principal
    )
    return versioned(call, shown(call, showtime), showtime.version)


@routes.get(
    "/v1/showtimes/{showtime_id}",
    access=ANYONE,
    answer=ListedShowtime,
    problems=(NotFound,),
    conditional=True,
)
def read_showtime(call: Call[Any, Any]) -> Answer:
    """Read a showtime, cancelled and withdrawn ones too"""
    showtime = call.wiring.showtimes.read(call.path["showtime_id"])
    body = as_listed(call, call.wiring.listing.listed(showtime))
    return digested(call, body, showtime.version, public_s=COUNTS_PUBLIC_S)


@routes.put(
    "/v1/showtimes/{showtime_id}",
    access=RUNS_IT,
    body=ShowtimeIn,
    answer=ShowtimeOut,
    if_match=True,
    problems=(*SCHEDULING, VersionStale, ShowtimeHasBookings, ShowtimeFinal),
)
def change_showtime(call: Call[ShowtimeIn, Any]) -> Answer:
    """Change a showtime

    Price list and the close of sales change at any time, for new holds; all else only while no seat is sold or
    being bought. For another auditorium or plan, delete it and schedule a new one.
    """
    assert call.expected_version is not None
    old = call.wiring.scheduling.showtime(call.path["showtime_id"])
    showtime = call.wiring.showtimes.change(
        old.id, call.expected_version, _details(call.body, old.auditorium_id), call.principal
    )
    return versioned(call, shown(call, showtime), showtime.version)


@routes.delete(
    "/v1/showtimes/{showtime_id}",
    access=RUNS_IT,
    if_match=True,
    status=204,
    problems=(VersionStale, ShowtimeHasBookings, ShowtimeFinal),
)
def delete_showtime(call: Call[Any, Any]) -> None:
    """Delete a showtime of which no seat is sold or being bought"""
    assert call.expected_version is not None
    call.wiring.showtimes.delete(call.path["showtime_id"], call.expected_version)


@routes.post(
    "/v1/showtimes/{showtime_id}/withdraw",
    access=RUNS_IT,
    answer=ShowtimeOut,
    problems=(ShowtimeFinal, VersionStale),
)
def withdraw_showtime(call: Call[Any, Any]) -> Answer:
    """Sell nothing more of a showtime; its bookings stay. It can be repeated"""
    showtime = call.wiring.showtimes.withdraw(call.path["showtime_id"])
    return versioned(call, shown(call, showtime), showtime.version)


@routes.post(
    "/v1/showtimes/{showtime_id}/reopen",
    access=RUNS_IT,
    answer=ShowtimeOut,
    problems=(ShowtimeFinal, VersionStale),
)
def reopen_showtime(call: Call[Any, Any]) -> Answer:
    """Sell a withdrawn showtime again. It can be repeated"""
    showtime = call.wiring.showtimes.reopen(call.path["showtime_id"])
    return versioned(call, shown(call, showtime), showtime.version)


@routes.post(
    "/v1/showtimes/{showtime_id}/cancel",
    access=RUNS_IT,
    answer=ShowtimeOut,
    problems=(VersionStale,),
)
def cancel_showtime(call: Call[Any, Any]) -> Answer:
    """Cancel a showtime: every booking is undone and paid back. It can be repeated"""
    showtime = call.wiring.showtimes.cancel(call.path["showtime_id"])
    return versioned(call, shown(call, showtime), showtime.version)


def _details(body: ShowtimeIn, auditorium_id: str) -> ShowtimeDetails:
    return ShowtimeDetails(
        auditorium_id=auditorium_id,
        movie_id=body.movie_id,
        price_list_id=body.price_list_id,
        starts_at=body.starts_at,
        extra_minutes=body.extra_minutes,
        sales_close_minutes=body.sales_close_minutes,
        format=body.format,
        language=body.language,
        subtitles=body.subtitles or "",
    )


def fields_of(call: Call[Any, Any], showtime: Showtime) -> dict[str, Any]:
    return {
        "id": showtime.id,
        "cinema_id": showtime.cinema_id,
        "auditorium_id": showtime.auditorium_id,
        "movie_id": showtime.movie_id,
        "plan_id": showtime.plan_id,
        "plan_version": showtime.plan_version,
        "price_list_id": showtime.price_list_id,
        "starts_at": showtime.starts_at,
        "ends_at": showtime.ends_at,
        "sales_close_at": showtime.sales_close_at,
        "business_date": showtime.business_date,
        "time_zone": call.wiring.catalogue.cinema(showtime.cinema_id).time_zone,
        "format": showtime.format,
        "language": showtime.language,
        "subtitles": showtime.subtitles or None,
        "capacity": showtime.capacity,
        "status": showtime.status,
        "version": showtime.version,
    }


def shown(call: Call[Any, Any], showtime: Showtime) -> ShowtimeOut:
    return ShowtimeOut(**fields_of(call, showtime))


def as_listed(call: Call[Any, Any], each: Listed) -> ListedShowtime:
    return ListedShowtime(
        **fields_of(call, each.showtime),
        movie_title=each.movie.title,
        cinema_name=each.cinema.name,
        auditorium_name=each.auditorium.name,
        seats_left=each.seats_left,
        price_from=money(each.price_from),
    )
