"""Holding seats: one write, whatever the size of the room and of the party."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from chalicelib.clock import Clock, Ids
from chalicelib.domain import best_available, neighbours
from chalicelib.domain.bookings import reference_of
from chalicelib.domain.claims import OWN_LIMIT, Claim, ClaimKind, hold_claim
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import (
    HOLD_TIME,
    LONGEST_HOLD,
    MAX_SEATS,
    Hold,
    HoldAgain,
    HoldCheckedOut,
    HoldExpired,
    NoBlock,
    SalesClosed,
    SeatUnavailable,
    by_row,
    own_digits,
)
from chalicelib.domain.neighbours import NeighbourClause, SingleSeatLeft
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Principal
from chalicelib.domain.quotes import Quote, default_type, quote
from chalicelib.domain.rows import RowState, claims_of
from chalicelib.domain.seating_plans import ACCESSIBLE, SeatCategory, SeatingPlan, SeatRef
from chalicelib.domain.showtimes import Showtime, ShowtimeStatus
from chalicelib.services.selling.stock import seconds
from chalicelib.stores.rows import Rows, RowsRefused, every

# Best available tries on while a legal block exists; past this many refusals the house is a scrum, and 503 is honest.
MAX_TRIES = 25


class Programme(Protocol):
    """What selling asks of scheduling. `showtime` raises NotFound."""

    def showtime(self, showtime_id: str) -> Showtime: ...
    def plan_of(self, showtime: Showtime) -> SeatingPlan: ...
    def prices_of(self, showtime: Showtime) -> PriceList: ...


class Limits(Protocol):
    """Live holds per account and per address are limited; `take` raises HoldLimitReached."""

    def take(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None: ...
    def give_back(self, principal: Principal, address: str, own: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A seat picked by hand; ticket type None takes the price list's first that fits."""

    seat: SeatRef
    ticket_type: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """For best available: ticket types with their counts, how many of the party need a wheelchair place."""

    ticket_types: tuple[tuple[str | None, int], ...]
    wheelchairs: int = 0
    category: SeatCategory | None = None

    @property
    def size(self) -> int:
        return sum(count for _, count in self.ticket_types)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who holds, from where, under which idempotency key, with which canonical body."""

    principal: Principal
    address: str
    idempotency_key: str
    body: Mapping[str, Any]


class Holding:
    def __init__(
        self, programme: Programme, rows: Rows, limits: Limits, clock: Clock, ids: Ids, digits_key: bytes
    ) -> None:
        self._programme = programme
        self._rows = rows
        self._limits = limits
        self._clock = clock
        self._ids = ids
        self._digits_key = digits_key

    # --- making

    def hold_seats(self, asker: Asker, showtime_id: str, choices: Sequence[Choice]) -> Hold:
        """Hold seats picked by hand.

        Raises Invalid, SalesClosed, SeatUnavailable, SingleSeatLeft, HoldCheckedOut, HoldAgain, HoldLimitReached.
        """
        showtime, plan = self._on_sale(showtime_id)
        _check_seats(plan, [choice.seat for choice in choices])
        prices = self._programme.prices_of(showtime)
        quoted = quote(plan, prices, [(choice.seat, choice.ticket_type) for choice in choices])
        hold = self._draft(asker, showtime_id, quoted)
        self._limits.take(asker.principal, asker.address, hold.own, hold.expires_at)
        try:
            return self._take(plan, hold)
        except (SalesClosed, SeatUnavailable, SingleSeatLeft):
            self._limits.give_back(asker.principal, asker.address, hold.own)
            raise

    def hold_best(self, asker: Asker, showtime_id: str, party: Party) -> Hold:
        """Hold the best seats left for a party. Raises as hold_seats does, and NoBlock."""
        showtime, plan = self._on_sale(showtime_id)
        _check_party(party)
        prices = self._programme.prices_of(showtime)
        digest = self._digest(asker, showtime_id)
        own = own_digits(digest, OWN_LIMIT)
        states = {row.row_id: row for row in self._rows.read(showtime_id, consistent=True)}
        held = claims_of(states.values(), own)
        live = {ref: claim for ref, claim in held.items() if claim.expires_s >= seconds(self._clock.now())}
        if live:
            return self._found_again(asker, showtime_id, plan, prices, party, live)
        now = self._clock.now()
        self._limits.take(asker.principal, asker.address, own, now + HOLD_TIME)
        try:
            return self._try_blocks(asker, showtime_id, plan, prices, party, states)
        except (SalesClosed, NoBlock):
            self._limits.give_back(asker.principal, asker.address, own)
            raise

    # --- keeping and giving back

    def look(self, hold: Hold) -> Hold:
        """The hold as its seats have it, with the expiry found. Raises HoldExpired, HoldCheckedOut."""
        now = self._clock.now()
        states = self._rows.read(hold.showtime_id, consistent=True)
        mine = claims_of(states, hold.own)
        found = [mine.get(ref) for ref in hold.seats]
        claim = found[0]
        if claim is None or any(other != claim for other in found):
            raise HoldExpired(hold.expires_at)
        if claim.kind is not ClaimKind.HOLD:
            raise HoldCheckedOut(reference_of(hold.showtime_id, hold.own))
        if claim.expires_s < seconds(now):
            raise HoldExpired(_instant(claim.expires_s))
        return replace(hold, expires_at=_instant(claim.expires_s))

    def extend(self, hold: Hold) -> Hold:
        """HOLD_TIME from now, never past LONGEST_HOLD from the first moment. Raises HoldExpired, HoldCheckedOut."""
        now = self._clock.now()
        if now >= hold.expires_at:
            raise HoldExpired(hold.expires_at)
        expires_at = max(hold.expires_at, min(whole_second(now + HOLD_TIME), hold.latest_expiry))
        if expires_at == hold.expires_at:
            return hold
        extended = replace(hold, expires_at=expires_at)
        found = self.raise_claims("extend", hold, hold_claim(hold.own, seconds(expires_at)))
        return replace(extended, expires_at=_instant(found.expires_s))

    def raise_claims(self, operation: str, hold: Hold, target: Claim) -> Claim:
        """Replace the hold's claims by `target`; a hold extended meanwhile is repeated once from the claim found.

        Gives the claim that stands. Raises HoldCheckedOut, HoldExpired, SalesClosed.
        """
        current = hold_claim(hold.own, seconds(hold.expires_at))
        for _ in range(2):
            changes = every(by_row(hold.seats), current.number, target.number)
            try:
                self._rows.exchange(operation, hold.showtime_id, changes, unless_cancelled=True)
            except RowsRefused as refused:
                found = self._one_claim(hold, refused)
                if found is None or found.kind is not ClaimKind.HOLD:
                    if found is not None and target.kind is ClaimKind.PAYING:
                        return found
                    self._explain_lost(hold, refused, found)
                assert found is not None
                if target.kind is ClaimKind.HOLD and found.expires_s >= target.expires_s:
                    return found
                current = found
            else:
                return target
        raise HoldAgain()

    def release(self, hold: Hold, address: str) -> None:
        """Give the seats back; what is no longer this hold's is left alone. Raises HoldCheckedOut."""
        current = hold_claim(hold.own, seconds(hold.expires_at))
        for _ in range(2):
            changes = every(by_row(hold.seats), current.number, 0)
            try:
                self._rows.exchange("release", hold.showtime_id, changes, unless_cancelled=False)
                break
            except RowsRefused as refused:
                found = self._one_claim(hold, refused)
                if found is None:
                    break  # lapsed and taken, or released already
                if found.kind is not ClaimKind.HOLD:
                    raise HoldCheckedOut(reference_of(hold.showtime_id, hold.own)) from None
                current = found
        self._limits.give_back(Principal(hold.principal_id), address, hold.own)

    def change_types(self, hold: Hold, ticket_types: Sequence[tuple[SeatRef, str]]) -> Hold:
        """Other ticket types over the same claims: a new quote, no write. Raises Invalid, HoldExpired."""
        if self._clock.now() >= hold.expires_at:
            raise HoldExpired(hold.expires_at)
        showtime = self._programme.showtime(hold.showtime_id)
        plan = self._programme.plan_of(showtime)
        if sorted(ref for ref, _ in ticket_types) != sorted(hold.seats):
            raise Invalid([("/seats", "name exactly the seats of the hold, each with its ticket type")])
        return replace(hold, quote=quote(plan, self._programme.prices_of(showtime), list(ticket_types)))

    # --- within

    def _on_sale(self, showtime_id: str) -> tuple[Showtime, SeatingPlan]:
        showtime = self._programme.showtime(showtime_id)
        if showtime.status is not ShowtimeStatus.ON_SALE or self._clock.now() >= showtime.sales_close_at:
            raise SalesClosed(showtime_id)
        return showtime, self._programme.plan_of(showtime)

    def _digest(self, asker: Asker, showtime_id: str) -> str:
        message = json.dumps(
            [asker.principal.id, showtime_id, asker.idempotency_key, asker.body],
            sort_keys=True,
            separators=(",", ":"),
        )
        return hmac.new(self._digits_key, message.encode(), hashlib.sha256).hexdigest()

    def _draft(self, asker: Asker, showtime_id: str, quoted: Quote) -> Hold:
        now = self._clock.now()
        digest = self._digest(asker, showtime_id)
        return Hold(
            showtime_id=showtime_id,
            principal_id=asker.principal.id,
            own=own_digits(digest, OWN_LIMIT),
            digest=digest,
            quote=quoted,
            began_at=whole_second(now),
            expires_at=whole_second(now) + HOLD_TIME,
        )

    def _take(self, plan: SeatingPlan, hold: Hold) -> Hold:
        """One write. A refusal that finds the seats held by these own digits writes nothing and tells their expiry."""
        seats = by_row(hold.seats)
        now_s = seconds(self._clock.now())
        try:
            self._rows.take(
                "hold",
                hold.showtime_id,
                seats,
                hold_claim(hold.own, seconds(hold.expires_at)),
                now_s,
                clauses_of(plan, seats),
            )
        except RowsRefused as refused:
            found = self._one_claim(hold, refused)
            if found is not None and found.kind is ClaimKind.HOLD and found.expires_s >= now_s:
                return adopted(hold, found)
            if found is not None and found.kind is not ClaimKind.HOLD:
                raise HoldCheckedOut(reference_of(hold.showtime_id, hold.own)) from None
            raise self._refusal(plan, hold, refused, now_s) from None
        return hold

    def _one_claim(self, hold: Hold, refused: RowsRefused) -> Claim | None:
        """The claim that all of the hold's seats bear, if it has these own digits; None otherwise."""
        seats = by_row(hold.seats)
        rows = [row for row in refused.found.values() if row is not None]
        if len(rows) < len(seats):
            # A refused transaction returns only the rows that refused it.
            rows = self._rows.read(hold.showtime_id, consistent=True)
        by_id = {row.row_id: row for row in rows}
        claims = {
            by_id[row_id].claim(number) if row_id in by_id else None
            for row_id, numbers in seats.items()
            for number in numbers
        }
        claim = claims.pop() if len(claims) == 1 else None
        return claim if claim is not None and claim.is_of(hold.own, claim.generation) else None

    def _refusal(self, plan: SeatingPlan, hold: Hold, refused: RowsRefused, now_s: int) -> Exception:
        """Which rule refused the write: the row it returned tells."""
        seats = by_row(hold.seats)
        lost: list[SeatRef] = []
        alone: list[SeatRef] = []
        own_live = False
        for row_id, row in refused.found.items():
            if row is None or row.cancelled or row.open_until_s <= now_s:
                return SalesClosed(hold.showtime_id)
            lost.extend(SeatRef(row_id, number) for number in row.lost(seats[row_id], hold.own, now_s))
            own_live = own_live or any(not row.is_free(number, now_s) for number in seats[row_id])
            alone.extend(
                SeatRef(row_id, number)
                for number in neighbours.left_alone(
                    plan.by_row[row_id], seats[row_id], lambda n, r=row: r.is_free(n, now_s)  # type: ignore[misc]
                )
            )
        if lost:
            labels = tuple(plan.label(ref) for ref in lost)
            return SeatUnavailable(tuple(lost), labels, self._alternative(plan, hold, refused, now_s))
        if own_live:
            return HoldAgain()
        return SingleSeatLeft(tuple(alone), tuple(plan.label(ref) for ref in alone))

    def _alternative(
        self, plan: SeatingPlan, hold: Hold, refused: RowsRefused, now_s: int
    ) -> tuple[SeatRef, ...]:
        """The nearest equal block: from the returned row if it has one, else by one read."""
        if len(refused.found) == 1:
            states = {row_id: row for row_id, row in refused.found.items() if row is not None}
            rows = [plan.by_row[row_id] for row_id in states]
            near = best_available.equal_block(plan, hold.seats, free_in(states, now_s), rows)
            if near:
                return near
        states = {row.row_id: row for row in self._rows.read(hold.showtime_id, consistent=False)}
        return best_available.equal_block(plan, hold.seats, free_in(states, now_s))

    def _explain_lost(self, hold: Hold, refused: RowsRefused, found: Claim | None) -> None:
        if found is not None:
            raise HoldCheckedOut(reference_of(hold.showtime_id, hold.own)) from None
        if any(row is None or row.cancelled for row in refused.found.values()):
            raise SalesClosed(hold.showtime_id) from None
        raise HoldExpired(hold.expires_at) from None

    def _try_blocks(
        self,
        asker: Asker,
        showtime_id: str,
        plan: SeatingPlan,
        prices: PriceList,
        party: Party,
        states: dict[str, RowState],
    ) -> Hold:
        """Choose, try, learn from the refused row, choose again."""
        for _ in range(MAX_TRIES):
            block = self._choose(plan, party, states)
            hold = self._draft(asker, showtime_id, quote(plan, prices, seat_party(plan, prices, party, block)))
            now_s = seconds(self._clock.now())
            try:
                self._rows.take(
                    "hold",
                    showtime_id,
                    by_row(hold.seats),
                    hold_claim(hold.own, seconds(hold.expires_at)),
                    now_s,
                    clauses_of(plan, by_row(hold.seats)),
                )
            except RowsRefused as refused:
                if any(row is None or row.cancelled or row.open_until_s <= now_s for row in refused.found.values()):
                    raise SalesClosed(showtime_id) from None
                states.update({row_id: row for row_id, row in refused.found.items() if row is not None})
                if len(refused.found) < len(by_row(hold.seats)):
                    states.update({row.row_id: row for row in self._rows.read(showtime_id, consistent=True)})
            else:
                return hold
        raise Unavailable("The house")

    def _choose(self, plan: SeatingPlan, party: Party, states: Mapping[str, RowState]) -> best_available.Block:
        is_free = free_in(states, seconds(self._clock.now()))
        if party.wheelchairs:
            found = best_available.wheelchair_parties(
                plan, party.wheelchairs, party.size - party.wheelchairs, is_free
            )
        else:
            found = best_available.blocks(plan, party.size, is_free, self._ids.below, party.category)
        block = next(found, None)
        if block is None:
            raise NoBlock(party.size, best_available.largest_party(plan, is_free, party.size - 1))
        return block

    def _found_again(
        self,
        asker: Asker,
        showtime_id: str,
        plan: SeatingPlan,
        prices: PriceList,
        party: Party,
        held: Mapping[SeatRef, Claim],
    ) -> Hold:
        """Best available looks for its own digits before it chooses: an earlier call's reply was lost."""
        kinds = {claim.kind for claim in held.values()}
        if kinds != {ClaimKind.HOLD}:
            raise HoldCheckedOut(reference_of(showtime_id, next(iter(held.values())).own))
        block = tuple(sorted(held))
        if len(block) != party.size:
            raise HoldAgain()
        hold = self._draft(asker, showtime_id, quote(plan, prices, seat_party(plan, prices, party, block)))
        return adopted(hold, next(iter(held.values())))


def adopted(hold: Hold, found: Claim) -> Hold:
    """The hold as its claims have it. Their first moment is not in the claim, so it can't be extended any more."""
    expires_at = _instant(found.expires_s)
    return replace(hold, began_at=expires_at - LONGEST_HOLD, expires_at=expires_at)


def clauses_of(plan: SeatingPlan, seats: Mapping[str, Sequence[str]]) -> dict[str, tuple[NeighbourClause, ...]]:
    return {row_id: neighbours.clauses(plan.by_row[row_id], numbers) for row_id, numbers in seats.items()}


def free_in(states: Mapping[str, RowState], now_s: int) -> best_available.IsFree:
    def is_free(ref: SeatRef) -> bool:
        row = states.get(ref.row_id)
        return row is not None and row.is_free(ref.number, now_s)

    return is_free


def seat_party(
    plan: SeatingPlan, prices: PriceList, party: Party, block: Sequence[SeatRef]
) -> list[tuple[SeatRef, str | None]]:
    """Hand the party's ticket types out over the block; a type the seat isn't sold as falls back to one it is."""
    types = [ticket_type for ticket_type, count in party.ticket_types for _ in range(count)]
    seated: list[tuple[SeatRef, str | None]] = []
    for ref, ticket_type in zip(block, types, strict=True):
        category = plan.by_row[ref.row_id].by_number[ref.number].category
        fits = ticket_type is not None and (
            category not in ACCESSIBLE or prices.price(ticket_type, category) is not None
        )
        seated.append((ref, ticket_type if fits else default_type(prices, category)))
    return seated


def whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _instant(seconds_since_1970: int) -> datetime:
    return datetime.fromtimestamp(seconds_since_1970, UTC)


def _check_seats(plan: SeatingPlan, seats: Sequence[SeatRef]) -> None:
    errors: list[tuple[str, str]] = []
    if not 1 <= len(seats) <= MAX_SEATS:
        errors.append(("/seats", f"choose 1 to {MAX_SEATS} seats"))
    for i, ref in enumerate(seats):
        if ref in seats[:i]:
            errors.append((f"/seats/{i}/seat", f"{ref} is named twice"))
        elif plan.seat(ref) is None:
            errors.append((f"/seats/{i}/seat", f"{ref} is not a seat of this showtime's plan"))
    if errors:
        raise Invalid(errors)


def _check_party(party: Party) -> None:
    if not 1 <= party.size <= MAX_SEATS:
        raise Invalid([("/party", f"a party has 1 to {MAX_SEATS} people")])
    if party.wheelchairs > party.size:
        raise Invalid([("/wheelchairs", "more wheelchairs than people in the party")])
