"""Holding seats: one write, whatever the size of the room and of the party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.clock import Clock
from chalicelib.domain import best_available, neighbours
from chalicelib.domain.bookings import reference_of
from chalicelib.domain.claims import Claim, ClaimKind, hold_claim
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import (
    MAX_SEATS,
    Hold,
    HoldAgain,
    HoldCheckedOut,
    HoldExpired,
    SalesClosed,
    SeatUnavailable,
    by_row,
)
from chalicelib.domain.instants import instant_of, seconds, whole_second
from chalicelib.domain.neighbours import SingleSeatLeft
from chalicelib.domain.principals import Principal
from chalicelib.domain.quotes import quote
from chalicelib.domain.rows import claims_of
from chalicelib.domain.seating_plans import SeatingPlan, SeatRef, unaccompanied
from chalicelib.domain.selling_times import SellingTimes
from chalicelib.services.selling.drafting import (
    Asker,
    Drafting,
    Limits,
    Scheduled,
    adopted,
    clauses_of,
    free_in,
)
from chalicelib.stores.rows import Rows, RowsRefused, every


@dataclass(frozen=True, slots=True)
class Choice:
    """A seat picked by hand; ticket type None takes the price list's first that fits."""

    seat: SeatRef
    ticket_type: str | None


class Holding:
    def __init__(
        self,
        scheduled: Scheduled,
        drafting: Drafting,
        rows: Rows,
        limits: Limits,
        clock: Clock,
        times: SellingTimes,
    ) -> None:
        self._scheduled = scheduled
        self._drafting = drafting
        self._rows = rows
        self._limits = limits
        self._clock = clock
        self._times = times

    # --- making

    def hold_seats(self, asker: Asker, showtime_id: str, choices: Sequence[Choice]) -> Hold:
        """Hold seats picked by hand.

        Raises Invalid, SalesClosed, SeatUnavailable, SingleSeatLeft, HoldCheckedOut, HoldAgain, HoldLimitReached.
        """
        showtime, plan = self._drafting.on_sale(showtime_id)
        _check_seats(plan, [choice.seat for choice in choices])
        prices = self._scheduled.prices_of(showtime)
        quoted = quote(plan, prices, [(choice.seat, choice.ticket_type) for choice in choices])
        hold = self._drafting.draft(asker, showtime_id, quoted)
        self._limits.take(asker.principal, asker.address, hold.own, hold.expires_at)
        try:
            return self._take(plan, hold)
        except (SalesClosed, SeatUnavailable, SingleSeatLeft):
            self._limits.give_back(asker.principal, asker.address, hold.own)
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
            raise HoldExpired(instant_of(claim.expires_s))
        return replace(hold, expires_at=instant_of(claim.expires_s))

    def extend(self, hold: Hold, address: str = "") -> Hold:
        """The hold time from now, never past its latest expiry. Raises HoldExpired, HoldCheckedOut."""
        now = self._clock.now()
        if now >= hold.expires_at:
            raise HoldExpired(hold.expires_at)
        expires_at = max(hold.expires_at, min(whole_second(now + self._times.hold), hold.latest_expiry))
        if expires_at == hold.expires_at:
            return hold
        extended = replace(hold, expires_at=expires_at)
        found = self.raise_claims("extend", hold, hold_claim(hold.own, seconds(expires_at)))
        self._limits.prolong(Principal(hold.principal_id), address, hold.own, instant_of(found.expires_s))
        return replace(extended, expires_at=instant_of(found.expires_s))

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
                if any(row is not None and row.cancelled for row in refused.found.values()):
                    raise SalesClosed(hold.showtime_id) from None
                if target.kind is ClaimKind.HOLD and found.expires_s >= target.expires_s:
                    return found
                current = found
            else:
                return target
        raise HoldAgain()

    def release(self, hold: Hold, address: str) -> None:
        """Give the seats back; what is no longer this hold's is left alone. Raises HoldCheckedOut, Unavailable."""
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
        else:
            raise Unavailable("The hold")  # prolonged again and again meanwhile
        self._limits.give_back(Principal(hold.principal_id), address, hold.own)

    def change_types(self, hold: Hold, ticket_types: Sequence[tuple[SeatRef, str]]) -> Hold:
        """Other ticket types over the same claims: a new quote, no write. Raises Invalid, HoldExpired."""
        if self._clock.now() >= hold.expires_at:
            raise HoldExpired(hold.expires_at)
        showtime = self._scheduled.showtime(hold.showtime_id)
        plan = self._scheduled.plan_of(showtime)
        if sorted(ref for ref, _ in ticket_types) != sorted(hold.seats):
            raise Invalid([("/seats", "name exactly the seats of the hold, each with its ticket type")])
        return replace(hold, quote=quote(plan, self._scheduled.prices_of(showtime), list(ticket_types)))

    # --- within

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
            if row is None or not row.is_on_sale(now_s):
                return SalesClosed(hold.showtime_id)
            lost.extend(SeatRef(row_id, number) for number in row.lost(seats[row_id], hold.own, now_s))
            own_live = own_live or any(not row.is_free(number, now_s) for number in seats[row_id])
            alone.extend(
                SeatRef(row_id, number)
                for number in neighbours.left_alone(
                    plan.by_row[row_id],
                    seats[row_id],
                    partial(row.is_free, now_s=now_s),
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
    alone = unaccompanied(plan, seats)
    if alone:
        raise Invalid(
            [
                (
                    f"/seats/{seats.index(ref)}/seat",
                    f"{plan.label(ref)} is a companion place: hold a wheelchair place with it, or choose another seat",
                )
                for ref in alone
            ]
        )
