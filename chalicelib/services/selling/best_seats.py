"""Best available: the system chooses for a party, in the writer, and tries on while a legal block exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.clock import Clock, Ids
from chalicelib.domain import best_available
from chalicelib.domain.bookings import reference_of
from chalicelib.domain.claims import OWN_LIMIT, Claim, ClaimKind, hold_claim
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.holds import (
    MAX_SEATS,
    Hold,
    HoldAgain,
    HoldCheckedOut,
    NoBlock,
    SalesClosed,
    by_row,
    own_digits,
)
from chalicelib.domain.instants import seconds
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.quotes import Quote, default_type, quote
from chalicelib.domain.rows import RowState, claims_of
from chalicelib.domain.seating_plans import ACCESSIBLE, SeatCategory, SeatingPlan, SeatRef
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
from chalicelib.stores.rows import Rows, RowsRefused

# Best available tries on while a legal block exists; past this many refusals the house is a scrum, and 503 is honest.
MAX_TRIES = 60


@dataclass(frozen=True, slots=True)
class Party:
    """For best available: ticket types with their counts, how many of the party need a wheelchair place."""

    ticket_types: tuple[tuple[str | None, int], ...]
    wheelchairs: int = 0
    category: SeatCategory | None = None

    @property
    def size(self) -> int:
        return sum(count for _, count in self.ticket_types)


class BestSeats:
    def __init__(
        self,
        scheduled: Scheduled,
        drafting: Drafting,
        rows: Rows,
        limits: Limits,
        clock: Clock,
        times: SellingTimes,
        ids: Ids,
    ) -> None:
        self._scheduled = scheduled
        self._drafting = drafting
        self._rows = rows
        self._limits = limits
        self._clock = clock
        self._times = times
        self._ids = ids

    def hold(self, asker: Asker, showtime_id: str, party: Party) -> Hold:
        """Hold the best seats left for a party. Raises as holding seats by hand does, and NoBlock."""
        showtime, plan = self._drafting.on_sale(showtime_id)
        prices = self._scheduled.prices_of(showtime)
        _check_party(party, prices)
        _check_types(plan, prices, party)
        digest = self._drafting.digest(asker, showtime_id)
        own = own_digits(digest, OWN_LIMIT)
        states = {row.row_id: row for row in self._rows.read(showtime_id, consistent=True)}
        held = claims_of(states.values(), own)
        live = {ref: claim for ref, claim in held.items() if claim.expires_s >= seconds(self._clock.now())}
        if live:
            return self._found_again(asker, showtime_id, plan, prices, party, live)
        now = self._clock.now()
        self._limits.take(asker.principal, asker.address, own, now + self._times.hold)
        try:
            return self._try_blocks(asker, showtime_id, plan, prices, party, states)
        except (SalesClosed, NoBlock, Invalid):
            self._limits.give_back(asker.principal, asker.address, own)
            raise

    def _try_blocks(
        self,
        asker: Asker,
        showtime_id: str,
        plan: SeatingPlan,
        prices: PriceList,
        party: Party,
        states: dict[str, RowState],
    ) -> Hold:
        """Choose, try, learn from the refused row, choose again; refused twice, look at the whole house anew."""
        for tries in range(MAX_TRIES):
            block = in_plan_order(plan, self._choose(plan, prices, party, states))
            hold = self._drafting.draft(asker, showtime_id, _quoted(plan, prices, party, block))
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
                if any(row is None or not row.is_on_sale(now_s) for row in refused.found.values()):
                    raise SalesClosed(showtime_id) from None
                # A second refusal says that the other rows are as old: trying them one by one, a rush outruns us.
                if tries or len(refused.found) < len(by_row(hold.seats)):
                    states = {row.row_id: row for row in self._rows.read(showtime_id, consistent=True)}
                else:
                    states = states | {
                        row_id: row for row_id, row in refused.found.items() if row is not None
                    }
            else:
                return hold
        raise Unavailable("The house")

    def _choose(
        self, plan: SeatingPlan, prices: PriceList, party: Party, states: Mapping[str, RowState]
    ) -> best_available.Block:
        is_free = free_in(states, seconds(self._clock.now()))
        sold_to = _categories_for(prices, party)
        if party.wheelchairs:
            found = best_available.wheelchair_parties(
                plan, party.wheelchairs, party.size - party.wheelchairs, is_free
            )
        else:
            found = best_available.blocks(plan, party.size, is_free, self._ids.below, sold_to)
        block = next(found, None)
        if block is None:
            largest = best_available.largest_party(plan, is_free, party.size - 1, sold_to)
            raise NoBlock(party.size, largest)
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
        block = in_plan_order(plan, held)
        if len(block) != party.size:
            raise HoldAgain()
        hold = self._drafting.draft(asker, showtime_id, _quoted(plan, prices, party, block))
        return adopted(hold, next(iter(held.values())))


def _categories_for(prices: PriceList, party: Party) -> frozenset[SeatCategory]:
    """Where every ticket type of the party is sold, or the one category it asks for. Accessible places take any type."""
    if party.category is not None:
        return frozenset({party.category})
    types = [ticket_type for ticket_type, _ in party.ticket_types if ticket_type is not None]
    return frozenset(
        category
        for category in SeatCategory
        if category in ACCESSIBLE or all(prices.price(each, category) is not None for each in types)
    )


def in_plan_order(plan: SeatingPlan, block: Iterable[SeatRef]) -> best_available.Block:
    """Ticket types are handed out in this order, so a hold that is found again costs what it did at first."""
    place = {ref: i for i, ref in enumerate(plan.refs())}
    return tuple(sorted(block, key=place.__getitem__))


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


def _quoted(plan: SeatingPlan, prices: PriceList, party: Party, block: Sequence[SeatRef]) -> Quote:
    """Raises Invalid, pointing into /party: the request names no seats."""
    try:
        return quote(plan, prices, seat_party(plan, prices, party, block))
    except Invalid as error:
        why = [detail for _, detail in error.errors]
        raise Invalid([("/party", detail) for detail in dict.fromkeys(why)]) from None


def _check_party(party: Party, prices: PriceList) -> None:
    if not 1 <= party.size <= MAX_SEATS:
        raise Invalid([("/party", f"a party has 1 to {MAX_SEATS} people")])
    if party.wheelchairs > party.size:
        raise Invalid([("/wheelchairs", "more wheelchairs than people in the party")])
    known = [each.id for each in prices.ticket_types]
    unknown = [
        (f"/party/{i}/ticket_type", f"there is no {ticket_type} here; choose of: {', '.join(known)}")
        for i, (ticket_type, _) in enumerate(party.ticket_types)
        if ticket_type is not None and ticket_type not in known
    ]
    if unknown:
        raise Invalid(unknown)


def _check_types(plan: SeatingPlan, prices: PriceList, party: Party) -> None:
    """Ticket types that no seat of the room is sold as together would find no block, however empty the house."""
    there = {seat.category for row in plan.rows for seat in row.seats}
    if party.category is None and not _categories_for(prices, party) & there:
        types = ", ".join(sorted({each for each, _ in party.ticket_types if each is not None}))
        raise Invalid([("/party", f"no seats of this room are sold as {types}; choose others")])
