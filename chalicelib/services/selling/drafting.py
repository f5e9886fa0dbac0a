"""Drafting a hold: the showtime on sale, the digits that make a claim the caller's own, the quote frozen in it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.clock import Clock
from chalicelib.domain import best_available, neighbours
from chalicelib.domain.claims import OWN_LIMIT, Claim
from chalicelib.domain.holds import Hold, SalesClosed, own_digits
from chalicelib.domain.instants import instant_of, whole_second
from chalicelib.domain.neighbours import NeighbourClause
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Principal
from chalicelib.domain.quotes import Quote
from chalicelib.domain.rows import RowState
from chalicelib.domain.seating_plans import SeatingPlan, SeatRef
from chalicelib.domain.selling_times import SellingTimes
from chalicelib.domain.showtimes import Showtime, ShowtimeStatus


class Scheduled(Protocol):
    """What selling asks of scheduling. `showtime` raises NotFound."""

    def showtime(self, showtime_id: str) -> Showtime: ...
    def plan_of(self, showtime: Showtime) -> SeatingPlan: ...
    def prices_of(self, showtime: Showtime) -> PriceList: ...


class Limits(Protocol):
    """Live holds per account and per address are limited; `take` raises HoldLimitReached."""

    def take(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None: ...
    def prolong(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None: ...
    def give_back(self, principal: Principal, address: str, own: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Who holds, from where, under which idempotency key, with which canonical body."""

    principal: Principal
    address: str
    idempotency_key: str
    body: Mapping[str, Any]


class Drafting:
    """`digits_key` makes the HMAC that a hold's own digits are a part of."""

    def __init__(self, scheduled: Scheduled, clock: Clock, times: SellingTimes, digits_key: bytes) -> None:
        self._scheduled = scheduled
        self._clock = clock
        self._times = times
        self._digits_key = digits_key

    def on_sale(self, showtime_id: str) -> tuple[Showtime, SeatingPlan]:
        """Raises NotFound, SalesClosed. The rows have the last word."""
        showtime = self._scheduled.showtime(showtime_id)
        if showtime.status is not ShowtimeStatus.ON_SALE or self._clock.now() >= showtime.sales_close_at:
            raise SalesClosed(showtime_id)
        return showtime, self._scheduled.plan_of(showtime)

    def digest(self, asker: Asker, showtime_id: str) -> str:
        """The whole HMAC, in hex: the same for a repeat of the same request, and for nothing else."""
        message = json.dumps(
            [asker.principal.id, showtime_id, asker.idempotency_key, asker.body],
            sort_keys=True,
            separators=(",", ":"),
        )
        return hmac.new(self._digits_key, message.encode(), hashlib.sha256).hexdigest()

    def draft(self, asker: Asker, showtime_id: str, quoted: Quote) -> Hold:
        """A hold that begins now; nothing is claimed yet."""
        now = self._clock.now()
        digest = self.digest(asker, showtime_id)
        return Hold(
            showtime_id=showtime_id,
            principal_id=asker.principal.id,
            own=own_digits(digest, OWN_LIMIT),
            digest=digest,
            quote=quoted,
            latest_expiry=whole_second(now) + self._times.longest_hold,
            expires_at=whole_second(now) + self._times.hold,
        )


def adopted(hold: Hold, found: Claim) -> Hold:
    """The hold as its claims have it. Its first moment is not in the claims, so it can't be extended any more."""
    expires_at = instant_of(found.expires_s)
    return replace(hold, latest_expiry=expires_at, expires_at=expires_at)


def clauses_of(
    plan: SeatingPlan, seats: Mapping[str, Sequence[str]]
) -> dict[str, tuple[NeighbourClause, ...]]:
    return {row_id: neighbours.clauses(plan.by_row[row_id], numbers) for row_id, numbers in seats.items()}


def free_in(states: Mapping[str, RowState], now_s: int) -> best_available.IsFree:
    def is_free(ref: SeatRef) -> bool:
        row = states.get(ref.row_id)
        return row is not None and row.is_free(ref.number, now_s)

    return is_free
