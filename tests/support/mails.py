"""Bookings to write mails about, and what AWS hands to the functions that carry mails."""

from __future__ import annotations

import email
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.bookings import (
    Attempt,
    AttemptState,
    Booking,
    BookingState,
    Terms,
    Ticket,
    UndoReason,
)
from chalicelib.domain.cinemas import CancellationPolicy, Cinema, CinemaStatus
from chalicelib.domain.money import Money
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.seating_plans import Row, Seat, SeatCategory, SeatingPlan, SeatRef
from chalicelib.domain.showtimes import Showtime, ShowtimeStatus
from chalicelib.stores import (
    auditoriums,
    cinemas,
    keys,
    movies,
    price_lists,
    seating_plans,
    showtimes,
)
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.tables import table_name
from chalicelib.stores.transactions import Transaction
from tests.support.chance import START

if TYPE_CHECKING:
    from tests.support.world import World

CINEMA_ID = "01K9ZC1NEMA00000000000000A"
MOVIE_ID = "01K9Z0M0V1E00000000000000A"
SHOWTIME_ID = "K7M2QX"
STARTS_AT = datetime(2026, 11, 27, 14, 45, tzinfo=UTC)
GUEST = "E#0123456789abcdef"
ADDRESS = "mira@example.org"


def rupees(minor: int) -> Money:
    return Money(minor, "INR")


def a_programme(*, title: str = "The Lighthouse") -> Showtime:
    """Stores a showtime in Mumbai on 27 November 2026, 20:15, with all that a mail tells of it."""
    cinema = Cinema(
        id=CINEMA_ID,
        name="Marine Drive Picture House",
        street="14 Netaji Subhash Road",
        city="Mumbai",
        country="IN",
        time_zone="Asia/Kolkata",
        currency="INR",
        owner_id="01K9Z0WNER000000000000000A",
        status=CinemaStatus.PUBLISHED,
        policy=CancellationPolicy(),
        day_starts_hour=6,
        version=1,
        created_at=START,
        updated_at=START,
    )
    movie = Movie(
        id=MOVIE_ID,
        title=title,
        synopsis="",
        genres=("drama",),
        tags=(),
        languages=("hi",),
        duration_minutes=120,
        certificate="UA",
        released_on=None,
        rating=None,
        created_by=cinema.owner_id,
        deleted=False,
        version=1,
        created_at=START,
        updated_at=START,
    )
    row = Row("F", "F", (Seat("12", 0), Seat("13", 1), Seat("14", 2, SeatCategory.PREMIUM)))
    plan = SeatingPlan("01K9ZP1AN0000000000000000A", 1, f"{CINEMA_ID}-S3", "Screen 3", (row,))
    prices = PriceList(
        id="01K9ZPR1CES00000000000000A",
        cinema_id=CINEMA_ID,
        name="Evening",
        currency="INR",
        ticket_types=(TicketType("adult", "Adult"), TicketType("child", "Child")),
        prices={("adult", SeatCategory.STANDARD): rupees(35000)},
        booking_fee=rupees(1500),
        deleted=False,
        version=1,
    )
    auditorium = Auditorium(plan.auditorium_id, CINEMA_ID, "Screen 3", plan.id, 1, 20, ("IMAX",), False, 1)
    showtime = Showtime(
        id=SHOWTIME_ID,
        cinema_id=CINEMA_ID,
        auditorium_id=auditorium.id,
        movie_id=MOVIE_ID,
        plan_id=plan.id,
        plan_version=1,
        price_list_id=prices.id,
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(minutes=136),
        sales_close_at=STARTS_AT,
        business_date=date(2026, 11, 27),
        format="IMAX",
        language="hi",
        subtitles="en",
        capacity=3,
        status=ShowtimeStatus.ON_SALE,
        version=1,
    )
    cinemas.add(cinema)
    movies.add(movie)
    transaction = Transaction()
    seating_plans.add(transaction, plan)
    price_lists.add(transaction, prices)
    auditoriums.add(transaction, auditorium)
    showtimes.add(transaction, showtime)
    assert not transaction.commit()
    return showtime


def a_booking(**changes: Any) -> Booking:
    """A guest's pending booking: two adults and a child in F12 to F14, 995 rupees with its fee."""
    booking = Booking(
        showtime_id=SHOWTIME_ID,
        own=4815162342,
        digest="ab" * 32,
        payload_digest="cd" * 32,
        principal_id="G#guest",
        customer=GUEST,
        email=ADDRESS,
        name="Mira",
        language="en",
        tickets=(
            Ticket(SeatRef("F", "12"), "adult", rupees(35000)),
            Ticket(SeatRef("F", "13"), "adult", rupees(35000)),
            Ticket(SeatRef("F", "14"), "child", rupees(25000)),
        ),
        fee=rupees(4500),
        terms=Terms(STARTS_AT - timedelta(hours=1), 80),
        state=BookingState.PENDING,
        generation=0,
        attempts=(Attempt(1, AttemptState.STARTED, rupees(99500), rupees(0)),),
        paid_by=0,
        reason=UndoReason.NONE,
        created_at=START,
        changed_at=START,
        claims_until=START + timedelta(minutes=15),
        confirmed_at=None,
        due_at=None,
    )
    return replace(booking, **changes)


def confirmed(booking: Booking) -> Booking:
    attempt = replace(booking.attempts[0], state=AttemptState.PAID)
    return replace(booking.with_attempt(attempt), state=BookingState.CONFIRMED, paid_by=1, confirmed_at=START)


def cancelling(booking: Booking, reason: UndoReason, refund: Money) -> Booking:
    undone = replace(booking, state=BookingState.CANCELLING, reason=reason)
    return undone.with_attempt(replace(undone.attempts[0], refund=refund)) if booking.paid_by else undone


# --- what AWS hands over


def stored(booking: Booking, old: Booking | None = None) -> dict[str, Any]:
    """Stores the booking (over `old`), and gives the record that the table's stream would carry of it."""
    before = _item(old) if old else None
    if old is None:
        Bookings().put_if_absent(booking)
    else:
        Bookings().change(old, booking)
    images = {"NewImage": _item(booking)} | ({"OldImage": before} if before else {})
    return {
        "eventName": "MODIFY" if old else "INSERT",
        "dynamodb": {"SequenceNumber": f"1{booking.own:020d}", **images},
    }


def stream_event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def queue_event(*bodies: dict[str, Any] | str) -> dict[str, Any]:
    """Message ids are m0, m1, …"""
    written = (body if isinstance(body, str) else json.dumps(body) for body in bodies)
    return {"Records": [{"messageId": f"m{i}", "body": body} for i, body in enumerate(written)]}


def _item(booking: Booking) -> dict[str, Any]:
    key = keys.booking(booking.showtime_id, booking.own)
    found = boto3.client("dynamodb").get_item(
        TableName=table_name("sales"),
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        ConsistentRead=True,
    )
    item: dict[str, Any] = found["Item"]
    return item


# --- what was sent


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail as its reader gets it."""

    to: str
    subject: str
    text: str
    html: str
    message: EmailMessage


def sent_mails(world: World) -> list[SentMail]:
    return [_parsed(raw.raw_data) for raw in world.sent_mail()]


def _parsed(raw: str) -> SentMail:
    message = email.message_from_string(raw, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text and html
    return SentMail(message["To"], message["Subject"], text.get_content(), html.get_content(), message)
