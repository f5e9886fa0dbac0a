"""Writing a mail: what it says is read when it is sent, so that it says what is so then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.domain.bookings import (
    Attempt,
    AttemptState,
    Booking,
    BookingState,
    UndoReason,
    cancellation_quote,
    parse_reference,
    refund_due,
)
from chalicelib.domain.mails import BOOKING_KINDS, Mail, MailKind, MailMessage, MailSuperseded
from chalicelib.domain.money import Money
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.seating_plans import SeatCategory, SeatingPlan
from chalicelib.gateways.mail_templates import MailTemplates, Place
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, seating_plans, showtimes

if TYPE_CHECKING:
    from chalicelib.clock import Clock
    from chalicelib.domain.cinemas import Cinema
    from chalicelib.domain.showtimes import Showtime
    from chalicelib.services.links import Links
    from chalicelib.stores.bookings import Bookings

T = TypeVar("T")

# Money came in on these, and is with us, on its way back, or back.
_PAID = frozenset({AttemptState.PAID, AttemptState.REFUNDING, AttemptState.REFUNDED, AttemptState.REFUSED})


@dataclass(frozen=True, slots=True)
class Show:
    """A showtime as a mail tells of it. `language` and `subtitles` are codes, "" for none."""

    movie: str
    format: str
    language: str
    subtitles: str
    starts_at: datetime
    ends_at: datetime
    cinema: str
    auditorium: str
    address: str
    city: str


@dataclass(frozen=True, slots=True)
class TicketLine:
    """`category` is "" for an ordinary seat."""

    seat: str
    type_name: str
    category: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """So many tickets of one kind, and what they cost together."""

    count: int
    type_name: str
    category: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Policy:
    """Until when the customer may cancel; what then goes back, and what is kept."""

    until: datetime
    refund: Money
    kept_of_tickets: Money
    kept_fee: Money


class Composer:
    def __init__(self, bookings: Bookings, templates: MailTemplates, links: Links, clock: Clock) -> None:
        self._bookings = bookings
        self._templates = templates
        self._links = links
        self._clock = clock

    def compose(self, message: MailMessage) -> Mail:
        """Raises MailSuperseded when what the mail was to say is not so any more."""
        place, facts = (
            self._about_booking(message) if message.kind in BOOKING_KINDS else self._about_account(message)
        )
        letter = self._templates.render(message.kind.value, place, facts)
        return Mail(message.mail_id, message.recipient, letter.subject, letter.text, letter.html)

    # --- accounts

    def _about_account(self, message: MailMessage) -> tuple[Place, Mapping[str, Any]]:
        facts: dict[str, Any] = {"valid_for": None}
        if "expires_at" in message.data:
            facts["valid_for"] = datetime.fromisoformat(message.data["expires_at"]) - self._clock.now()
            if facts["valid_for"].total_seconds() < 60:
                raise MailSuperseded("its link has expired")
        match message.kind:
            case MailKind.VERIFY_ADDRESS:
                facts["link"] = self._links.verify_address(message.data["token"])
            case MailKind.RESET_PASSWORD:
                facts["link"] = self._links.reset_password(message.data["token"])
            case _:
                facts["link"] = self._links.log_in()
                facts["forgotten_link"] = self._links.forgotten_password()
        return Place(message.language, "", UTC), facts

    # --- bookings

    def _about_booking(self, message: MailMessage) -> tuple[Place, Mapping[str, Any]]:
        reference, _, attempt = message.subject_id.partition("/")
        booking = self._bookings.get(*parse_reference(reference))
        if booking is None or not booking.email:
            raise MailSuperseded("the booking, or its customer, is gone")
        showtime = _known(showtimes.find(booking.showtime_id))
        cinema = _known(cinemas.find(showtime.cinema_id))
        match message.kind:
            case MailKind.BOOKING_CONFIRMED:
                facts = _confirmed(booking)
            case MailKind.BOOKING_CANCELLED:
                facts = _cancelled(booking)
            case _:
                facts = _payment_returned(booking, int(attempt))
        plan = _known(seating_plans.find(showtime.plan_id, showtime.plan_version))
        prices = _known(price_lists.find(showtime.price_list_id))
        tickets = _tickets(booking, plan, prices)
        facts |= {
            "reference": booking.reference,
            "link": self._links.booking(booking),
            "guest": self._links.is_for_guest(booking),
            "show": _show(showtime, cinema, plan),
            "tickets": tickets,
            "lines": _price_lines(booking, tickets),
            "fee": booking.fee,
        }
        return Place(message.language, cinema.country, ZoneInfo(cinema.time_zone)), facts


def _confirmed(booking: Booking) -> dict[str, Any]:
    if booking.state is not BookingState.CONFIRMED:
        raise MailSuperseded(f"the booking is {booking.state} by now")
    quote = cancellation_quote(booking)
    return {
        "total": booking.total,
        "policy": Policy(quote.cancel_until, quote.refund, quote.retained, quote.fee),
    }


def _cancelled(booking: Booking) -> dict[str, Any]:
    if booking.state not in (BookingState.CANCELLING, BookingState.CANCELLED):
        raise MailSuperseded(f"the booking is {booking.state}")
    # Other attempts that took money have a mail of their own each.
    paying = next((a for a in booking.attempts if a.number == booking.paid_by and a.state in _PAID), None)
    nothing = Money(0, booking.currency)
    paid = paying.amount if paying else nothing
    returned = _goes_back(booking, paying) if paying else nothing
    kept = paid - returned
    kept_fee = min(kept, booking.fee)
    return {
        "was_confirmed": booking.confirmed_at is not None,
        "by_cinema": booking.reason is UndoReason.SHOWTIME_CANCELLED,
        "total": paid,
        "kept_of_tickets": kept - kept_fee,
        "kept_fee": kept_fee,
        "returned": returned,
        "refund_refused": paying is not None and paying.state is AttemptState.REFUSED,
    }


def _payment_returned(booking: Booking, number: int) -> dict[str, Any]:
    attempt = _known(next((a for a in booking.attempts if a.number == number), None))
    return {
        "booked": booking.state is BookingState.CONFIRMED,
        "returned": _goes_back(booking, attempt),
        "refund_refused": attempt.state is AttemptState.REFUSED,
    }


def _goes_back(booking: Booking, attempt: Attempt) -> Money:
    """Fixed once the refund has begun; until then, what the undo that has begun will give back."""
    return refund_due(booking, attempt) if attempt.state is AttemptState.PAID else attempt.refund


def _show(showtime: Showtime, cinema: Cinema, plan: SeatingPlan) -> Show:
    return Show(
        movie=_known(movies.find(showtime.movie_id)).title,
        format=showtime.format,
        language=showtime.language,
        subtitles=showtime.subtitles,
        starts_at=showtime.starts_at,
        ends_at=showtime.ends_at,
        cinema=cinema.name,
        auditorium=_known(auditoriums.find(plan.auditorium_id)).name,
        address=f"{cinema.street}, {cinema.city}",
        city=cinema.city,
    )


def _tickets(booking: Booking, plan: SeatingPlan, prices: PriceList) -> tuple[TicketLine, ...]:
    names = {each.id: each.name for each in prices.ticket_types}
    return tuple(
        TicketLine(
            seat=plan.label(ticket.seat),
            # A type that the list has dropped since keeps its id for a name.
            type_name=names.get(ticket.ticket_type, ticket.ticket_type),
            category=_category(_known(plan.seat(ticket.seat)).category),
        )
        for ticket in booking.tickets
    )


def _category(category: SeatCategory) -> str:
    return "" if category is SeatCategory.STANDARD else category.value


def _price_lines(booking: Booking, tickets: tuple[TicketLine, ...]) -> list[PriceLine]:
    kinds: dict[tuple[str, str, Money], int] = {}
    for sold, line in zip(booking.tickets, tickets, strict=True):
        kind = (line.type_name, line.category, sold.price)
        kinds[kind] = kinds.get(kind, 0) + 1
    return [
        PriceLine(count, name, category, price.times(count))
        for (name, category, price), count in kinds.items()
    ]


def _known(found: T | None) -> T:
    """What a booking rests on is never deleted."""
    if found is None:
        raise LookupError("something that a booking rests on is missing")
    return found
