"""Sells a part of the demo's showtimes: held, checked out, paid at the sandbox provider and confirmed as by anybody."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import urllib3

from chalicelib.domain.bookings import Booking, BookingState
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.errors import DomainError, Unavailable
from chalicelib.domain.holds import SalesClosed, SeatUnavailable
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.principals import Principal, guest_principal, user_principal
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import DEFAULT_LANGUAGE, User
from chalicelib.services.selling.checkout import Buyer
from chalicelib.services.selling.drafting import Asker
from chalicelib.services.selling.holding import Choice
from chalicelib.services.selling.reading import customer_of_address
from chalicelib.stores import cinemas
from chalicelib.stores.bookings import Bookings
from chalicelib.wiring import Wiring
from dev.demo.catalogue import DAYS_SOON, room_id
from dev.demo.crowd import House
from dev.demo.data import CINEMAS, DemoCinema
from dev.demo.logins import LOGINS, Login

WORKERS = 2
# How long the provider's notice of a payment is waited for.
NOTICE_S = 20
SOON = timedelta(days=DAYS_SOON)
PATIENCE = 8
_LOOK_EVERY_S = 0.1
_EVENING_HOUR = 18
T = TypeVar("T")
_NAMESPACE = uuid.UUID("5e2b7a35-0d4f-4a55-9c75-4c8f7a4a0f3e")


@dataclass(frozen=True, slots=True)
class Purchase:
    """Ordinary seats: nobody is left with a single seat beside them."""

    showtime: Showtime
    seats: tuple[SeatRef, ...]
    principal: Principal
    buyer: Buyer


@dataclass(frozen=True, slots=True)
class Evening:
    """A showtime of which so many `seats` are to be sold."""

    showtime: Showtime
    house: House
    seats: int


def sell_some(wiring: Wiring, people: Mapping[str, User]) -> int:
    """Bookings in showtimes of the coming evenings, unless the customers have some; gives how many.

    `people` are named by their e-mail address. The customers book one after the other, what begins last at last; then
    guests come.
    """
    customers = [login for login in LOGINS if login.is_customer]
    bought = (Bookings().of_customer(user_principal(people[each.email].id).id, limit=1) for each in customers)
    if any(bought):
        return 0
    evenings = _evenings(wiring)
    own = [
        _of_customer(evening, people[login.email], 2 + number % 3)
        for login in customers
        for number, evening in enumerate(_one_an_evening(evenings, login))
    ]
    crowds = [list(_of_guests(evening)) for _, evening in evenings]
    # Built before the threads need it: they share one.
    assert wiring.selling is not None
    sold = sum(_buy(wiring, each) for each in own)
    with ThreadPoolExecutor(WORKERS) as pool:
        # One after the other in a house: each sits down beside those who came before.
        return sold + sum(pool.map(lambda crowd: sum(_buy(wiring, each) for each in crowd), crowds))


def _one_an_evening(evenings: Iterable[tuple[str, Evening]], login: Login) -> list[Evening]:
    """The first of each evening in the cinemas that they go to."""
    found: dict[date, Evening] = {}
    for key, evening in evenings:
        if key in login.cinemas:
            found.setdefault(evening.showtime.business_date, evening)
    return list(found.values())


def _evenings(wiring: Wiring) -> list[tuple[str, Evening]]:
    """Those to be sold, in the order of their starts, each with the key of its cinema."""
    found = [
        (key, evening)
        for key, demo in CINEMAS.items()
        for cinema in cinemas.all()
        if cinema.is_published and cinema.name == demo.details.name
        for evening in _evenings_of(wiring, cinema, demo)
    ]
    return sorted(found, key=lambda each: (each[1].showtime.starts_at, each[1].showtime.id))


def _evenings_of(wiring: Wiring, cinema: Cinema, demo: DemoCinema) -> Iterator[Evening]:
    coming = _coming_showtimes(wiring, cinema)
    for room in demo.rooms:
        first: dict[date, Showtime] = {}
        for showtime in coming:
            if showtime.auditorium_id == room_id(cinema, room) and _is_evening(showtime, cinema):
                first.setdefault(showtime.business_date, showtime)
        for showtime, per_cent in zip(first.values(), room.sold, strict=False):
            if per_cent:
                plan = wiring.scheduling.plan_of(showtime)
                house = House(plan, Random(f"{room.name} {per_cent}"))  # nosec B311  # no secret
                yield Evening(showtime, house, plan.capacity * per_cent // 100)


def _coming_showtimes(wiring: Wiring, cinema: Cinema) -> list[Showtime]:
    """Of the next days, in the order of their starts."""
    now = wiring.clock.now()
    today = wiring.listing.today(cinema.id)
    return [
        showtime
        for ahead in range(SOON.days + 1)
        for showtime in wiring.listing.programme(cinema.id, today + timedelta(days=ahead))
        if showtime.is_listed and now < showtime.sales_close_at and showtime.starts_at < now + SOON
    ]


def _is_evening(showtime: Showtime, cinema: Cinema) -> bool:
    return showtime.starts_at.astimezone(ZoneInfo(cinema.time_zone)).hour >= _EVENING_HOUR


def _of_customer(evening: Evening, customer: User, size: int) -> Purchase:
    principal = user_principal(customer.id)
    buyer = Buyer(principal.id, customer.email, customer.name, customer.language, other_seats_agreed=False)
    return Purchase(evening.showtime, evening.house.book(size), principal, buyer)


def _of_guests(evening: Evening) -> Iterator[Purchase]:
    """Until the house is as full as it is to be."""
    while seats := evening.house.book_for_parties(evening.seats - evening.house.sold):
        name = f"guest.{evening.house.sold}.of.{evening.showtime.id.lower()}"
        address = f"{name}@matinee.example"
        buyer = Buyer(customer_of_address(address), address, "", DEFAULT_LANGUAGE, other_seats_agreed=False)
        yield Purchase(evening.showtime, seats, guest_principal(name), buyer)


def _buy(wiring: Wiring, purchase: Purchase) -> bool:
    key = uuid.uuid5(_NAMESPACE, f"{purchase.showtime.id} {purchase.buyer.email}")
    address = f"198.51.100.{key.int % 254 + 1}"
    seats = [{"seat": str(seat)} for seat in purchase.seats]
    asker = Asker(purchase.principal, address, str(key), {"seats": seats})
    try:
        hold = wiring.selling.holding.hold_seats(
            asker, purchase.showtime.id, [Choice(seat, None) for seat in purchase.seats]
        )
    except (SeatUnavailable, SingleSeatLeft, SalesClosed):
        return False
    cinema = wiring.catalogue.cinema(purchase.showtime.cinema_id)
    checked_out = _patiently(lambda: wiring.selling.checkout.check_out(hold, purchase.buyer, cinema, address))
    session = checked_out.payment
    if session is not None:
        _patiently(lambda: _approve(wiring.settings.payments_url, session.session_id))
    return _settled(wiring, checked_out.booking, address).state is BookingState.CONFIRMED


def _settled(wiring: Wiring, booking: Booking, address: str) -> Booking:
    """As the provider's notice leaves it; if none comes, the provider is asked.

    Who sells faster than notices are answered has another process of each function begin for them, and a process takes
    the local cloud longer to begin than a booking.
    """
    give_up = time.monotonic() + NOTICE_S
    while time.monotonic() < give_up:
        found = Bookings().get(booking.showtime_id, booking.own)
        if found is not None and found.state is not BookingState.PENDING:
            return found
        time.sleep(_LOOK_EVERY_S)
    return _patiently(lambda: wiring.selling.settle(booking, address))


def _patiently(step: Callable[[], T]) -> T:
    """The provider's functions have cold starts, several at once; each step may be repeated."""
    for _ in range(PATIENCE - 1):
        try:
            return step()
        except (Unavailable, ProviderUnavailable, urllib3.exceptions.HTTPError):
            time.sleep(1)
    return step()


def _approve(payments_url: str, session_id: str) -> None:
    """Choose "approve" on the provider's page, as a person does."""
    answer = urllib3.request(
        "POST",
        f"{payments_url}/pay/{session_id}",
        body=urlencode({"choice": "approve"}),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        redirect=False,
        timeout=10,
        retries=False,
    )
    # 409: the session has ended meanwhile, and the booking lapses.
    if answer.status not in (303, 409):
        raise PaymentPageUnfit(f"the sandbox provider's page answered {answer.status}")


class PaymentPageUnfit(DomainError):
    """The provider's page does not take a choice as it should."""
