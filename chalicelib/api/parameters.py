"""The parameters of paths: what each looks like. One that looks otherwise names nothing: 404."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.api.fields import AUDITORIUM_ID_PATTERN, SHOWTIME_ID_PATTERN, ULID_PATTERN
from chalicelib.domain.principals import NotFound

PATTERNS: Mapping[str, str] = {
    "cinema_id": ULID_PATTERN,
    "auditorium_id": AUDITORIUM_ID_PATTERN,
    "plan_id": ULID_PATTERN,
    "movie_id": ULID_PATTERN,
    "price_list_id": ULID_PATTERN,
    "user_id": ULID_PATTERN,
    "showtime_id": SHOWTIME_ID_PATTERN,
    # As people type it, too: domain/bookings.py forgives case, and O, I, L for 0, 1, 1.
    "reference": "^[0-9A-Za-z]{6}-[0-9A-Za-z]{7}$",
    "version": "^[1-9][0-9]{0,5}$",
}
"""By name: the same name means the same wherever it stands."""

# For a name that is not in the table, which a test reports: nothing that could break a key or a line of log.
OTHER = "^[A-Za-z0-9._~-]{1,64}$"

_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
_OTHER = re.compile(OTHER)


def check_path(path: Mapping[str, str]) -> None:
    """Raises NotFound, so that no store ever sees a key that could not exist."""
    for name, value in path.items():
        if _COMPILED.get(name, _OTHER).fullmatch(value) is None:
            raise NotFound(name.removesuffix("_id").replace("_", " "), value[:64])
