"""What mails say: the facts of the business, in the cinema's time and the customer's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.bookings import AttemptState, Booking, BookingState, UndoReason
from chalicelib.domain.mails import Mail, MailKind, MailMessage, MailSuperseded
from chalicelib.gateways.mail_templates import MailTemplates
from chalicelib.services.composing import Composer
from chalicelib.stores.bookings import Bookings
from tests.support.mails import ADDRESS, a_booking, a_programme, cancelling, confirmed, rupees
from tests.support.world import World, a_world

FACTS = (
    *("The Lighthouse", "IMAX", "Hindi", "subtitles in English"),
    # 14:45 UTC, as the clocks in Mumbai show it
    *("Friday, 27 November 2026", "8:15 pm", "10:31 pm", "local time in Mumbai"),
    *("Marine Drive Picture House", "Screen 3", "14 Netaji Subhash Road, Mumbai"),
    *("F12", "F13", "F14", "K7M2QX-"),
    *("2 × Adult", "₹700.00", "1 × Child, premium", "₹250.00", "Booking fee", "₹45.00", "₹995.00"),
    # until when it can be cancelled; 80 % of the tickets; the rest of them
    *("7:15 pm", "₹760.00", "₹190.00"),
)


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def composed(world: World, kind: MailKind, booking: Booking, subject_id: str = "") -> Mail:
    Bookings().put_if_absent(booking)
    message = MailMessage(kind, subject_id or booking.reference, booking.email or ADDRESS, booking.language)
    return a_composer(world).compose(message)


def a_composer(world: World) -> Composer:
    return Composer(Bookings(), MailTemplates(), world.wiring.links, world.clock)


def link_in(mail: Mail) -> str:
    (link,) = {line for line in mail.text.splitlines() if line.startswith("http")}
    assert link.replace("&", "&amp;") in mail.html
    return link


class TestBookingConfirmed:
    def test_says_in_both_forms_all_that_its_reader_needs(self, world: World) -> None:
        a_programme()

        mail = composed(world, MailKind.BOOKING_CONFIRMED, confirmed(a_booking()))

        for body in (mail.text, mail.html):
            told = body.replace("\u202f", " ")
            assert [fact for fact in FACTS if fact not in told] == []

    def test_subject_names_movie_and_time(self, world: World) -> None:
        a_programme()

        mail = composed(world, MailKind.BOOKING_CONFIRMED, confirmed(a_booking()))

        assert mail.subject.replace("\u202f", " ") == "Booked: The Lighthouse, Fri, 27 Nov, 8:15 pm"

    def test_link_of_a_guest_opens_this_booking_only(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking())

        link = urlsplit(link_in(composed(world, MailKind.BOOKING_CONFIRMED, booking)))

        assert link.path == f"/bookings/{booking.reference}"
        (token,) = parse_qs(link.query)["token"]
        world.wiring.links.check_booking_token(token, booking.reference)

    def test_link_of_a_user_carries_no_token(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking(customer="U#01K9Z0WNER000000000000000B"))

        mail = composed(world, MailKind.BOOKING_CONFIRMED, booking)

        assert link_in(mail) == f"http://127.0.0.1:8000/bookings/{booking.reference}"
        assert "password" not in mail.text

    def test_markup_in_a_title_is_shown_and_not_run(self, world: World) -> None:
        a_programme(title="<script>alert(1)</script> & Sons")

        mail = composed(world, MailKind.BOOKING_CONFIRMED, confirmed(a_booking()))

        assert "<script>" not in mail.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in mail.html
        assert "<script>alert(1)</script> & Sons" in mail.text

    def test_line_break_in_a_title_adds_no_header(self, world: World) -> None:
        a_programme(title="The\nLighthouse\r\nBcc: all@example.org")

        mail = composed(world, MailKind.BOOKING_CONFIRMED, confirmed(a_booking()))

        assert "\n" not in mail.subject
        assert "\r" not in mail.subject

    def test_terms_without_refund_say_so(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking())
        strict = replace(booking, terms=replace(booking.terms, refund_per_cent=0))

        mail = composed(world, MailKind.BOOKING_CONFIRMED, strict)

        assert "the price is not paid back" in mail.text
        assert "goes back the way you paid" not in mail.text

    @pytest.mark.parametrize("state", [BookingState.CANCELLING, BookingState.CANCELLED])
    def test_is_not_sent_once_the_booking_is_cancelled(self, world: World, state: BookingState) -> None:
        a_programme()

        with pytest.raises(MailSuperseded):
            composed(world, MailKind.BOOKING_CONFIRMED, replace(confirmed(a_booking()), state=state))

    def test_is_not_sent_to_an_erased_customer(self, world: World) -> None:
        a_programme()

        with pytest.raises(MailSuperseded):
            composed(world, MailKind.BOOKING_CONFIRMED, confirmed(a_booking(email="")))


class TestBookingCancelled:
    def test_by_the_customer_says_what_is_kept_and_what_goes_back(self, world: World) -> None:
        a_programme()
        booking = cancelling(confirmed(a_booking()), UndoReason.CUSTOMER, rupees(76000))

        mail = composed(world, MailKind.BOOKING_CANCELLED, booking)

        amounts = [line.split("  ")[-1].strip() for line in mail.text.splitlines() if "₹" in line][:6]
        assert amounts == ["₹700.00", "₹250.00", "₹45.00", "₹995.00", "-₹190.00", "-₹45.00"]
        assert "₹760.00 goes back the way you paid" in mail.text
        assert "₹760.00 goes back the way you paid" in mail.html

    def test_by_the_cinema_gives_everything_back_with_its_regrets(self, world: World) -> None:
        a_programme()
        booking = cancelling(confirmed(a_booking()), UndoReason.SHOWTIME_CANCELLED, rupees(99500))

        mail = composed(world, MailKind.BOOKING_CANCELLED, booking)

        assert "Marine Drive Picture House has cancelled this showtime" in mail.text
        assert "₹995.00 goes back the way you paid" in mail.text
        assert "Kept by the cinema" not in mail.text

    def test_refused_refund_is_not_called_on_its_way(self, world: World) -> None:
        a_programme()
        booking = cancelling(confirmed(a_booking()), UndoReason.CUSTOMER, rupees(76000))
        refused = booking.with_attempt(replace(booking.attempts[0], state=AttemptState.REFUSED))

        mail = composed(world, MailKind.BOOKING_CANCELLED, refused)

        assert "Your bank refused the refund" in mail.text
        assert "ask at Marine Drive Picture House, 14 Netaji Subhash Road, Mumbai" in mail.text
        assert "goes back the way you paid" not in mail.text

    def test_unpaid_booking_of_a_cancelled_showtime_promises_whatever_still_arrives(
        self, world: World
    ) -> None:
        a_programme()
        booking = cancelling(a_booking(), UndoReason.SHOWTIME_CANCELLED, rupees(0))

        mail = composed(world, MailKind.BOOKING_CANCELLED, booking)

        assert "Whatever arrives goes back in full" in mail.text
        assert "₹" not in mail.text

    def test_free_booking_says_that_nothing_was_charged(self, world: World) -> None:
        a_programme()
        free = confirmed(a_booking())
        free = replace(free, attempts=(), paid_by=0, state=BookingState.CANCELLED)

        assert "Nothing was charged" in composed(world, MailKind.BOOKING_CANCELLED, free).text


class TestPaymentReturned:
    def test_late_payment_names_its_amount(self, world: World) -> None:
        a_programme()
        lapsed = a_booking(state=BookingState.LAPSED)
        attempt = replace(lapsed.attempts[0], state=AttemptState.REFUNDING, refund=rupees(99500))

        mail = composed(world, MailKind.PAYMENT_RETURNED, lapsed.with_attempt(attempt), lapsed.attempt_key(1))

        assert mail.subject == "₹995.00 goes back to you: The Lighthouse"
        assert "Nothing is booked" in mail.text

    def test_second_payment_leaves_the_seats(self, world: World) -> None:
        a_programme()
        booking = confirmed(a_booking())
        second = replace(booking.attempts[0], number=2, state=AttemptState.REFUNDING, refund=rupees(99500))

        mail = composed(
            world, MailKind.PAYMENT_RETURNED, booking.with_attempt(second), booking.attempt_key(2)
        )

        assert "Your seats are yours" in mail.text


class TestAccountMails:
    @pytest.mark.parametrize(
        ("kind", "page"),
        [(MailKind.VERIFY_ADDRESS, "verify-address"), (MailKind.RESET_PASSWORD, "reset-password")],
    )
    def test_links_to_its_page_with_the_token_and_says_how_long_it_works(
        self, world: World, kind: MailKind, page: str
    ) -> None:
        expires_at = (world.clock.now() + timedelta(hours=24)).isoformat()

        mail = a_composer(world).compose(
            MailMessage(kind, "1", ADDRESS, data={"token": "a+b/c=", "expires_at": expires_at})
        )

        assert link_in(mail) == f"http://127.0.0.1:8000/{page}?token=a%2Bb%2Fc%3D"
        assert "24 hours" in mail.text
        assert "24 hours" in mail.html

    def test_is_not_sent_when_its_link_has_expired(self, world: World) -> None:
        data = {"token": "t", "expires_at": world.clock.now().isoformat()}

        with pytest.raises(MailSuperseded):
            a_composer(world).compose(MailMessage(MailKind.RESET_PASSWORD, "1", ADDRESS, data=data))

    def test_known_address_is_told_where_to_go_and_given_no_token(self, world: World) -> None:
        mail = a_composer(world).compose(MailMessage(MailKind.ADDRESS_KNOWN, "1", ADDRESS))

        assert "http://127.0.0.1:8000/log-in" in mail.text
        assert "http://127.0.0.1:8000/forgotten-password" in mail.html
        assert "token" not in mail.text + mail.html

    def test_unknown_language_is_written_in_english(self, world: World) -> None:
        message = MailMessage(
            MailKind.RESET_PASSWORD,
            "1",
            ADDRESS,
            language="xx-nonsense",
            data={"token": "t", "expires_at": (world.clock.now() + timedelta(hours=1)).isoformat()},
        )

        assert "60 minutes" in a_composer(world).compose(message).text
