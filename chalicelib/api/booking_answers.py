"""Bookings as they are answered: what a step of buying tells, and what a customer reads later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from chalicelib.api.contract import Call, Payload
from chalicelib.api.fields import Instant
from chalicelib.api.holds import QuoteLineOut
from chalicelib.api.money import MoneyOut, money
from chalicelib.domain.bookings import MAX_ATTEMPTS, AttemptState, Booking, BookingState
from chalicelib.domain.payments import PaymentSession, SessionState
from chalicelib.domain.showtimes import ShowtimeStatus

# The page shows a little less than there is, so that nobody pays in the last second for nothing.
_SHOWN_LESS = timedelta(seconds=5)

PaymentState = Literal["open", "processing", "failed", "ended", "used_up", "unknown"]
Reason = Literal["customer", "showtime_cancelled", "unpaid", "seats_lost"]


class AttemptOut(Payload):
    """`refund` is what goes, or went, back: zero until `state` is refunding. `refused`: the provider can't pay it out."""

    number: int
    state: AttemptState
    amount: MoneyOut
    refund: MoneyOut


class PaymentOut(Payload):
    """How the last attempt stands, as far as this answer knows, and the page on which it is paid.

    `open`: it can be paid, at `url`; where that is null, paying again tells it. `processing`: a bank is at it, and
    nothing may be started beside it. `failed`, `ended`: it was declined, or its page closed, and another may be
    started. `used_up`: so were all there may be. `unknown`: it is open or a bank is at it; this answer did not ask the
    provider, confirming does.
    """

    state: PaymentState
    url: str | None


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

    `token` opens it without an account. `payment` is null when nothing is to be paid (any more); whoever may read the
    booking may pay for it, until `pay_until`. `reason` says why it was undone, null while it was not. `taken_again`: its
    payment came after its seats had lapsed, and seats were taken once more, with `other_seats_agreed` perhaps others
    than before.
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


def step(call: Call[Any, Any], booking: Booking, payment: PaymentSession | None) -> BookingStepOut:
    """Selling itself has read all it takes: a sale reads nothing for its answers, and asks the provider nothing."""
    return BookingStepOut(**_fields(call, booking, payment))


def told(call: Call[Any, Any], booking: Booking) -> BookingOut:
    return BookingOut(**_fields(call, booking, None), showtime=_showtime(call, booking))


def all_told(call: Call[Any, Any], bookings: Sequence[Booking]) -> tuple[BookingOut, ...]:
    """What they are for is read together, each showtime and movie once."""
    call.wiring.scheduling.read_together([booking.showtime_id for booking in bookings])
    return tuple(told(call, booking) for booking in bookings)


def _fields(call: Call[Any, Any], booking: Booking, payment: PaymentSession | None) -> dict[str, Any]:
    scheduling = call.wiring.scheduling
    plan = scheduling.plan_of(scheduling.showtime(booking.showtime_id))
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
        "payment": _payment(booking, payment),
        "pay_until": _pay_until(booking),
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


def _payment(booking: Booking, asked: PaymentSession | None) -> PaymentOut | None:
    """Whether an attempt that has begun is open or with a bank only the provider knows: `asked`, if it was."""
    last = booking.last_attempt
    if booking.state is not BookingState.PENDING or last is None:
        return None
    if last.state is not AttemptState.STARTED:
        over: PaymentState = "failed" if last.state is AttemptState.FAILED else "ended"
        return PaymentOut(state="used_up" if last.number >= MAX_ATTEMPTS else over, url=None)
    if asked is None:
        return PaymentOut(state="unknown", url=None)
    if asked.state is SessionState.PROCESSING:
        return PaymentOut(state="processing", url=None)
    return PaymentOut(state="open", url=asked.url or None)


def _pay_until(booking: Booking) -> datetime | None:
    if booking.state is not BookingState.PENDING or not booking.attempts:
        return None
    return booking.session_ends_at - _SHOWN_LESS
