"""What must hold after anything: of the seats, the bookings, and the money in the provider's own ledger.

`check` may be called at any moment; `check_quiet` once recovery has nothing left to do. Both count again, from what is
stored and from the ledger, and take nothing from the code that sells but its names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.domain.bookings import AttemptState, Booking, BookingState, UndoReason
from chalicelib.domain.claims import Claim, ClaimKind, claim_of
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores import keys
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.rows import Rows
from dev.payments.sessions import EntryKind
from tests.support.world import World

_OVER = {
    AttemptState.FAILED,
    AttemptState.ENDED,
    AttemptState.REFUNDED,
    AttemptState.REFUSED,
}
_FAR = 10**6  # more due items than any test makes


class Violated(AssertionError):
    """Every sentence that does not hold."""


@dataclass(frozen=True)
class Money:
    """Of one booking, in minor units: what the provider took and gave back, and what that must be equal to."""

    charged: int
    refunded: int
    tickets: int
    fees: int
    retained: int
    owed: int

    @property
    def adds_up(self) -> bool:
        return self.charged - self.refunded == self.tickets + self.fees + self.retained + self.owed


def check(world: World, showtime_ids: Collection[str]) -> None:
    """At any moment, in the middle of a sale too."""
    for showtime_id in showtime_ids:
        _raise(_always(world, _claims(world, showtime_id), list(Bookings().of_showtime(showtime_id))))


def check_quiet(
    world: World,
    showtime_ids: Collection[str],
    *,
    acknowledged: Mapping[str, Collection[SeatRef]] | None = None,
    may_be_undone: Collection[str] = (),
) -> None:
    """Once recovery has nothing left to do and every hold has lapsed.

    `acknowledged` are the seats of bookings that somebody was told are confirmed; `may_be_undone` are those of them
    that were cancelled since, or may have been.
    """

    def broken() -> Iterator[str]:
        every: dict[str, Booking] = {}
        for showtime_id in showtime_ids:
            claims, bookings = _claims(world, showtime_id), list(Bookings().of_showtime(showtime_id))
            every.update((booking.reference, booking) for booking in bookings)
            yield from _always(world, claims, bookings)
            yield from _quiet(world, claims, bookings)
        yield from _kept(every, acknowledged or {}, set(may_be_undone))
        yield from _charges_of_no_booking(world, every)
        for shard in keys.due_shards():
            for key in Bookings().due_before(shard, world.clock.now().replace(year=9000), _FAR):
                yield f"{key} is still due"

    _raise(broken())


def money(world: World, booking: Booking) -> Money:
    """By the ledger, against what the booking says. A refund that is only promised is owed."""
    entries = [
        entry
        for attempt in booking.attempts
        for entry in world.payments.ledger(booking.attempt_key(attempt.number))
    ]
    charged = sum(entry.minor for entry in entries if entry.kind is EntryKind.CHARGE)
    refunded = sum(entry.minor for entry in entries if entry.kind is EntryKind.REFUND)
    tickets = sum(ticket.price.minor for ticket in booking.tickets)
    owed = sum(_owed(world, booking, attempt.number) for attempt in booking.attempts)
    if booking.state is BookingState.CONFIRMED:
        return Money(charged, refunded, tickets, booking.fee.minor, 0, owed)
    if booking.reason is UndoReason.CUSTOMER and booking.paid_by:
        return Money(charged, refunded, 0, booking.fee.minor, tickets - _share(booking), owed)
    return Money(charged, refunded, 0, 0, 0, owed)


def _always(world: World, claims: Mapping[SeatRef, Claim], found: Collection[Booking]) -> Iterator[str]:
    bookings = {booking.own: booking for booking in found}
    for seat, claim in claims.items():
        if claim.kind is not ClaimKind.SOLD:
            continue
        booking = bookings.get(claim.own)
        if booking is None:
            yield f"{seat} is sold to nobody"
        elif seat not in booking.seats and booking.due_at is None:
            yield f"{seat} is sold to {booking.reference}, which has other seats"
        elif booking.state is not BookingState.CONFIRMED and booking.due_at is None:
            yield f"{seat} is sold to {booking.reference}, which is {booking.state}"
    confirmed = [each for each in bookings.values() if each.state is BookingState.CONFIRMED]
    for booking in confirmed:
        for seat in booking.seats:
            claim_there = claims.get(seat)
            sold = Claim(9_999_999_999, ClaimKind.SOLD, booking.own, booking.generation)
            if claim_there != sold:
                yield f"{booking.reference} is confirmed, and {seat} bears {claim_there}"
    for seat, times in Counter(seat for booking in confirmed for seat in booking.seats).items():
        if times > 1:
            yield f"{seat} is sold {times} times"
    for booking in bookings.values():
        yield from _sent_too_early(world, booking)


def _sent_too_early(world: World, booking: Booking) -> Iterator[str]:
    """No refund before the booking says so, none of what paid a confirmed booking, none above what was promised."""
    for attempt in booking.attempts:
        entries = world.payments.ledger(booking.attempt_key(attempt.number))
        refunded = sum(entry.minor for entry in entries if entry.kind is EntryKind.REFUND)
        charges = [entry.minor for entry in entries if entry.kind is EntryKind.CHARGE]
        if charges not in ([], [booking.total.minor]):
            yield f"{booking.reference}/{attempt.number} was charged {charges} for {booking.total}"
        if refunded and attempt.state not in (AttemptState.REFUNDING, AttemptState.REFUNDED):
            yield f"{booking.reference}/{attempt.number} is {attempt.state}, and {refunded} went back"
        if refunded > attempt.refund.minor:
            yield f"{booking.reference}/{attempt.number} gave {refunded} back of {attempt.refund}"
        if refunded and booking.state is BookingState.CONFIRMED and attempt.number == booking.paid_by:
            yield f"{booking.reference} is confirmed, and its payment went back"


def _quiet(world: World, claims: Mapping[SeatRef, Claim], bookings: Collection[Booking]) -> Iterator[str]:
    now_s = int(world.clock.now().timestamp())
    live = {seat: claim for seat, claim in claims.items() if claim.expires_s >= now_s}
    sold = {seat for each in bookings if each.state is BookingState.CONFIRMED for seat in each.seats}
    for seat in live.keys() - sold:
        yield f"{seat} is claimed by {live[seat]}, and no confirmed booking has it"
    for booking in bookings:
        if booking.state in (BookingState.PENDING, BookingState.RESCUING, BookingState.CANCELLING):
            yield f"{booking.reference} is {booking.state} for good"
        for attempt in booking.attempts:
            paid = attempt.state is AttemptState.PAID and attempt.number == booking.paid_by
            if attempt.state not in _OVER and not (paid and booking.state is BookingState.CONFIRMED):
                yield f"{booking.reference}/{attempt.number} is {attempt.state} for good"
        found = money(world, booking)
        if not found.adds_up:
            yield f"{booking.reference} ({booking.state}, {booking.reason or 'no reason'}): {found}"


def _kept(
    every: Mapping[str, Booking], acknowledged: Mapping[str, Collection[SeatRef]], may_be_undone: set[str]
) -> Iterator[str]:
    for reference, seats in acknowledged.items():
        booking = every.get(reference)
        if booking is None:
            yield f"{reference} was acknowledged and does not exist"
        elif booking.state is not BookingState.CONFIRMED and reference not in may_be_undone:
            yield f"{reference} was acknowledged and is {booking.state}"
        elif set(booking.seats) != set(seats):
            yield f"{reference} was acknowledged with {seats} and has {booking.seats}"


def _charges_of_no_booking(world: World, every: Mapping[str, Booking]) -> Iterator[str]:
    known = {booking.attempt_key(a.number) for booking in every.values() for a in booking.attempts}
    for entry in world.payments.ledger():
        if entry.key not in known:
            yield f"{entry.key} was charged, and no booking knows of it"


def _owed(world: World, booking: Booking, number: int) -> int:
    """What was taken under an attempt, or kept after a refusal, and is neither sold for nor given back yet."""
    entries = world.payments.ledger(booking.attempt_key(number))
    net = sum(entry.minor if entry.kind is EntryKind.CHARGE else -entry.minor for entry in entries)
    attempt = next(each for each in booking.attempts if each.number == number)
    if booking.state is BookingState.CONFIRMED and number == booking.paid_by:
        return 0
    if attempt.state is AttemptState.REFUSED:
        return attempt.refund.minor
    if attempt.state in (AttemptState.REFUNDING, AttemptState.REFUNDED):
        return attempt.refund.minor - (sum(e.minor for e in entries if e.kind is EntryKind.REFUND))
    if booking.reason is UndoReason.CUSTOMER and number == booking.paid_by:
        return _share(booking)
    return net


def _share(booking: Booking) -> int:
    """What comes back to a customer who cancels: a percentage of each ticket, half up."""
    return sum(
        int(
            (Decimal(ticket.price.minor) * booking.terms.refund_per_cent / 100).quantize(
                Decimal(1), ROUND_HALF_UP
            )
        )
        for ticket in booking.tickets
    )


def _claims(world: World, showtime_id: str) -> dict[SeatRef, Claim]:
    found: dict[SeatRef, Claim] = {}
    for row in Rows(world.wiring.ids).read(showtime_id, consistent=True):
        for number, value in row.claims.items():
            claim = claim_of(value)
            if claim is not None:
                found[SeatRef(row.row_id, number)] = claim
    return found


def _raise(broken: Iterator[str]) -> None:
    sentences = sorted(set(broken))
    if sentences:
        raise Violated("\n".join(sentences))
