"""Lists of showtimes for visitors: what is on sale in a cinema, or of a movie, on a business date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from chalicelib.clock import Clock
from chalicelib.domain import local_times
from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.money import Money
from chalicelib.domain.movies import Movie
from chalicelib.domain.showtimes import Showtime
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.services.kept import CATALOGUE_S, Kept
from chalicelib.services.scheduling.scheduling import Scheduling
from chalicelib.services.selling.stock import Stock
from chalicelib.stores import movies, showtimes

DAYS_SHOWN = 7
"""How far ahead "movies in this cinema" looks."""
MOST_DAYS = 14
"""How many days one list of showtimes may be asked for: each is a query."""
_SHOWINGS_READ = 50


@dataclass(frozen=True, slots=True)
class ShowtimeFilter:
    """`cinema_id` or `movie_id` is given; None and empty match everything. `days` follow `day`, itself the first."""

    cinema_id: str | None = None
    movie_id: str | None = None
    day: date | None = None
    days: int = 1
    format: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A showtime with what a list says of it. `seats_left` is at most 20 s old; `price_from` includes the fee."""

    showtime: Showtime
    movie: Movie
    cinema: Cinema
    auditorium: Auditorium
    seats_left: int
    price_from: Money


class Listing:
    def __init__(self, catalogue: Catalogue, scheduling: Scheduling, stock: Stock, clock: Clock) -> None:
        self._catalogue = catalogue
        self._scheduling = scheduling
        self._stock = stock
        self._clock = clock
        self._shown: Kept[tuple[str | None, date | None], frozenset[str]] = Kept(clock, CATALOGUE_S)

    def showtimes(self, wanted: ShowtimeFilter, after: str, limit: int) -> tuple[list[Listed], str]:
        """At most `limit` from the one after `after`, by day and start; and what to go on after, "" at the end.

        Without a day: from a cinema's present business date on; of a movie, all that are to come.
        """
        page: list[Listed] = []
        last = ""
        for position, showtime in self._candidates(wanted, after, limit):
            if not self._is_wanted(showtime, wanted):
                continue
            if len(page) == limit:
                return page, last
            page.append(self.listed(showtime))
            last = position
        return page, ""

    def listed(self, showtime: Showtime) -> Listed:
        """Whatever its status: nothing is left of what is not on sale."""
        open_now = showtime.is_listed and self._clock.now() < showtime.sales_close_at
        return Listed(
            showtime=showtime,
            movie=self._catalogue.movie(showtime.movie_id),
            cinema=self._catalogue.cinema(showtime.cinema_id),
            auditorium=self._catalogue.auditorium(showtime.auditorium_id),
            seats_left=self._stock.counts(showtime.id).free if open_now else 0,
            price_from=self._scheduling.prices_of(showtime).lowest(),
        )

    def movies_shown(self, cinema_id: str | None, day: date | None) -> frozenset[str]:
        """Ids of the movies on sale in the cinema (None: in any) on the day (None: in the coming DAYS_SHOWN days)."""
        return self._shown.get((cinema_id, day), lambda: self._read_movies_shown(cinema_id, day))

    def today(self, cinema_id: str) -> date:
        """The business date that the cinema has now. Raises NotFound."""
        cinema = self._catalogue.live_cinema(cinema_id)
        return local_times.business_date(self._clock.now(), cinema.time_zone, cinema.day_starts_hour)

    def programme(self, cinema_id: str, day: date) -> list[Showtime]:
        """For those who run the cinema: all of a day but the deleted, whatever their status."""
        found = (showtime for _, showtime in showtimes.of_cinema_day(cinema_id, day))
        return [showtime for showtime in found if showtime.is_visible]

    def _candidates(self, wanted: ShowtimeFilter, after: str, limit: int) -> Iterable[tuple[str, Showtime]]:
        if wanted.cinema_id is not None:
            cinema_id = wanted.cinema_id
            first = wanted.day or self.today(cinema_id)
            return _of_days(
                first, wanted.days, after, lambda day, rest: showtimes.of_cinema_day(cinema_id, day, rest)
            )
        assert wanted.movie_id is not None
        movie_id = wanted.movie_id
        if wanted.day is not None:
            return _of_days(
                wanted.day,
                wanted.days,
                after,
                lambda day, rest: showtimes.of_movie_day(movie_id, day, rest),
            )
        return self._coming(movie_id, after, min(limit + 1, _SHOWINGS_READ))

    def _coming(self, movie_id: str, after: str, at_once: int) -> Iterator[tuple[str, Showtime]]:
        while True:
            found = movies.showings_from(movie_id, self._clock.now(), at_once, after)
            self._scheduling.read_together([showtime_id for _, showtime_id in found])
            for position, showtime_id in found:
                yield position, self._scheduling.showtime(showtime_id)
                after = position
            if len(found) < at_once:
                return

    def _is_wanted(self, showtime: Showtime, wanted: ShowtimeFilter) -> bool:
        return (
            showtime.is_listed
            and self._catalogue.cinema(showtime.cinema_id).is_published
            and wanted.movie_id in (None, showtime.movie_id)
            and wanted.format in ("", showtime.format)
            and wanted.language in ("", showtime.language)
        )

    def _read_movies_shown(self, cinema_id: str | None, day: date | None) -> frozenset[str]:
        if cinema_id is not None:
            cinema_ids = [cinema_id]
        else:
            cinema_ids = [each.id for each in self._catalogue.all_cinemas() if each.is_published]
        found = chain.from_iterable(
            showtimes.of_cinema_day(each, wanted) for each in cinema_ids for wanted in self._days(each, day)
        )
        return frozenset(showtime.movie_id for _, showtime in found if showtime.is_listed)

    def _days(self, cinema_id: str, day: date | None) -> list[date]:
        if day is not None:
            return [day]
        today = self.today(cinema_id)
        return [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]


def _of_days(
    first: date, days: int, after: str, of_day: Callable[[date, str], Iterable[tuple[str, Showtime]]]
) -> Iterator[tuple[str, Showtime]]:
    """One query a day, begun when the list comes to it. A position is the day and its place within the day."""
    reached, _, rest = after.partition(" ")
    last = min(first.toordinal() + days - 1, date.max.toordinal())
    for number in range(first.toordinal(), last + 1):
        day = date.fromordinal(number)
        if day.isoformat() < reached:
            continue
        for place, showtime in of_day(day, rest if day.isoformat() == reached else ""):
            yield f"{day.isoformat()} {place}", showtime
