"""Things that tests need to exist. Whatever takes a world is really stored, through the services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import CancellationPolicy, Cinema
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.principals import Principal, user_principal
from chalicelib.domain.seating_plans import Row, Seat, SeatCategory, SeatingPlan
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import User
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails
from chalicelib.services.catalogue.cinemas import CinemaDetails
from chalicelib.services.catalogue.movies import MovieDetails
from chalicelib.services.catalogue.price_lists import PriceListDetails
from chalicelib.services.scheduling.planning import ShowtimeDetails
from tests.support.people import a_user
from tests.support.world import World

ADULT = 1200
CHILD = 800
FEE = 100

HEAD_OFFICE = user_principal("01HEADOFFICE00000000000000", is_admin=True)
"""Schedules: an admin, who sees every draft. Nobody is stored for it."""


def a_row(
    id: str = "A",
    seats: int = 10,
    *,
    aisles: Sequence[int] = (),
    categories: Sequence[SeatCategory] | None = None,
) -> Row:
    """Seats numbered from 1, side by side; `categories` are those of the first seats, the others are standard."""
    given = list(categories or ())
    given += [SeatCategory.STANDARD] * (seats - len(given))
    return Row(
        id=id,
        label=id,
        seats=tuple(Seat(str(i + 1), i, category) for i, category in enumerate(given)),
        aisles=frozenset(aisles),
    )


def row_ids(count: int) -> list[str]:
    """A, B, … Z, A1, B1, …"""
    letters = [chr(ord("A") + i) for i in range(26)]
    return [letters[i % 26] + (str(i // 26) if i >= 26 else "") for i in range(count)]


def a_seating_plan(
    rows: int | Sequence[Row] = 5,
    seats: int = 10,
    *,
    id: str = "01PLAN00000000000000000000",
    version: int = 1,
    auditorium_id: str = "01CINEMA000000000000000000-S1",
) -> SeatingPlan:
    """Not stored. `rows` as given, or that many of `seats` standard seats each."""
    made = tuple(rows) if not isinstance(rows, int) else tuple(a_row(each, seats) for each in row_ids(rows))
    return SeatingPlan(id=id, version=version, auditorium_id=auditorium_id, name="Main", rows=made)


def an_owner(world: World) -> User:
    return a_user(world, is_owner=True)


def an_admin(world: World) -> User:
    return a_user(world, is_admin=True)


def an_approved_owner(world: World) -> User:
    """Of whom an admin has approved a cinema."""
    owner = an_owner(world)
    a_cinema(world, owner=owner)
    return owner


def principal_of(user: User) -> Principal:
    return user_principal(user.id, is_admin=user.is_admin)


def a_cinema(
    world: World,
    *,
    owner: User | None = None,
    published: bool = True,
    name: str = "Astoria",
    city: str = "Berlin",
    time_zone: str = "Europe/Berlin",
    currency: str = "EUR",
    closes_minutes: int = 60,
    refund_per_cent: int = 100,
    day_starts_hour: int = 6,
) -> Cinema:
    """Of `owner`, or of a new one."""
    details = CinemaDetails(
        name=name,
        street="Main Street 1",
        city=city,
        country="DE",
        time_zone=time_zone,
        currency=currency,
        policy=CancellationPolicy(closes_minutes, refund_per_cent),
        day_starts_hour=day_starts_hour,
    )
    cinema = world.wiring.cinemas.create(principal_of(owner or an_owner(world)), details)
    return world.wiring.cinemas.approve(cinema.id) if published else cinema


def an_auditorium(
    world: World,
    *,
    cinema: Cinema | None = None,
    code: str = "S1",
    rows: int | Sequence[Row] = 5,
    seats: int = 10,
    cleaning_minutes: int = 20,
    formats: tuple[str, ...] = ("2D", "3D"),
) -> Auditorium:
    """With a plan of its own, as `a_seating_plan` makes it."""
    wiring = world.wiring
    details = AuditoriumDetails(f"Screen {code}", "", cleaning_minutes, formats)
    room = wiring.auditoriums.create((cinema or a_cinema(world)).id, code, details)
    plan = wiring.seating_plans.create(room.id, "Main", a_seating_plan(rows, seats).rows)
    return wiring.auditoriums.change(room.id, room.version, replace(details, plan_id=plan.id))


def a_movie(
    world: World,
    title: str = "The Long Take",
    *,
    by: User | None = None,
    duration_minutes: int = 100,
    languages: tuple[str, ...] = ("en", "de"),
    genres: tuple[str, ...] = ("Drama",),
    tags: tuple[str, ...] = (),
    certificate: str = "12",
    rating: int | None = None,
) -> Movie:
    """By `by`, or by an admin: then it is no draft."""
    details = MovieDetails(
        title=title,
        synopsis="A story.",
        genres=genres,
        tags=tags,
        languages=languages,
        duration_minutes=duration_minutes,
        certificate=certificate,
        released_on=None,
        rating=rating,
    )
    return world.wiring.movies.create(principal_of(by or an_admin(world)), details)


def a_price_list(
    world: World, cinema: Cinema, *, adult: int = ADULT, child: int = CHILD, fee: int = FEE
) -> PriceList:
    """Adult in every category (a quarter more for premium, recliner and loveseat), child in standard."""
    dearer = {SeatCategory.PREMIUM, SeatCategory.RECLINER, SeatCategory.LOVESEAT}
    prices = [("adult", each, adult * 5 // 4 if each in dearer else adult) for each in SeatCategory]
    details = PriceListDetails(
        name="Evening",
        ticket_types=(TicketType("adult", "Adult"), TicketType("child", "Child")),
        prices=[*prices, ("child", SeatCategory.STANDARD, child)],
        booking_fee_minor=fee,
    )
    return world.wiring.price_lists.create(cinema.id, details)


def a_showtime(
    world: World,
    *,
    auditorium: Auditorium | None = None,
    movie: Movie | None = None,
    price_list: PriceList | None = None,
    rows: int | Sequence[Row] = 5,
    seats: int = 10,
    starts_in: timedelta = timedelta(days=1),
    starts_at: datetime | None = None,
    sales_close_minutes: int = 0,
    format: str = "2D",
    language: str = "en",
    cinema: Cinema | None = None,
    request: str | None = None,
) -> Showtime:
    """On sale, in a cinema of its own unless a room or a cinema is given."""
    wiring = world.wiring
    room = auditorium or an_auditorium(world, cinema=cinema, rows=rows, seats=seats)
    prices = price_list or a_price_list(world, wiring.catalogue.cinema(room.cinema_id))
    details = ShowtimeDetails(
        auditorium_id=room.id,
        movie_id=(movie or a_movie(world)).id,
        price_list_id=prices.id,
        starts_at=starts_at or world.clock.now() + starts_in,
        extra_minutes=10,
        sales_close_minutes=sales_close_minutes,
        format=format,
        language=language,
        subtitles="",
    )
    return wiring.showtimes.schedule(details, request or wiring.ids.token(), HEAD_OFFICE)
