"""Lists of showtimes: on sale, for visitors; a whole day, for those who run the cinema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api import problems
from chalicelib.api.access import ANYONE, Access
from chalicelib.api.auditoriums import Format
from chalicelib.api.contract import Answer, Call, Payload, Query
from chalicelib.api.cursors import Paged, following, position
from chalicelib.api.fields import Day, Language, Ulid
from chalicelib.api.finding import cinema_of_path
from chalicelib.api.presenting import listed
from chalicelib.api.problems import Refused
from chalicelib.api.routing import Routes
from chalicelib.api.showtimes import COUNTS_PUBLIC_S, ListedShowtime, ShowtimeOut, as_listed, shown
from chalicelib.domain.principals import NotFound, Role
from chalicelib.services.scheduling.listing import MOST_DAYS, ShowtimeFilter

routes = Routes("listings")


class ShowtimeList(Payload):
    showtimes: tuple[ListedShowtime, ...]
    next: str | None


class Programme(Payload):
    date: Day
    showtimes: tuple[ShowtimeOut, ...]


class ShowtimeSearch(Paged):
    """A cinema, a movie, or both. `date` is a business date of the cinema: a night's late show is the evening's.

    Without a date: the cinema's present one; of a movie alone, all showtimes to come. `days` asks for that many from
    the date on (of a movie alone, it needs one); they come by date, each by start.
    """

    cinema: Ulid | None = None
    movie: Ulid | None = None
    date: Day | None = None
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    format: Format | None = None
    language: Language | None = None


class ProgrammeQuery(Query):
    date: Day | None = None


@routes.get(
    "/v1/showtimes",
    access=ANYONE,
    query=ShowtimeSearch,
    answer=ShowtimeList,
    problems=(NotFound,),
    conditional=True,
)
def list_showtimes(call: Call[Any, ShowtimeSearch]) -> Answer:
    """Find showtimes on sale, by their start"""
    query = call.query
    if query.cinema is None and query.movie is None:
        raise Refused(problems.invalid([{"parameter": "cinema", "detail": "give a cinema or a movie"}]))
    if query.days is not None and query.cinema is None and query.date is None:
        # Which day it is, only a cinema can say.
        raise Refused(problems.invalid([{"parameter": "date", "detail": "give the first of the days"}]))
    if query.cinema is not None:
        call.wiring.cinemas.require_visible(query.cinema, call.principal)
    if query.movie is not None:
        call.wiring.movies.require_visible(query.movie, call.principal)
    wanted = ShowtimeFilter(
        cinema_id=query.cinema,
        movie_id=query.movie,
        day=query.date,
        days=query.days or 1,
        format=query.format or "",
        language=query.language or "",
    )
    after = (position(call) or {}).get("after", "")
    page, last = call.wiring.listing.showtimes(wanted, after, query.limit)
    body = ShowtimeList(
        showtimes=tuple(as_listed(call, each) for each in page),
        next=following(call, {"after": last} if last else None),
    )
    return listed(call, body, public_s=COUNTS_PUBLIC_S)


@routes.get(
    "/v1/cinemas/{cinema_id}/programme",
    access=Access.granted(Role.OWNER, Role.MANAGER, Role.FINANCE, Role.STAFF, cinema=cinema_of_path),
    query=ProgrammeQuery,
    answer=Programme,
)
def read_programme(call: Call[Any, ProgrammeQuery]) -> Programme:
    """Read a cinema's day as those who run it see it: withdrawn and cancelled showtimes too"""
    cinema_id = call.path["cinema_id"]
    day = call.query.date or call.wiring.listing.today(cinema_id)
    found = call.wiring.listing.programme(cinema_id, day)
    return Programme(date=day, showtimes=tuple(shown(call, each) for each in found))
