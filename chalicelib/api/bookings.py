"""Bookings: checked out from a hold, paid, read, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from chalicelib.api import cursors
from chalicelib.api.access import ANYONE, BUYER, CUSTOMER
from chalicelib.api.booking_answers import BookingList, BookingOut, BookingStepOut, all_told, step, told
from chalicelib.api.contract import Call, Nothing, Payload
from chalicelib.api.fields import Instant, line
from chalicelib.api.holds import TOKEN_HEADER, hold_of
from chalicelib.api.money import MoneyIn, MoneyOut, money, money_of
from chalicelib.api.routing import Routes
from chalicelib.domain.bookings import (
    Booking,
    BookingClosed,
    BookingDiffers,
    BookingState,
    BookingTokenRejected,
    CannotCancel,
    PaymentDeclined,
    PaymentUnderWay,
    TermsChanged,
)
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import (
    HoldAgain,
    HoldCheckedOut,
    HoldExpired,
    HoldTokenRejected,
    SalesClosed,
)
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.domain.principals import NotFound

routes = Routes("bookings")

LINK_HEADER = {"Booking-Token": "The token of the link in the mail, or of a guest's check-out."}


class BookingIn(Payload):
    """A guest must give an e-mail address; an account's own details are taken where none are given."""

    email: Annotated[str, line(3, 254)] | None = None
    name: Annotated[str, line(0, 80)] | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = None
    other_seats_agreed: bool = False


class CancellationIn(Payload):
    """`refund` is what the customer was told to get back. Where it would be another sum now, nothing is done."""

    refund: MoneyIn


class CancellationOut(Payload):
    """What cancelling now gives back, and what is kept of the tickets and the fee."""

    refund: MoneyOut
    retained: MoneyOut
    fee: MoneyOut
    cancel_until: Instant


class TicketOut(Payload):
    """`token` is what the QR shows; `label` what the door reads ("F12")."""

    seat: str
    label: str
    ticket_type: str
    admitted: bool
    token: str


class TicketList(Payload):
    reference: str
    showtime_id: str
    tickets: tuple[TicketOut, ...]


_PAYING = (ProviderUnavailable, Unavailable)
_OPENING = (NotFound, BookingTokenRejected)


@routes.post(
    "/v1/bookings",
    access=BUYER,
    body=BookingIn,
    answer=BookingStepOut,
    status=201,
    headers=TOKEN_HEADER,
    problems=(
        Invalid,
        NotFound,
        HoldTokenRejected,
        HoldExpired,
        HoldAgain,
        HoldCheckedOut,
        SalesClosed,
        BookingDiffers,
        *_PAYING,
    ),
)
def check_out(call: Call[BookingIn, Nothing]) -> BookingStepOut:
    """Check a hold out: a booking that waits for its payment.

    One hold makes one booking, however often this is repeated; a repeat with other details is refused.
    """
    hold = hold_of(call)
    body = call.body
    selling = call.wiring.selling
    buyer = selling.buyers.buyer(
        call.principal, body.email, body.name, body.language, body.other_seats_agreed
    )
    cinema = call.wiring.catalogue.cinema(selling.scheduled.showtime(hold.showtime_id).cinema_id)
    checked_out = selling.checkout.check_out(hold, buyer, cinema, call.source_address)
    return step(call, checked_out.booking, checked_out.payment)


@routes.get("/v1/bookings", access=CUSTOMER, query=cursors.Paged, answer=BookingList)
def list_own_bookings(call: Call[Nothing, cursors.Paged]) -> BookingList:
    """List the caller's own bookings, newest first."""
    assert call.principal.user_id is not None
    at = cursors.position(call)
    bookings, following = call.wiring.selling.reading.of_user(
        call.principal.user_id, at["before"] if at else None, call.query.limit
    )
    return BookingList(
        bookings=all_told(call, bookings),
        next=cursors.following(call, {"before": following} if following else None),
    )


@routes.get(
    "/v1/bookings/{reference}", access=ANYONE, answer=BookingOut, headers=LINK_HEADER, problems=_OPENING
)
def read_booking(call: Call[Any, Any]) -> BookingOut:
    """Read a booking: its customer's, or by its link's token."""
    return told(call, _booking(call))


@routes.post(
    "/v1/bookings/{reference}/confirm",
    access=ANYONE,
    answer=BookingStepOut,
    headers=LINK_HEADER,
    problems=(*_OPENING, *_PAYING),
)
def confirm_booking(call: Call[Any, Any]) -> BookingStepOut:
    """Ask the provider how the payment stands, bring the booking up to it, and tell both. May be repeated."""
    settled = call.wiring.selling.look(_booking(call), call.source_address)
    return step(call, settled.booking, settled.payment)


@routes.post(
    "/v1/bookings/{reference}/payments",
    access=ANYONE,
    answer=BookingStepOut,
    headers=LINK_HEADER,
    problems=(*_OPENING, BookingClosed, PaymentDeclined, PaymentUnderWay, *_PAYING),
)
def pay_again(call: Call[Any, Any]) -> BookingStepOut:
    """Give the page of the last attempt again while it is open, or start another attempt once that has failed.

    May be repeated: neither a double click nor another tab uses up an attempt. If it was paid meanwhile, the booking
    is, or stays, confirmed instead.
    """
    checked_out = call.wiring.selling.checkout.pay_again(_booking(call))
    return step(call, checked_out.booking, checked_out.payment)


@routes.get(
    "/v1/bookings/{reference}/cancellation",
    access=ANYONE,
    answer=CancellationOut,
    headers=LINK_HEADER,
    problems=(*_OPENING, CannotCancel),
)
def quote_cancellation(call: Call[Any, Any]) -> CancellationOut:
    """Tell what cancelling now would give back."""
    quoted = call.wiring.selling.cancelling.quote(_booking(call))
    return CancellationOut(
        refund=money(quoted.refund),
        retained=money(quoted.retained),
        fee=money(quoted.fee),
        cancel_until=quoted.cancel_until,
    )


@routes.post(
    "/v1/bookings/{reference}/cancel",
    access=ANYONE,
    body=CancellationIn,
    answer=BookingOut,
    headers=LINK_HEADER,
    problems=(*_OPENING, CannotCancel, TermsChanged, *_PAYING),
)
def cancel_booking(call: Call[CancellationIn, Nothing]) -> BookingOut:
    """Cancel a booking by the terms that were shown: its seats sell again, its money goes back. May be repeated.

    While nothing is paid, all of `total` would go back. The terms are others once it is paid.
    """
    refund = money_of(call.body.refund)
    return told(call, call.wiring.selling.cancel(_booking(call), refund, call.source_address))


@routes.get(
    "/v1/bookings/{reference}/tickets",
    access=ANYONE,
    answer=TicketList,
    headers=LINK_HEADER,
    problems=(*_OPENING, BookingClosed),
)
def list_tickets(call: Call[Any, Any]) -> TicketList:
    """Give the tickets of a confirmed booking, each with its signed token."""
    booking = _booking(call)
    if booking.state is not BookingState.CONFIRMED:
        raise BookingClosed(booking.reference, booking.state)
    scheduled = call.wiring.selling.scheduled
    showtime = scheduled.showtime(booking.showtime_id)
    plan = scheduled.plan_of(showtime)
    expires_at = showtime.ends_at + timedelta(hours=6)
    return TicketList(
        reference=booking.reference,
        showtime_id=booking.showtime_id,
        tickets=tuple(
            TicketOut(
                seat=str(ticket.seat),
                label=plan.label(ticket.seat),
                ticket_type=ticket.ticket_type,
                admitted=ticket.admitted_at is not None,
                token=call.wiring.ticket_tokens.sign(
                    booking.reference, booking.showtime_id, str(ticket.seat), expires_at
                ),
            )
            for ticket in booking.tickets
        ),
    )


def _booking(call: Call[Any, Any]) -> Booking:
    return call.wiring.selling.reading.for_caller(
        call.path["reference"], call.principal, call.headers.get("booking-token", "")
    )
