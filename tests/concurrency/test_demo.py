"""The demo data, loaded into an engine that stands several threads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.principals import user_principal
from chalicelib.domain.rows import Counts
from chalicelib.domain.showtimes import Showtime
from chalicelib.stores import auditoriums, cinemas, movies, users
from chalicelib.stores.bookings import Bookings
from dev.demo import sales
from dev.demo.data import CINEMAS
from dev.demo.load import load
from dev.demo.logins import LOGINS, Login
from dev.payments.sessions import Choice
from tests.support.cloud import Cloud
from tests.support.races import a_real_world
from tests.support.world import World


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    """Loaded twice: the second time changes nothing."""
    with a_real_world(cloud) as made, pytest.MonkeyPatch.context() as patch:
        # The provider is in process here: its page has no URL.
        patch.setattr(
            sales,
            "_approve",
            lambda url, session_id: made.payments.provider.choose(session_id, Choice.APPROVE),
        )
        # Nor does it send notices.
        patch.setattr(sales, "NOTICE_S", 0)
        load(made.wiring)
        assert load(made.wiring).startswith("0 showtimes and 0 bookings")
        yield made


def all_showtimes(world: World) -> list[Showtime]:
    listing = world.wiring.listing
    return [
        showtime
        for cinema in cinemas.all()
        for ahead in range(-2, 15)
        for showtime in listing.programme(cinema.id, listing.today(cinema.id) + timedelta(days=ahead))
    ]


def test_chain_has_three_cinemas_in_two_zones_and_two_currencies(world: World) -> None:
    found = cinemas.all()

    assert len(found) == 3
    assert all(each.is_published for each in found)
    assert {each.time_zone for each in found} == {"Europe/Berlin", "Asia/Kolkata"}
    assert {each.currency for each in found} == {"EUR", "INR"}


def test_chain_has_eight_rooms_one_of_a_thousand_seats_and_one_of_three_hundred(world: World) -> None:
    rooms = [room for cinema in cinemas.all() for room in auditoriums.of_cinema(cinema.id)]
    seats = sorted(world.wiring.catalogue.plan(room.plan_id, room.plan_version).capacity for room in rooms)

    assert len(rooms) == 8
    assert seats[-2:] == [300, 1000]


def test_twenty_movies_are_shown_over_two_weeks(world: World) -> None:
    shown = all_showtimes(world)

    assert len(movies.all()) == 20
    assert {each.movie_id for each in shown} == {each.id for each in movies.all()}
    assert len({each.business_date for each in shown}) == 14


def test_houses_of_the_coming_days_are_sold_to_different_degrees_and_paid_for(world: World) -> None:
    now = world.clock.now()
    soon = [each for each in all_showtimes(world) if now < each.starts_at < now + sales.SOON]
    counts: list[Counts] = [world.wiring.stock.recount(each.id) for each in soon]
    states = {booking.state for each in soon for booking in Bookings().of_showtime(each.id)}
    wanted = [
        per_cent for cinema in CINEMAS.values() for room in cinema.rooms for per_cent in room.sold if per_cent
    ]

    degrees = sorted(100 * each.sold // each.capacity for each in counts if each.sold)
    # The wheelchair places of a small house stay free.
    assert degrees == pytest.approx(sorted(wanted), abs=2)
    assert states == {BookingState.CONFIRMED}


def test_each_customer_has_a_booking_an_evening_in_the_cinemas_they_go_to(world: World) -> None:
    for login in LOGINS:
        user = users.find_by_address(login.email)
        assert user is not None
        found = Bookings().get_many([key for key, _ in Bookings().of_customer(user_principal(user.id).id)])
        shown = [world.wiring.scheduling.showtime(each.showtime_id) for each in found]

        assert bool(found) == login.is_customer
        assert len({each.business_date for each in shown}) == len(shown)
        names = {world.wiring.catalogue.cinema(each.cinema_id).name for each in shown}
        assert names <= {CINEMAS[key].details.name for key in login.cinemas}


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.email)
def test_everybody_can_log_in(world: World, login: Login) -> None:
    signed_in = world.wiring.sessions.log_in(login.email, login.password, "192.0.2.200")

    user = users.find_by_address(login.email)
    assert user is not None
    assert (user.is_admin, user.is_owner) == (login.is_admin, login.is_owner)
    assert signed_in is not None
