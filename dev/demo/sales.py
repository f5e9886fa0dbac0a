"""Sells a part of the demo's showtimes: held, checked out, paid at the sandbox provider and confirmed as by anybody."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode

import urllib3

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.errors import DomainError, Unavailable
from chalicelib.domain.holds import MAX_SEATS, SalesClosed, SeatUnavailable
from chalicelib.domain.neighbours import SingleSeatLeft, rule_runs
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.principals import Principal, guest_principal, user_principal
from chalicelib.domain.seating_plans import Row, Seat, SeatRef
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import DEFAULT_LANGUAGE, User
from chalicelib.services.selling.checkout import Buyer
from chalicelib.services.selling.drafting import Asker
from chalicelib.services.selling.holding import Choice
from chalicelib.services.selling.reading import customer_of_address
from chalicelib.stores import cinemas
from chalicelib.stores.bookings import Bookings
from chalicelib.wiring import Wiring

# Each payment's notice is answered by a function of its own; the local cloud unpacks a package for each at a time.
WORKERS = 2
BOOKINGS = 10
# The earliest showtimes of so many of the smallest rooms are nearly sold out, to guests.
BUSY = 2
SOON = timedelta(days=3)
PATIENCE = 8
T = TypeVar("T")
_NAMESPACE = uuid.UUID("5e2b7a35-0d4f-4a55-9c75-4c8f7a4a0f3e")


@dataclass(frozen=True, slots=True)
class Purchase:
    """Ordinary seats side by side at the left end of a run: nobody is left with a single seat beside them."""

    showtime: Showtime
    seats: tuple[SeatRef, ...]
    principal: Principal
    buyer: Buyer
    number: int


def sell_some(wiring: Wiring, customers: Sequence[User]) -> int:
    """Bookings in the showtimes of the coming days, unless the customers have some; gives how many.

    The customers' are spread over them; two of the smallest rooms are nearly sold out to guests.
    """
    if any(Bookings().of_customer(user_principal(each.id).id, limit=1) for each in customers):
        return 0
    soon = _coming_showtimes(wiring)
    if not soon:
        return 0
    purchases = [
        _purchase(wiring, soon[n % len(soon)], customers[n % len(customers)], n) for n in range(BOOKINGS)
    ]
    earliest = {each.auditorium_id: each for each in reversed(soon)}
    busy = sorted(earliest.values(), key=lambda each: each.capacity)[:BUSY]
    purchases += _crowd(wiring, busy, first=BOOKINGS)
    # Built before the threads need it: they share one.
    assert wiring.selling is not None
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(lambda each: _buy(wiring, each), purchases))


def _coming_showtimes(wiring: Wiring) -> list[Showtime]:
    now = wiring.clock.now()
    found = [
        showtime
        for cinema in cinemas.all()
        if cinema.is_published
        for ahead in range(SOON.days + 1)
        for showtime in wiring.listing.programme(
            cinema.id, wiring.listing.today(cinema.id) + timedelta(days=ahead)
        )
        if showtime.is_listed and now < showtime.sales_close_at and showtime.starts_at < now + SOON
    ]
    return sorted(found, key=lambda each: (each.starts_at, each.id))


def _purchase(wiring: Wiring, showtime: Showtime, customer: User, number: int) -> Purchase:
    plan = wiring.scheduling.plan_of(showtime)
    row = plan.rows[(len(plan.rows) // 2 + number) % len(plan.rows)]
    run = max(rule_runs(row), key=len)
    count = min(2 + number % 4, max(1, len(run) - 2))
    principal = user_principal(customer.id)
    buyer = Buyer(principal.id, customer.email, customer.name, customer.language, other_seats_agreed=False)
    return Purchase(showtime, _left_end(row, run, count), principal, buyer, number)


def _crowd(wiring: Wiring, showtimes: Sequence[Showtime], first: int) -> list[Purchase]:
    """Guests who take as much as one booking may of every row but the first."""
    found: list[Purchase] = []
    for showtime in showtimes:
        for row in wiring.scheduling.plan_of(showtime).rows[1:]:
            run = max(rule_runs(row), key=len)
            # One more than a booking may have would stay alone.
            count = min(len(run), MAX_SEATS - (len(run) == MAX_SEATS + 1))
            number = first + len(found)
            address = f"guest.{number}@matinee.example"
            buyer = Buyer(
                customer_of_address(address), address, "", DEFAULT_LANGUAGE, other_seats_agreed=False
            )
            guest = guest_principal(f"demo-{number}")
            found.append(Purchase(showtime, _left_end(row, run, count), guest, buyer, number))
    return found


def _left_end(row: Row, run: Sequence[Seat], count: int) -> tuple[SeatRef, ...]:
    return tuple(SeatRef(row.id, seat.number) for seat in run[:count])


def _buy(wiring: Wiring, purchase: Purchase) -> bool:
    address = f"198.51.100.{purchase.number + 1}"
    key = str(uuid.uuid5(_NAMESPACE, f"{purchase.showtime.id} {purchase.number}"))
    seats = [{"seat": str(seat)} for seat in purchase.seats]
    asker = Asker(purchase.principal, address, key, {"seats": seats})
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
    booking = _patiently(lambda: wiring.selling.settle(checked_out.booking, address))
    return booking.state is BookingState.CONFIRMED


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
