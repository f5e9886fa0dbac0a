"""What a showtime is made of, checked; and the transaction that puts it into its auditorium's programme.

One transaction writes the programme of the showtime's business date over the version that was read, and checks the
versions of both neighbour days and that room, movie and price list still stand. What two people schedule at the same
moment, or past midnight, meets in one of those versions: one of them is refused, reads again, and finds the overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.domain import local_times
from chalicelib.domain.auditoriums import Auditorium, AuditoriumHasNoPlan
from chalicelib.domain.cinemas import Cinema, CinemaNotPublished
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.movies import Movie
from chalicelib.domain.principals import NotFound, Principal
from chalicelib.domain.programmes import MAX_OCCUPIED, Programme, Slot, first_overlap, neighbours
from chalicelib.domain.showtimes import Showtime, ShowtimesOverlap, ShowtimeStatus
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, programmes, showtimes
from chalicelib.stores.transactions import Transaction

TRIES = 8


@dataclass(frozen=True, slots=True)
class ShowtimeDetails:
    """What a manager says of a showtime.

    `starts_at` is local to the cinema, or carries its UTC offset. `extra_minutes` (advertising, interval) lengthen the
    movie; sales close `sales_close_minutes` after the start (before it when negative).
    """

    auditorium_id: str
    movie_id: str
    price_list_id: str
    starts_at: datetime
    extra_minutes: int
    sales_close_minutes: int
    format: str
    language: str
    subtitles: str


class Planner:
    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def plan(self, showtime_id: str, details: ShowtimeDetails, by: Principal) -> tuple[Showtime, Auditorium]:
        """The showtime that the details describe, version 1, and its room as it is now.

        To be scheduled publishes a draft, so a draft that `by` does not see is not there.

        Raises NotFound, CinemaNotPublished, AuditoriumHasNoPlan, LocalTimeMissing, LocalTimeTwice, Invalid.
        """
        room = auditoriums.find(details.auditorium_id)
        if room is None or room.deleted:
            raise NotFound("auditorium", details.auditorium_id)
        # As it is now: somebody who waited for the approval schedules the moment it is given.
        cinema = cinemas.find(room.cinema_id)
        if cinema is None:
            raise NotFound("cinema", room.cinema_id)
        if not cinema.is_published:
            raise CinemaNotPublished(cinema)
        if not room.plan_id:
            raise AuditoriumHasNoPlan(room)
        movie = self._movie(details.movie_id, cinema, by)
        starts_at = local_times.instant(details.starts_at, cinema.time_zone)
        ends_at = starts_at + timedelta(minutes=movie.duration_minutes + details.extra_minutes)
        self._check(details, cinema, room, movie, starts_at, ends_at)
        plan = self._catalogue.plan(room.plan_id, room.plan_version)
        return Showtime(
            id=showtime_id,
            cinema_id=cinema.id,
            auditorium_id=room.id,
            movie_id=movie.id,
            plan_id=room.plan_id,
            plan_version=room.plan_version,
            price_list_id=details.price_list_id,
            starts_at=starts_at,
            ends_at=ends_at,
            sales_close_at=starts_at + timedelta(minutes=details.sales_close_minutes),
            business_date=local_times.business_date(starts_at, cinema.time_zone, cinema.day_starts_hour),
            format=details.format,
            language=details.language,
            subtitles=details.subtitles,
            capacity=plan.capacity,
            status=ShowtimeStatus.PREPARING,
            version=1,
        ), room

    def _movie(self, movie_id: str, cinema: Cinema, by: Principal) -> Movie:
        try:
            movie = self._catalogue.live_movie(movie_id)
            if not self._is_visible(movie, cinema, by):
                raise NotFound("movie", movie_id)
        except NotFound as error:
            raise Invalid([("/movie_id", str(error))]) from None
        return movie

    def _is_visible(self, movie: Movie, cinema: Cinema, by: Principal) -> bool:
        """Kept movies and cinemas are asked first; the approval or the scheduling that made it public may be newer."""
        if self._catalogue.is_visible(movie, by) or movie.created_by == cinema.owner_id:
            return True
        newer = movies.find(movie.id)
        return newer is not None and self._catalogue.is_visible(newer, by)

    def _check(
        self,
        details: ShowtimeDetails,
        cinema: Cinema,
        room: Auditorium,
        movie: Movie,
        starts_at: datetime,
        ends_at: datetime,
    ) -> None:
        errors: list[tuple[str, str]] = []
        if starts_at <= self._clock.now():
            errors.append(("/starts_at", "This time is over. Choose one to come."))
        if ends_at - starts_at + timedelta(minutes=room.cleaning_minutes) > MAX_OCCUPIED:
            errors.append(("/extra_minutes", f"A showtime takes at most {MAX_OCCUPIED}, cleaning included."))
        if not self._is_price_list_of(cinema, details.price_list_id):
            errors.append(("/price_list_id", f"The cinema has no price list {details.price_list_id}."))
        if details.format not in room.formats:
            errors.append(("/format", f"{room.name} shows {', '.join(room.formats)}."))
        if movie.languages and details.language not in movie.languages:
            errors.append(("/language", f"{movie.title} is there in {', '.join(movie.languages)}."))
        if errors:
            raise Invalid(errors)

    def _is_price_list_of(self, cinema: Cinema, price_list_id: str) -> bool:
        try:
            return self._catalogue.live_price_list(price_list_id).cinema_id == cinema.id
        except NotFound:
            return False


def slot_of(showtime: Showtime, room: Auditorium, request: str = "") -> Slot:
    free_at = showtime.ends_at + timedelta(minutes=room.cleaning_minutes)
    return Slot(showtime.id, showtime.starts_at, free_at, showtime.movie_id, showtime.price_list_id, request)


def require_room(days: Sequence[Programme], slot: Slot, time_zone: str) -> None:
    """Raises ShowtimesOverlap."""
    other = first_overlap(days, slot)
    if other is not None:
        raise ShowtimesOverlap(other.showtime_id, other.starts_at, other.free_at, time_zone)


def occupy(
    transaction: Transaction, showtime: Showtime, room: Auditorium, days: Sequence[Programme], slot: Slot
) -> None:
    """Write the slot into the day's programme; the other days read must be as they were. `days` has the day first."""
    own, *others = days
    programmes.write(transaction, own.with_slot(slot))
    for other in others:
        programmes.require_unchanged(transaction, other)
    auditoriums.use(transaction, room)
    movies.use(transaction, showtime.movie_id)
    price_lists.use(transaction, showtime.price_list_id)
    movies.add_showing(
        transaction,
        showtime.movie_id,
        showtime.starts_at,
        showtime.id,
        showtime.cinema_id,
        showtime.business_date,
    )


def three_days(showtime: Showtime) -> list[Programme]:
    """The programmes of its business date and of both neighbours, as they are now."""
    day = showtime.business_date
    return programmes.read(showtime.auditorium_id, (day, *neighbours(day)))


class Contended(Exception):
    """Others keep changing what the write rests on. Nothing was written."""


def explain(refused: frozenset[str], showtime: Showtime) -> None:
    """Raise for what has changed or gone meanwhile; return when reading again may help."""
    if "showtime" in refused:
        stored = showtimes.find(showtime.id)
        raise VersionStale("showtime", stored.version if stored else 0)
    if "movie" in refused:
        raise NotFound("movie", showtime.movie_id)
    if "price list" in refused:
        raise NotFound("price list", showtime.price_list_id)
