"""What a test sees of a showtime in the tables, and what it would schedule it with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.showtimes import (
    Showtime,
)
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import movies, programmes
from chalicelib.stores.rows import Rows
from tests.support.world import World


def details_of(showtime: Showtime, **changes: object) -> ShowtimeDetails:
    details = ShowtimeDetails(
        auditorium_id=showtime.auditorium_id,
        movie_id=showtime.movie_id,
        price_list_id=showtime.price_list_id,
        starts_at=showtime.starts_at,
        extra_minutes=10,
        sales_close_minutes=0,
        format=showtime.format,
        language=showtime.language,
        subtitles=showtime.subtitles,
    )
    return replace(details, **changes)  # type: ignore[arg-type]  # the tests' own keywords


def rows_of(world: World, showtime: Showtime) -> list[tuple[int, bool]]:
    """(open until, cancelled) of each row."""
    states = Rows(world.wiring.ids).read(showtime.id, consistent=True)
    return [(state.open_until_s, state.cancelled) for state in states]


def is_open(world: World, showtime: Showtime) -> bool:
    return set(rows_of(world, showtime)) == {(int(showtime.sales_close_at.timestamp()), False)}


def slots(world: World, showtime: Showtime) -> list[str]:
    found = programmes.since(showtime.auditorium_id, showtime.business_date - timedelta(days=9))
    return [slot.showtime_id for day in found for slot in day.slots]


def is_shown(world: World, showtime: Showtime) -> bool:
    found = movies.showings_from(showtime.movie_id, world.clock.now() - timedelta(days=9), 100)
    return showtime.id in [showtime_id for _, showtime_id in found]
