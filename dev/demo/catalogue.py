"""Makes the cinemas, movies and showtimes of the demo data. What exists is left as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.errors import DomainError, Invalid
from chalicelib.domain.local_times import LocalTimeMissing, LocalTimeTwice, business_date
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Principal, user_principal
from chalicelib.domain.showtimes import Showtime, ShowtimesOverlap
from chalicelib.domain.users import User
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.services.catalogue.movies import MovieDetails
from chalicelib.services.scheduling.planning import ShowtimeDetails
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, programmes
from chalicelib.wiring import Wiring
from dev.demo.data import CINEMAS, MOVIES, DemoCinema, DemoRoom
from dev.demo.logins import LOGINS

DAYS_BEFORE = 1
DAYS_AFTER = 12
WORKERS = 8
_FRIDAY = 4
_QUIET_DAYS = (0, 1, 2)


class StandingClock:
    """A showtime can't be scheduled for a time that is over: the demo's were, some days ago."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def make_catalogue(real: Wiring, people: Mapping[str, User]) -> list[Showtime]:
    """Everything that is missing; gives the showtimes that were made."""
    now = real.clock.now()
    wiring = Wiring(real.settings, StandingClock(now - timedelta(days=DAYS_BEFORE + 2)))
    wiring.secrets = real.secrets
    owners = {key: people[login.email] for login in LOGINS if login.is_owner for key in login.cinemas}
    admin = next(people[login.email] for login in LOGINS if login.is_admin)
    shown = make_movies(wiring, admin)
    made = {key: _cinema(wiring, demo, owners[key]) for key, demo in CINEMAS.items()}
    for login in LOGINS:
        if login.role is not None:
            for key in login.cinemas:
                wiring.accounts.grant(people[login.email].id, made[key].id, {login.role})
    wanted = [
        (details, request)
        for key, demo in CINEMAS.items()
        for details, request in _showtimes(wiring, demo, made[key], shown, now)
    ]
    by = user_principal(admin.id, is_admin=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        found = pool.map(lambda each: _schedule(wiring, by, *each), wanted)
        return [showtime for showtime in found if showtime is not None]


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
    details = AuditoriumDetails(demo.name, "", 20, demo.formats)
    room = auditoriums.find(f"{cinema.id}-{demo.code}") or wiring.auditoriums.create(
        cinema.id, demo.code, details
    )
    if room.plan_id:
        return room
    plan = wiring.seating_plans.create(room.id, demo.name, demo.plan_rows())
    return wiring.auditoriums.change(room.id, room.version, replace(details, plan_id=plan.id))


def _price_lists(wiring: Wiring, cinema: Cinema) -> list[PriceList]:
    found = (price_lists.find(each) for each in price_lists.ids_of(cinema.id))
    return [each for each in found if each is not None and not each.deleted]


def _showtimes(
    wiring: Wiring, demo: DemoCinema, cinema: Cinema, shown: list[Movie], now: datetime
) -> Iterator[tuple[ShowtimeDetails, str]]:
    """What the programmes lack, each with the name of its request."""
    zone = ZoneInfo(cinema.time_zone)
    today = business_date(now, cinema.time_zone, cinema.day_starts_hour)
    prices = {each.name: each for each in _price_lists(wiring, cinema)}
    for room_number, room in enumerate(demo.rooms):
        room_id = f"{cinema.id}-{room.code}"
        taken = {
            slot.starts_at
            for programme in programmes.since(room_id, today - timedelta(days=DAYS_BEFORE + 1))
            for slot in programme.slots
        }
        for ahead in range(-DAYS_BEFORE, DAYS_AFTER + 1):
            day = today + timedelta(days=ahead)
            is_quiet = day.weekday() in _QUIET_DAYS
            for number, start in enumerate(room.starts[:1] if is_quiet else room.starts):
                starts_at = _local(day, start)
                if starts_at.replace(tzinfo=zone).astimezone(UTC) in taken:
                    continue
                # Each room turns the list by another step, so that a movie is on in several places a week.
                turn = day.toordinal() // 2 * (room_number + 2) + number * 7 + room_number * 3
                turn += len(cinema.city)
                details = ShowtimeDetails(
                    auditorium_id=room_id,
                    movie_id=shown[turn % len(shown)].id,
                    price_list_id=prices["Weekend" if day.weekday() >= _FRIDAY else "Weekday"].id,
                    starts_at=starts_at,
                    extra_minutes=15,
                    sales_close_minutes=10,
                    format=room.formats[(turn // 3) % len(room.formats)],
                    language=demo.languages[0] if turn % 3 else demo.languages[1],
                    subtitles="" if turn % 3 else demo.languages[0],
                )
                yield details, f"demo {room_id} {starts_at.isoformat()}"


def _local(day: date, start: str) -> datetime:
    hours, minutes = start.split(":")
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # local to the cinema, as a manager types it
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def _schedule(wiring: Wiring, by: Principal, details: ShowtimeDetails, request: str) -> Showtime | None:
    try:
        return wiring.showtimes.schedule(details, request, by)
    except (ShowtimesOverlap, LocalTimeMissing, LocalTimeTwice):
        return None  # somebody has put something else there, or the clocks change just then
    except Invalid as error:
        raise DemoUnfit(f"{details}: {error.errors}") from error


class DemoUnfit(DomainError):
    """The demo data contradicts the rules: a defect of dev/demo/data.py."""
