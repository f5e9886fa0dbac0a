"""A claim on a seat: one number that says until when, of what kind, whose, and which taking of theirs.

    1763769600 1 4815162342 0
    expiry (s) | own digits |
               kind         generation

The expiry leads, so "free or lapsed" is one comparison of numbers, inside the write that takes the seat. At most 22
digits: with them a row of 60 seats stays under 1 KB, one write unit. Claims are ints, never floats, never JSON numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

FREE = 0
FOREVER_S = 9_999_999_999  # the year 2286: the expiry of a sold claim
OWN_LIMIT = 10_000_000_000
_KIND_UNIT = 10 * OWN_LIMIT
_EXPIRY_UNIT = 100 * OWN_LIMIT


class ClaimKind(IntEnum):
    """In the order of a sale; it never goes down but by undo."""

    HOLD = 1
    PAYING = 2
    SOLD = 3
    WITHHELD = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """`own` identifies the hold (0 for a withheld seat); `generation` counts the takings of one booking, 0 to 9."""

    expires_s: int
    kind: ClaimKind
    own: int
    generation: int = 0

    @property
    def number(self) -> int:
        return self.expires_s * _EXPIRY_UNIT + self.kind * _KIND_UNIT + self.own * 10 + self.generation

    def is_of(self, own: int, generation: int) -> bool:
        return self.own == own and self.generation == generation and self.kind is not ClaimKind.WITHHELD


def claim_of(number: int) -> Claim | None:
    """The claim a stored number stands for; None for a free seat."""
    if number == FREE:
        return None
    expires_s, rest = divmod(number, _EXPIRY_UNIT)
    kind, rest = divmod(rest, _KIND_UNIT)
    own, generation = divmod(rest, 10)
    return Claim(expires_s, ClaimKind(kind), own, generation)


def threshold(now_s: int) -> int:
    """Numbers below it are free or lapsed at `now_s` (seconds since 1970); a claim lives through its last second."""
    return now_s * _EXPIRY_UNIT


def is_free(number: int, now_s: int) -> bool:
    return number < threshold(now_s)


def hold_claim(own: int, expires_s: int) -> Claim:
    return Claim(expires_s, ClaimKind.HOLD, own)


def paying_claim(own: int, expires_s: int, generation: int = 0) -> Claim:
    return Claim(expires_s, ClaimKind.PAYING, own, generation)


def sold_claim(own: int, generation: int = 0) -> Claim:
    return Claim(FOREVER_S, ClaimKind.SOLD, own, generation)


def withheld_claim(until_s: int) -> Claim:
    return Claim(until_s, ClaimKind.WITHHELD, 0)
