"""Facts in, a mail's words out: the templates of chalicelib/mail, in Jinja, with Babel's dates and amounts.

Each kind of mail has a .txt, whose first line is the subject, and a .html. Their sentences pass through gettext.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from chalicelib.domain.money import Money, exponent_of

_FOLDER = Path(__file__).parents[1] / "mail"
_DEFAULT_LOCALE = Locale.parse("en_GB")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Place:
    """Whose customs dates and amounts follow: the reader's language, the cinema's country (ISO 3166) and clock."""

    language: str
    country: str
    time_zone: tzinfo

    @property
    def locale(self) -> Locale:
        """Of "en" and "IN" English as in India; a language or country we don't know gives British English."""
        for name in (f"{self.language}_{self.country}", self.language):
            try:
                return Locale.parse(name)
            except (UnknownLocaleError, ValueError):
                continue
        return _DEFAULT_LOCALE


class MailTemplates:
    def render(self, kind: str, place: Place, facts: Mapping[str, Any]) -> Letter:
        """A fact that a template needs and does not get is a jinja2.UndefinedError: no mail goes out with a hole."""
        environment = _environment()
        said = {**facts, "place": place, "lang": place.locale.language}
        subject, _, text = environment.get_template(f"{kind}.txt").render(said).strip().partition("\n")
        html = environment.get_template(f"{kind}.html").render(said)
        return Letter(" ".join(subject.split()), text.strip() + "\n", html)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.filters |= {
        "money": _money,
        "day": _day,
        "day_short": _day_short,
        "time": _time,
        "duration": _duration,
        "language": _language,
    }
    return environment


def _place(context: Context) -> Place:
    place: Place = context["place"]
    return place


@pass_context
def _money(context: Context, amount: Money) -> str:
    """With the currency's own number of decimals (ISO 4217), which CLDR rounds away for some."""
    locale = _place(context).locale
    decimals = exponent_of(amount.currency)
    pattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    value = Decimal(amount.minor).scaleb(-decimals)
    written: str = pattern.apply(value, locale, currency=amount.currency, currency_digits=False)
    return written


@pass_context
def _day(context: Context, instant: datetime) -> str:
    """ "Friday, 27 November 2026" """
    place = _place(context)
    return format_date(instant.astimezone(place.time_zone), "full", locale=place.locale)


@pass_context
def _day_short(context: Context, instant: datetime) -> str:
    """ "Fri, 27 Nov" """
    place = _place(context)
    return format_skeleton("MMMEd", instant, tzinfo=place.time_zone, locale=place.locale)


@pass_context
def _time(context: Context, instant: datetime) -> str:
    place = _place(context)
    return format_time(instant, "short", tzinfo=place.time_zone, locale=place.locale)


@pass_context
def _duration(context: Context, length: timedelta) -> str:
    """In whole hours from two hours on, in whole minutes below: "24 hours"."""
    unit, seconds = ("hour", 3600) if length >= timedelta(hours=2) else ("minute", 60)
    whole = timedelta(seconds=length.total_seconds() // seconds * seconds)
    locale = _place(context).locale
    # Babel wants a literal here, and mypy takes a conditional expression of two for any text.
    return format_timedelta(whole, granularity=unit, threshold=1e9, locale=locale)  # type: ignore[arg-type]


@pass_context
def _language(context: Context, code: str) -> str:
    """ "Hindi" of "hi"; a code that CLDR does not know stands for itself."""
    return str(_place(context).locale.languages.get(code.partition("-")[0], code))
