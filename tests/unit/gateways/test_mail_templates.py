"""Words, dates and amounts as the reader's language and the cinema's country write them."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest

from chalicelib.domain.mails import MailKind
from chalicelib.domain.money import Money
from chalicelib.gateways import mail_templates
from chalicelib.gateways.mail_templates import MailTemplates, Place
from tests.support.mails import STARTS_AT

BERLIN = Place("en", "DE", ZoneInfo("Europe/Berlin"))
MUMBAI = Place("en", "IN", ZoneInfo("Asia/Kolkata"))


def written(filters: str, place: Place, value: object) -> str:
    template = mail_templates._environment().from_string("{{ value|" + filters + " }}")
    return template.render(value=value, place=place).replace("\u202f", " ").replace("\xa0", " ")


class TestAmounts:
    @pytest.mark.parametrize(
        ("money", "place", "text"),
        [
            (Money(1250, "EUR"), BERLIN, "12,50 €"),
            (Money(25000000, "INR"), MUMBAI, "₹2,50,000.00"),
            (Money(1200, "JPY"), Place("en", "GB", UTC), "JP¥1,200"),
            (Money(12345, "KWD"), Place("en", "GB", UTC), "KWD12.345"),
            # CLDR shows no decimals of the dinar of Iraq; ISO 4217 has three, and so has the booking.
            (Money(12345, "IQD"), Place("en", "GB", UTC), "IQD12.345"),
        ],
    )
    def test_keep_every_minor_unit(self, money: Money, place: Place, text: str) -> None:
        assert written("money", place, money) == text


class TestTimes:
    def test_are_the_cinemas(self) -> None:
        assert written("time", MUMBAI, STARTS_AT) == "8:15 pm"
        assert written("time", BERLIN, STARTS_AT) == "15:45"
        assert written("day", BERLIN, STARTS_AT) == "Friday, 27 November 2026"
        assert written("day_short", BERLIN, STARTS_AT) == "Fri, 27 Nov"

    @pytest.mark.parametrize(
        ("length", "text"),
        [
            (timedelta(hours=24), "24 hours"),
            (timedelta(hours=23, minutes=59), "23 hours"),
            (timedelta(minutes=60), "60 minutes"),
            (timedelta(minutes=1, seconds=50), "1 minute"),
        ],
    )
    def test_a_link_is_never_said_to_work_longer_than_it_does(self, length: timedelta, text: str) -> None:
        assert written("duration", BERLIN, length) == text


class TestTemplates:
    def test_every_kind_has_both_forms(self) -> None:
        folder = Path(mail_templates.__file__).parents[1] / "mail"

        assert [k for k in MailKind if not (folder / f"{k}.txt").exists()] == []
        assert [k for k in MailKind if not (folder / f"{k}.html").exists()] == []

    def test_mail_with_a_hole_is_not_written(self) -> None:
        with pytest.raises(jinja2.UndefinedError):
            MailTemplates().render("address-known", BERLIN, {})
