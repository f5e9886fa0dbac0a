"""The life of a booking in plain Python: who has which seat until when, and what each step must come to.

No writes, no conditions, no retries: what the real thing must look like from outside. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.seating_plans import SeatRef
from dev.payments.sessions import State as Session

HOLD_S = 600
LONGEST_S = 1200
PAYING_S = 900
MARGIN_S = 60
FOR_EVER = 9_999_999_999
MOST_ATTEMPTS = 3
"""The real limit is higher; a test sets it to this, so that a short life reaches it."""


class Has(StrEnum):
    """What the holder of seats has of them."""

    HOLD = "hold"
    PAYING = "paying"
    SOLD = "sold"
    NOTHING = "nothing"


class Life(StrEnum):
    """Of a booking. A rescue begins and ends within one step; an undo that waits for a bank counts as done."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class Again(StrEnum):
    """What asking for a page to pay on comes to."""

    SAME_PAGE = "same page"
    NEW_PAGE = "new page"
    SETTLED = "settled"
    UNDER_WAY = "under way"
    DECLINED = "declined"
    CLOSED = "closed"


@dataclass(eq=False)
class Taken:
    """Seats that somebody took together."""

    customer: int
    seats: tuple[SeatRef, ...]
    began: int
    until: int
    has: Has = Has.HOLD


@dataclass(eq=False)
class Bought:
    """A booking. `taken` are its seats, `until` when its claims lapse, `page` where its last attempt is paid."""

    reference: str
    taken: Taken
    created: int
    until: int
    agreed: bool
    life: Life = Life.PENDING
    attempts: int = 1
    page: str = ""
    is_rescued: bool = False

    @property
    def key(self) -> str:
        return f"{self.reference}/{self.attempts}"


@dataclass
class Model:
    """`session` tells how an attempt stands at the provider; `a_block` gives legal blocks of so many seats."""

    seats: dict[SeatRef, Taken | None]
    session: Callable[[str], Session]
    a_block: Callable[[int, set[SeatRef]], bool]
    now: int
    is_open: bool = True
    is_cancelled: bool = False
    bought: list[Bought] = field(default_factory=list)

    # --- seats

    def free(self) -> set[SeatRef]:
        return {seat for seat, taken in self.seats.items() if taken is None or taken.until < self.now}

    def take(self, customer: int, seats: tuple[SeatRef, ...]) -> Taken:
        taken = Taken(customer, seats, self.now, self.now + HOLD_S)
        for seat in seats:
            self.seats[seat] = taken
        return taken

    def has(self, taken: Taken) -> bool:
        """Whether nobody else took them, nor were they given back."""
        return taken.has is not Has.NOTHING and all(self.seats[seat] is taken for seat in taken.seats)

    def give_back(self, taken: Taken) -> None:
        for seat in taken.seats:
            if self.seats[seat] is taken:
                self.seats[seat] = None
        taken.has = Has.NOTHING

    # --- bookings

    def check_out(self, taken: Taken, reference: str, agreed: bool) -> Bought:
        taken.has, taken.until = Has.PAYING, self.now + PAYING_S
        booking = Bought(reference, taken, self.now, taken.until, agreed)
        self.bought.append(booking)
        return booking

    def is_over(self, booking: Bought) -> bool:
        return self.now >= booking.until - MARGIN_S

    def pay_again(self, booking: Bought) -> Again:
        """An open page stays the customer's; only what has failed or ended for good makes room for another attempt."""
        if booking.life is Life.CONFIRMED:
            return Again.SETTLED
        if booking.life is not Life.PENDING or self.is_over(booking):
            return Again.CLOSED
        state = self.session(booking.key)
        if state is Session.PAID:
            self.sell(booking)
            return Again.SETTLED
        if state is Session.PROCESSING:
            return Again.UNDER_WAY
        if state is Session.OPEN:
            return Again.SAME_PAGE
        if booking.attempts >= MOST_ATTEMPTS:
            return Again.DECLINED
        booking.attempts += 1
        return Again.NEW_PAGE

    def settle(self, booking: Bought) -> None:
        """Whatever the provider says by now is drawn the consequence of."""
        if booking.life is Life.PENDING:
            self._settle_pending(booking)
        elif booking.life is Life.LAPSED and not booking.is_rescued and self._ended(booking) is Session.PAID:
            self._rescue(booking)

    def undo(self, booking: Bought) -> None:
        booking.life = Life.CANCELLED
        self.give_back(booking.taken)

    def cancel_showtime(self) -> None:
        self.is_cancelled = True
        for booking in self.bought:
            if booking.life in (Life.PENDING, Life.CONFIRMED):
                self.undo(booking)

    def is_rescue_open(self, booking: Bought) -> bool:
        """Whether its customer has no booking of this showtime that is newer, and theirs or about to be."""
        return not any(
            other is not booking
            and other.taken.customer == booking.taken.customer
            and other.created >= booking.created
            and other.life in (Life.PENDING, Life.CONFIRMED)
            for other in self.bought
        )

    def _settle_pending(self, booking: Bought) -> None:
        over = self.is_over(booking)
        state = self._ended(booking) if over else self.session(booking.key)
        if state is Session.PAID:
            self.sell(booking)
        elif over and (state is not Session.PROCESSING or self.now >= booking.until):
            self._lapse(booking)

    def _ended(self, booking: Bought) -> Session:
        """As asked to end it: what is open takes no money any more."""
        state = self.session(booking.key)
        return Session.ENDED if state is Session.OPEN else state

    def sell(self, booking: Bought) -> None:
        if self.has(booking.taken) and not self.is_cancelled:
            booking.life = Life.CONFIRMED
            booking.taken.has, booking.taken.until = Has.SOLD, FOR_EVER
        else:
            self._lapse(booking)
            self._rescue(booking)

    def _lapse(self, booking: Bought) -> None:
        booking.life = Life.LAPSED
        self.give_back(booking.taken)

    def _rescue(self, booking: Bought) -> None:
        """Its own seats if they are free, else as many others if that was agreed. Which, the real thing says."""
        if booking.is_rescued or not self.is_rescue_open(booking):
            booking.is_rescued = True  # the money goes back: never again
            return
        booking.is_rescued = True
        if not self.is_open or self.is_cancelled:
            return
        free = self.free()
        if set(booking.taken.seats) <= free:
            self.sell_again(booking, booking.taken.seats)
        elif booking.agreed and self.a_block(len(booking.taken.seats), free):
            booking.life = Life.CONFIRMED
            booking.taken = Taken(booking.taken.customer, (), self.now, FOR_EVER, Has.SOLD)

    def sell_again(self, booking: Bought, seats: tuple[SeatRef, ...]) -> None:
        booking.life = Life.CONFIRMED
        booking.taken = Taken(booking.taken.customer, seats, self.now, FOR_EVER, Has.SOLD)
        for seat in seats:
            self.seats[seat] = booking.taken
