"""Bookings as they are answered: what a step of buying tells, and what a customer reads later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from chalicelib.api.contract import Call, Payload
from chalicelib.api.fields import Instant
from chalicelib.api.holds import QuoteLineOut
from chalicelib.api.money import MoneyOut, money
from chalicelib.domain.bookings import AttemptState, Booking, BookingState
from chalicelib.domain.showtimes import ShowtimeStatus
from chalicelib.services.selling.checkout import CheckedOut

# The page shows a little less than there is, so that nobody pays in the last second for nothing.
_SHOWN_LESS = timedelta(seconds=5)

Reason = Literal["customer", "showtime_cancelled", "unpaid", "seats_lost"]


class AttemptOut(Payload):
    """`refund` is what goes, or went, back: zero until `state` is refunding. `refused`: the provider can't pay it out."""

    number: int
    state: AttemptState
    amount: MoneyOut
    refund: MoneyOut


class PaymentOut(Payload):
    """Where the customer pays, and until when."""

    url: str
    pay_until: Instant


class BookingTicketOut(QuoteLineOut):
    admitted: bool


class BookingShowtimeOut(Payload):
    """What the tickets are for, at most 30 s old. `time_zone` is the cinema's; `subtitles` a language, or null."""

    id: str
    starts_at: Instant
    ends_at: Instant
    time_zone: str
    format: str
    language: str
    subtitles: str | None
    status: ShowtimeStatus
    movie_id: str
    movie_title: str
    duration_minutes: int
    certificate: str
    poster: str | None
    cinema_id: str
    cinema_name: str
    cinema_street: str
    cinema_city: str
    auditorium_name: str


class BookingStepOut(Payload):
    """A booking as a step of buying answers it; reading it tells its showtime besides.

    `token` opens it without an account. `payment` is null when nothing is to be paid (any more). `reason` says why it was
    undone, null while it was not. `taken_again`: its payment came after its seats had lapsed, and seats were taken once
    more, with `other_seats_agreed` perhaps others than before.
    """

    reference: str
    showtime_id: str
    state: BookingState
    reason: Reason | None
    taken_again: bool
    tickets: tuple[BookingTicketOut, ...]
    fee: MoneyOut
    total: MoneyOut
    email: str
    name: str
    language: str
    other_seats_agreed: bool
    attempts: tuple[AttemptOut, ...]
    payment: PaymentOut | None
    pay_until: Instant | None
    cancel_until: Instant
    refund_per_cent: int
    created_at: Instant
    confirmed_at: Instant | None
    token: str


class BookingOut(BookingStepOut):
    showtime: BookingShowtimeOut


class BookingList(Payload):
    """Newest first. `next` is the cursor of the next page, null on the last."""

    bookings: tuple[BookingOut, ...]
    next: str | None


def step(call: Call[Any, Any], checked_out: CheckedOut) -> BookingStepOut:
    """Selling itself has read all it takes: a sale reads nothing for its answers."""
    return BookingStepOut(**_fields(call, checked_out))


def told(call: Call[Any, Any], booking: Booking) -> BookingOut:
    return BookingOut(**_fields(call, CheckedOut(booking, None)), showtime=_showtime(call, booking))


def all_told(call: Call[Any, Any], bookings: Sequence[Booking]) -> tuple[BookingOut, ...]:
    """What they are for is read together, each showtime and movie once."""
    call.wiring.scheduling.read_together([booking.showtime_id for booking in bookings])
    return tuple(told(call, booking) for booking in bookings)


def _fields(call: Call[Any, Any], checked_out: CheckedOut) -> dict[str, Any]:
    booking, session = checked_out.booking, checked_out.payment
    scheduling = call.wiring.scheduling
    plan = scheduling.plan_of(scheduling.showtime(booking.showtime_id))
    pay_until = _pay_until(booking)
    return {
        "reference": booking.reference,
        "showtime_id": booking.showtime_id,
        "state": booking.state,
        "reason": cast(Reason | None, booking.reason.value or None),
        "taken_again": booking.generation > 0,
        "tickets": tuple(
            BookingTicketOut(
                seat=str(ticket.seat),
                label=plan.label(ticket.seat),
                ticket_type=ticket.ticket_type,
                price=money(ticket.price),
                admitted=ticket.admitted_at is not None,
            )
            for ticket in booking.tickets
        ),
        "fee": money(booking.fee),
        "total": money(booking.total),
        "email": booking.email,
        "name": booking.name,
        "language": booking.language,
        "other_seats_agreed": booking.terms.other_seats_agreed,
        "attempts": tuple(
            AttemptOut(number=a.number, state=a.state, amount=money(a.amount), refund=money(a.refund))
            for a in booking.attempts
        ),
        "payment": PaymentOut(url=session.url, pay_until=pay_until) if session and pay_until else None,
        "pay_until": pay_until,
        "cancel_until": booking.terms.cancel_until,
        "refund_per_cent": booking.terms.refund_per_cent,
        "created_at": booking.created_at,
        "confirmed_at": booking.confirmed_at,
        "token": call.wiring.links.booking_token(booking.reference),
    }


def _showtime(call: Call[Any, Any], booking: Booking) -> BookingShowtimeOut:
    catalogue = call.wiring.catalogue
    showtime = call.wiring.scheduling.showtime(booking.showtime_id)
    movie, cinema = catalogue.movie(showtime.movie_id), catalogue.cinema(showtime.cinema_id)
    return BookingShowtimeOut(
        id=showtime.id,
        starts_at=showtime.starts_at,
        ends_at=showtime.ends_at,
        time_zone=cinema.time_zone,
        format=showtime.format,
        language=showtime.language,
        subtitles=showtime.subtitles or None,
        status=showtime.status,
        movie_id=movie.id,
        movie_title=movie.title,
        duration_minutes=movie.duration_minutes,
        certificate=movie.certificate,
        poster=movie.poster,
        cinema_id=cinema.id,
        cinema_name=cinema.name,
        cinema_street=cinema.street,
        cinema_city=cinema.city,
        auditorium_name=catalogue.auditorium(showtime.auditorium_id).name,
    )


def _pay_until(booking: Booking) -> datetime | None:
    if booking.state is not BookingState.PENDING or not booking.attempts:
        return None
    return booking.session_ends_at - _SHOWN_LESS
