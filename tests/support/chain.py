"""A chain of two cinemas with people of every role, holds and bookings: whatever a request may name exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Role
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import User
from dev.payments.sessions import Choice
from tests.support.builders import (
    a_cinema,
    a_movie,
    a_price_list,
    a_seating_plan,
    a_showtime,
    an_admin,
    an_auditorium,
)
from tests.support.people import a_guest, a_user, staff_of, token_of
from tests.support.shop import Shopper
from tests.support.sign_in import PASSWORD, log_in
from tests.support.world import World

ROLES = (
    "anonymous",
    "guest",
    "customer",
    "another customer",
    "staff",
    "finance",
    "manager",
    "owner",
    "other staff",
    "other finance",
    "other manager",
    "other owner",
    "admin",
    "expired",
    "ended",
)
"""`other` ones have their role in another cinema. `expired` is the customer with a token that has run out, `ended` the
customer after a log-out: refreshing is over, the access token lives on for its 15 minutes."""

_GRANTED = {
    "staff": Role.STAFF,
    "finance": Role.FINANCE,
    "manager": Role.MANAGER,
    "owner": Role.OWNER,
}


@dataclass(frozen=True)
class Rooms:
    """One cinema and what is in it."""

    cinema: Cinema
    auditorium: Auditorium
    spare_auditorium: Auditorium
    spare_plan: SeatingPlan
    price_list: PriceList
    spare_price_list: PriceList
    showtime: Showtime
    spare_showtime: Showtime


@dataclass(frozen=True)
class Bookings:
    """The customer's, of one showtime: each in another state."""

    hold: str
    pending: str
    declined: str
    confirmed: str
    cancelled: str


class Chain:
    """`headers[role]` are what a request of the role carries. `spare` things have nothing that rests on them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.users: dict[str, User] = {"admin": an_admin(world)}
        self.headers: dict[str, Mapping[str, str]] = {"anonymous": {}, "guest": a_guest(world)}
        self.refresh_tokens: dict[str, str] = {}
        self.users["customer"] = a_user(world, "customer@people.example", password=PASSWORD)
        self.users["another customer"] = a_user(world)
        self.users["owner"], self.users["other owner"] = (a_user(world, is_owner=True) for _ in range(2))
        self.movie: Movie = a_movie(world, by=self.users["owner"])
        self.spare_movie: Movie = a_movie(world, "Nobody Shows This", by=self.users["owner"])
        self.draft_movie: Movie = a_movie(world, "Not Yet", by=a_user(world, is_owner=True))
        self.own = self._rooms("owner")
        self.other = self._rooms("other owner", name="Roxy", time_zone="Asia/Kolkata", currency="INR")
        self.draft = a_cinema(world, owner=self.users["owner"], published=False, name="Odeon")
        for role, granted in _GRANTED.items():
            for prefix, rooms in (("", self.own), ("other ", self.other)):
                if granted is not Role.OWNER:
                    self.users[prefix + role] = staff_of(world, rooms.cinema.id, granted)
        self._sign_in()
        self.bookings = self._buy()

    def as_(self, role: str) -> Mapping[str, str]:
        return self.headers[role]

    def _rooms(self, owner: str, **details: str) -> Rooms:
        world = self.world
        cinema = a_cinema(world, owner=self.users[owner], **details)  # type: ignore[arg-type]
        room = an_auditorium(world, cinema=cinema, rows=4, seats=10)
        prices = a_price_list(world, cinema)
        shown = {"auditorium": room, "movie": self.movie, "price_list": prices}
        return Rooms(
            cinema=cinema,
            auditorium=room,
            spare_auditorium=an_auditorium(world, cinema=cinema, code="S2", rows=2, seats=4),
            spare_plan=world.wiring.seating_plans.create(room.id, "Spare", a_seating_plan(2, 4).rows),
            price_list=prices,
            spare_price_list=a_price_list(world, cinema),
            showtime=a_showtime(world, **shown, starts_in=timedelta(days=1)),  # type: ignore[arg-type]
            spare_showtime=a_showtime(world, **shown, starts_in=timedelta(days=2)),  # type: ignore[arg-type]
        )

    def _sign_in(self) -> None:
        """The customer by password, so that there are families to end; all others are given tokens."""
        world = self.world
        expired = log_in(world, "customer@people.example").json
        world.clock.advance(minutes=16)
        ended = log_in(world, "customer@people.example").json
        assert world.api.post("/v1/auth/logout", json={"refresh_token": ended["refresh_token"]}).status == 204
        lasting = log_in(world, "customer@people.example").json
        for role, tokens in (("expired", expired), ("ended", ended), ("customer", lasting)):
            self.headers[role] = _bearer(tokens["access_token"])
            self.refresh_tokens[role] = tokens["refresh_token"]
        for role, user in self.users.items():
            self.headers.setdefault(role, _bearer(token_of(world, user)))

    def _buy(self) -> Bookings:
        shopper = Shopper(self.world, self.users["customer"])
        showtime = self.own.showtime.id
        pending, declined, cancelled = (self._check_out(shopper, f"{row}-1") for row in "ABC")
        self.world.payments.choose(f"{declined}/1", Choice.DECLINE)
        shopper.cancel(cancelled)
        return Bookings(
            hold=str(shopper.hold(showtime, "A-5", "A-6").json["token"]),
            pending=pending,
            declined=declined,
            confirmed=shopper.buy(showtime, "D-1", "D-2"),
            cancelled=cancelled,
        )

    def _check_out(self, shopper: Shopper, *seats: str) -> str:
        held = shopper.hold(self.own.showtime.id, *seats)
        assert held.status == 201, held.text
        return str(shopper.check_out(held.json["token"]).json["reference"])


def _bearer(token: str) -> Mapping[str, Any]:
    return {"Authorization": f"Bearer {token}"}
