"""Makes the cinemas, movies and showtimes of the demo data. What exists is left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.errors import DomainError, Invalid
from chalicelib.domain.local_times import LocalTimeMissing, LocalTimeTwice, business_date
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Principal, user_principal
from chalicelib.domain.programmes import Slot, first_overlap
from chalicelib.domain.showtimes import ShowtimesOverlap
from chalicelib.domain.users import User
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.services.catalogue.movies import MovieDetails
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, programmes
from chalicelib.wiring import Wiring
from dev.demo.data import CINEMAS, MOVIES, DemoCinema, DemoRoom
from dev.demo.logins import LOGINS
from dev.demo.programme import CLEANING_MINUTES, EXTRA_MINUTES, screenings

DAYS_BEFORE = 1
# So many days are needed at once, so many more are announced.
DAYS_SOON = 4
DAYS_AFTER = 12
WORKERS = 8
_FRIDAY = 4


class StandingClock:
    """A showtime can't be scheduled for a time that is over: the demo's were, some days ago."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


@dataclass(frozen=True, slots=True)
class Wanted:
    """A showtime that a programme has room for, so many days `ahead`; `request` is the name of its request."""

    details: ShowtimeDetails
    request: str
    ahead: int


@dataclass(frozen=True, slots=True)
class Programmes:
    """What all rooms are to show. `by` schedules it."""

    wiring: Wiring
    by: Principal
    wanted: Sequence[Wanted]

    def make(self, days: range) -> int:
        """The showtimes of the days so far ahead; gives how many were made."""
        rooms: dict[str, list[Wanted]] = {}
        for each in self.wanted:
            if each.ahead in days:
                rooms.setdefault(each.details.auditorium_id, []).append(each)
        # A room each: two who write into one programme at once keep refusing each other.
        with ThreadPoolExecutor(WORKERS) as pool:
            return sum(pool.map(lambda room: sum(self._schedule(each) for each in room), rooms.values()))

    def _schedule(self, wanted: Wanted) -> bool:
        try:
            self.wiring.showtimes.schedule(wanted.details, wanted.request, self.by)
        except (ShowtimesOverlap, LocalTimeMissing, LocalTimeTwice):
            return False  # somebody has put something else there, or the clocks change just then
        except Invalid as error:
            raise DemoUnfit(f"{wanted.details}: {error.errors}") from error
        return True


def make_catalogue(real: Wiring, people: Mapping[str, User]) -> Programmes:
    """Cinemas and movies, those that are missing; gives the showtimes that are."""
    now = real.clock.now()
    wiring = Wiring(real.settings, StandingClock(now - timedelta(days=DAYS_BEFORE + 2)))
    wiring.secrets = real.secrets
    owners = {key: people[login.email] for login in LOGINS if login.is_owner for key in login.cinemas}
    admin = next(people[login.email] for login in LOGINS if login.is_admin)
    shown = {movie.title: movie for movie in make_movies(wiring, admin)}
    made = {key: _cinema(wiring, demo, owners[key]) for key, demo in CINEMAS.items()}
    for login in LOGINS:
        if login.role is not None:
            for key in login.cinemas:
                wiring.accounts.grant(people[login.email].id, made[key].id, {login.role})
    wanted = [
        each for key, demo in CINEMAS.items() for each in _showtimes(wiring, demo, made[key], shown, now)
    ]
    return Programmes(wiring, user_principal(admin.id, is_admin=True), wanted)


def make_movies(wiring: Wiring, admin: User) -> list[Movie]:
    existing = {movie.title: movie for movie in movies.all() if not movie.deleted}
    by = user_principal(admin.id, is_admin=True)
    return [_movie(wiring, by, existing.get(details.title), details) for details in MOVIES]


def _movie(wiring: Wiring, by: Principal, existing: Movie | None, details: MovieDetails) -> Movie:
    if existing is None:
        return wiring.movies.create(by, details)
    if existing.poster is None and existing.version == 1:
        # Made before the demo's movies had posters, and touched by nobody since.
        return wiring.movies.change(existing.id, by, existing.version, details)
    return existing


def _cinema(wiring: Wiring, demo: DemoCinema, owner: User) -> Cinema:
    existing = next(
        (each for each in cinemas.all() if each.name == demo.details.name and each.owner_id == owner.id), None
    )
    cinema = existing or wiring.cinemas.create(user_principal(owner.id), demo.details)
    if not cinema.is_published:
        cinema = wiring.cinemas.approve(cinema.id)
    for room in demo.rooms:
        _room(wiring, cinema, room)
    names = {each.name for each in _price_lists(wiring, cinema)}
    for details in demo.prices:
        if details.name not in names:
            wiring.price_lists.create(cinema.id, details)
    return cinema


def _room(wiring: Wiring, cinema: Cinema, demo: DemoRoom) -> Auditorium:
    details = AuditoriumDetails(demo.name, "", CLEANING_MINUTES, demo.formats)
    room = auditoriums.find(room_id(cinema, demo)) or wiring.auditoriums.create(cinema.id, demo.code, details)
    if room.plan_id:
        return room
    plan = wiring.seating_plans.create(room.id, demo.name, demo.plan_rows())
    return wiring.auditoriums.change(room.id, room.version, replace(details, plan_id=plan.id))


def room_id(cinema: Cinema, demo: DemoRoom) -> str:
    return f"{cinema.id}-{demo.code}"


def _price_lists(wiring: Wiring, cinema: Cinema) -> list[PriceList]:
    found = (price_lists.find(each) for each in price_lists.ids_of(cinema.id))
    return [each for each in found if each is not None and not each.deleted]


def _showtimes(
    wiring: Wiring, demo: DemoCinema, cinema: Cinema, shown: Mapping[str, Movie], now: datetime
) -> Iterator[Wanted]:
    zone = ZoneInfo(cinema.time_zone)
    today = business_date(now, cinema.time_zone, cinema.day_starts_hour)
    prices = {each.name: each for each in _price_lists(wiring, cinema)}
    taken = {
        room.code: programmes.since(room_id(cinema, room), today - timedelta(days=DAYS_BEFORE + 1))
        for room in demo.rooms
    }
    for ahead in range(-DAYS_BEFORE, DAYS_AFTER + 1):
        day = today + timedelta(days=ahead)
        for each in screenings(demo, day, ahead):
            room, movie = each.room, shown[each.movie.title]
            starts_at = _local(day, each.start)
            slot = _slot(starts_at.replace(tzinfo=zone).astimezone(UTC), movie)
            if first_overlap(taken[room.code], slot) is not None:
                continue
            turn = day.toordinal() + each.number + room.rows
            is_original = turn % 3 == 0
            details = ShowtimeDetails(
                auditorium_id=room_id(cinema, room),
                movie_id=movie.id,
                price_list_id=prices["Weekend" if day.weekday() >= _FRIDAY else "Weekday"].id,
                starts_at=starts_at,
                extra_minutes=EXTRA_MINUTES,
                sales_close_minutes=10,
                format=room.formats[turn // 2 % len(room.formats)],
                language=demo.languages[1 if is_original else 0],
                subtitles=demo.languages[0] if is_original else "",
            )
            yield Wanted(details, f"demo {details.auditorium_id} {starts_at.isoformat()}", ahead)


def _slot(starts_at: datetime, movie: Movie) -> Slot:
    minutes = movie.duration_minutes + EXTRA_MINUTES + CLEANING_MINUTES
    return Slot("", starts_at, starts_at + timedelta(minutes=minutes), movie.id, "")


def _local(day: date, start: str) -> datetime:
    hours, minutes = start.split(":")
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # local to the cinema, as a manager types it
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


class DemoUnfit(DomainError):
    """The demo data contradicts the rules: a defect of dev/demo/data.py."""
