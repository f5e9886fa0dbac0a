"""The state of a showtime's row as a write or a read found it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.claims import Claim, ClaimKind, claim_of, is_free
from chalicelib.domain.seating_plans import SeatRef


@dataclass(frozen=True, slots=True)
class RowState:
    """`claims` is seat number → claim number (domain/claims.py). `open_until_s` in seconds since 1970."""

    row_id: str
    claims: Mapping[str, int]
    open_until_s: int
    cancelled: bool

    def is_on_sale(self, now_s: int) -> bool:
        """Whether a seat of it may be held."""
        return self.open_until_s > now_s and not self.cancelled

    def is_free(self, number: str, now_s: int) -> bool:
        claim = self.claims.get(number)
        return claim is not None and is_free(claim, now_s)

    def lost(self, numbers: Iterable[str], own: int, now_s: int) -> tuple[str, ...]:
        """Those of `numbers` that are neither free nor claimed by these own digits."""
        return tuple(
            number for number in numbers if not self.is_free(number, now_s) and not self._is_own(number, own)
        )

    def _is_own(self, number: str, own: int) -> bool:
        claim = claim_of(self.claims.get(number, 0))
        return claim is not None and claim.own == own and claim.kind is not ClaimKind.WITHHELD

    def claim(self, number: str) -> Claim | None:
        return claim_of(self.claims.get(number, 0))


@dataclass(frozen=True, slots=True)
class Counts:
    """How the seats of a showtime stand: counted from the claims, never kept."""

    free: int
    held: int
    paying: int
    sold: int
    withheld: int

    @property
    def capacity(self) -> int:
        return self.free + self.held + self.paying + self.sold + self.withheld


def count(rows: Iterable[RowState], now_s: int) -> Counts:
    tally = dict.fromkeys(ClaimKind, 0)
    free = 0
    for row in rows:
        for number in row.claims.values():
            claim = None if is_free(number, now_s) else claim_of(number)
            if claim is None:
                free += 1
            else:
                tally[claim.kind] += 1
    return Counts(
        free, tally[ClaimKind.HOLD], tally[ClaimKind.PAYING], tally[ClaimKind.SOLD], tally[ClaimKind.WITHHELD]
    )


def claims_of(rows: Iterable[RowState], own: int) -> dict[SeatRef, Claim]:
    """Every claim that bears these own digits, lapsed ones too."""
    found: dict[SeatRef, Claim] = {}
    for row in rows:
        for number, value in row.claims.items():
            claim = claim_of(value)
            if claim is not None and claim.own == own and claim.kind is not ClaimKind.WITHHELD:
                found[SeatRef(row.row_id, number)] = claim
    return found
