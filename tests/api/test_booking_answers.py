"""What a booking and a hold tell: enough for a page that has nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from chalicelib.domain.showtimes import Showtime
from tests.support.api import guest
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_showtime,
    an_admin,
    an_auditorium,
    principal_of,
)
from tests.support.calls import calls_of
from tests.support.shop import Shopper, a_shopper
from tests.support.world import World


class TestTelling:
    def test_booking_tells_what_it_is_for(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)

        booking = shopper.booking(shopper.buy(showtime.id, "A-1", "A-2")).json

        assert booking["showtime"] == {
            "id": showtime.id,
            "starts_at": f"{showtime.starts_at:%Y-%m-%dT%H:%M:%SZ}",
            "ends_at": f"{showtime.ends_at:%Y-%m-%dT%H:%M:%SZ}",
            "time_zone": "Europe/Berlin",
            "format": "2D",
            "language": "en",
            "subtitles": None,
            "status": "on_sale",
            "movie_id": showtime.movie_id,
            "movie_title": "The Long Take",
            "duration_minutes": 100,
            "certificate": "12",
            "poster": None,
            "cinema_id": showtime.cinema_id,
            "cinema_name": "Astoria",
            "cinema_street": "Main Street 1",
            "cinema_city": "Berlin",
            "auditorium_name": "Screen S1",
        }
        assert [ticket["label"] for ticket in booking["tickets"]] == ["A1", "A2"]
        assert (booking["reason"], booking["taken_again"], booking["other_seats_agreed"]) == (
            None,
            False,
            False,
        )

    def test_hold_tells_its_seats_as_people_read_them(self, world: World, showtime: Showtime) -> None:
        held = a_shopper(world).hold(showtime.id, "A-1", "A-2").json

        assert [line["label"] for line in held["quote"]["lines"]] == ["A1", "A2"]

    def test_booking_of_a_cancelled_showtime_says_why(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")

        world.wiring.showtimes.cancel(showtime.id)

        booking = shopper.booking(reference).json
        assert (booking["state"], booking["reason"]) == ("cancelled", "showtime_cancelled")
        assert booking["showtime"]["status"] == "cancelled"

    def test_booking_of_a_deleted_movie_still_tells_its_title(self, world: World, showtime: Showtime) -> None:
        shopper = a_shopper(world)
        reference = shopper.buy(showtime.id, "A-1", "A-2")
        world.clock.advance(days=30)

        admin = principal_of(an_admin(world))
        movie = world.wiring.movies.read(showtime.movie_id, admin)
        world.wiring.movies.delete(movie.id, admin, movie.version)

        assert shopper.booking(reference).json["showtime"]["movie_title"] == "The Long Take"

    def test_own_bookings_read_their_showtimes_and_movies_together(self, world: World) -> None:
        cinema = a_cinema(world)
        room = an_auditorium(world, cinema=cinema)
        shopper = a_shopper(world)
        for hours in (3, 6, 9, 12):
            one = a_showtime(world, auditorium=room, movie=a_movie(world), starts_in=timedelta(hours=hours))
            shopper.buy(one.id, "A-1", "A-2")
        as_ = shopper.as_
        world.clock.advance(minutes=1)  # nothing of the catalogue is kept as long

        cold = calls_of(lambda: world.api.get("/v1/bookings", as_=as_))
        warm = calls_of(lambda: world.api.get("/v1/bookings", as_=as_))

        # The own bookings' index and items, showtimes and movies; then the cinema and the auditorium.
        assert Counter(cold) == {"Query": 1, "BatchGetItem": 3, "GetItem": 2}
        assert Counter(warm) == {"Query": 1, "BatchGetItem": 1}


class TestComingBack:
    def test_guest_comes_back_from_the_provider_with_what_opens_the_booking(
        self, world: World, showtime: Showtime
    ) -> None:
        shopper = Shopper(world, guest=guest(world.api.post("/v1/auth/guests").json["guest_id"]))
        reference = shopper.check_out(
            shopper.hold(showtime.id, "A-1", "A-2").json["token"], email="ada@example.org"
        ).json["reference"]

        order = world.payments.provider.find(f"{reference}/1").order

        assert order is not None
        page, _, token = order.return_url.partition("?token=")
        assert page.endswith(f"/bookings/{reference}")
        assert Shopper(world).booking(reference, token=token).status == 200
