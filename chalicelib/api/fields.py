"""Types of fields that mean in the document what they mean in the code: what one accepts, so does the other."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

DAY_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
INSTANT_PATTERN = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
# Those that exist, for a pattern that no format goes with.
DAY_OF_2000_TO_2099 = (
    r"(20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))|20([02468][048]|[13579][26])-02-29)"
)
# What shows nothing, but changes how the rest is read or shown: controls, soft hyphens, marks of direction, spaces of no
# width, breaks of lines (Unicode, Cc, Cf, Zl and Zp). The joiners U+200C and U+200D stay: Hindi is written with them.
# Written so that Python, Rust and JavaScript (with its flag u) read the same. They share no escape for what lies beyond
# U+FFFF, so that stands there itself: what formats hieroglyphs, shorthand and music, and tags.
_UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# Letters that take no ink by themselves: joiners, fillers (Unicode, Default_Ignorable_Code_Point and the empty Braille
# cell).
_INKLESS = (
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0080-\U000e0fff"
)
LINE_PATTERN = rf"^[^{_UNSEEN}]*$"
NAME_PATTERN = rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}{_INKLESS}][^{_UNSEEN}]*$"
SOUGHT_PATTERN = r"^[^\x00-\x1f\x7f]*$"
LINES_PATTERN = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
_REFUSED = {
    LINE_PATTERN: re.compile(f"[{_UNSEEN}]"),
    NAME_PATTERN: re.compile(f"[{_UNSEEN}]"),
    SOUGHT_PATTERN: re.compile(r"[\x00-\x1f\x7f]"),
    LINES_PATTERN: re.compile(r"[\x00-\x08\x0b-\x1f\x7f]"),
}
ULID_PATTERN = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
AUDITORIUM_ID_PATTERN = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}-[A-Z0-9]{2,6}$"
SHOWTIME_ID_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{6}$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"


def misfit(pattern: str, text: str) -> str | None:
    """What to change in a text that its pattern refused, for people; None if the pattern is not of texts."""
    if pattern not in _REFUSED:
        return None
    refused = _REFUSED[pattern].search(text)
    if refused is None:
        return "Write something that can be seen"
    character = refused.group()
    named = unicodedata.name(character, "a control character")
    return f"Take out the character U+{ord(character):04X} ({named}): it can't be seen"


def _day(value: Any) -> Any:
    # pydantic by itself also reads "0" as 1970-01-01.
    if isinstance(value, str):
        if re.fullmatch(DAY_PATTERN, value) is None:
            raise ValueError("give a date as YYYY-MM-DD")
        return date.fromisoformat(value)
    return value


def _instant(value: Any) -> Any:
    if isinstance(value, str):
        if re.fullmatch(INSTANT_PATTERN, value) is None:
            raise ValueError("give an instant as YYYY-MM-DDThh:mm:ss with Z or an offset")
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except OverflowError:
            raise ValueError("give an instant between the years 1 and 9999, in UTC") from None
    return value


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DAY_PATTERN}),
]
"""A calendar date."""

Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(_told, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN}),
]
"""An instant, aware; answered in UTC with a Z."""


def line(shortest: int, longest: int) -> Any:
    """Text of one line, in characters: `Annotated[str, line(1, 80)]`."""
    return Field(min_length=shortest, max_length=longest, pattern=LINE_PATTERN)


def sought(longest: int) -> Any:
    """Text that is looked for, in characters: what is pasted may hold what no name does, and finds nothing then."""
    return Field(max_length=longest, pattern=SOUGHT_PATTERN)


def name(longest: int) -> Any:
    """Text of one line that shows something, in characters: `Annotated[str, name(80)]`."""
    return Field(min_length=1, max_length=longest, pattern=NAME_PATTERN)


def lines(shortest: int, longest: int) -> Any:
    """Text of several lines, in characters."""
    return Field(min_length=shortest, max_length=longest, pattern=LINES_PATTERN)


Ulid = Annotated[str, Field(pattern=ULID_PATTERN)]

AuditoriumId = Annotated[str, Field(pattern=AUDITORIUM_ID_PATTERN)]

ShowtimeId = Annotated[str, Field(pattern=SHOWTIME_ID_PATTERN)]

Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN)]
"""A language tag of BCP 47, as far as cinemas go: "en", "pt-BR", "zh-Hant"."""
