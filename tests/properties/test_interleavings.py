"""Holds, check-outs, payments, cancellations and recovery, interleaved and cut off anywhere, one seed at a time.

SEEDS=n plays so many seeds, SEED=n that one alone and prints its trace; PROOF=1 plays 5,000.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.holds import Hold
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.services.selling.checkout import Buyer, CheckedOut
from chalicelib.stores import keys
from dev.payments.sessions import Choice
from tests.support.chance import SeededIds
from tests.support.customers import Customer, House, a_house
from tests.support.interleaving import Actor, CutOff, Fates, Stage
from tests.support.invariants import check, check_quiet
from tests.support.snapshots import Snapshot
from tests.support.stand_ins import FixedScheduling, NoLimits

SEEDS = int(os.environ.get("SEEDS", "5000" if os.environ.get("PROOF") else "500"))
CHUNK = 50
ONE = os.environ.get("SEED")
CHUNKS = (
    [range(int(ONE), int(ONE) + 1)]
    if ONE
    else [range(first, min(first + CHUNK, SEEDS)) for first in range(0, SEEDS, CHUNK)]
)
BLOCKS = (
    *((f"{row}-{n}", f"{row}-{n + 1}") for row in "AB" for n in range(1, 6)),
    ("A-1", "A-2", "A-3"),
    ("B-4", "B-5", "B-6"),
    ("A-1", "A-2", "B-1", "B-2"),
    ("A-5", "A-6", "B-5", "B-6"),
)  # fmt: skip
CHOICES = (*[Choice.APPROVE] * 4, *Choice)


@dataclass
class Record:
    """What customers were told, and what they asked for since."""

    acknowledged: dict[str, tuple[SeatRef, ...]] = field(default_factory=dict)
    may_be_undone: set[str] = field(default_factory=set)
    showtime_cancelled: bool = False
    open_pages: list[tuple[Customer, str, Hold, bool]] = field(default_factory=list)


class Play:
    """The actors of one seed, in a room of twelve seats."""

    def __init__(self, house: House, seed: int, fates: Fates | None = None) -> None:
        world = house.world
        self.house = house
        self.record = Record()
        self.stage = Stage(seed, world.clock, fates or Fates())
        world.wiring.ids = SeededIds(seed, world.clock)
        # What is read of the catalogue is kept, however old, and holds are not counted: neither guards a seat.
        world.wiring.scheduling = FixedScheduling.of(house)  # type: ignore[assignment]
        world.wiring.hoarding = NoLimits()  # type: ignore[assignment]
        world.wiring.payments = CutOff(world.payments, self.stage)
        self.cinema = world.wiring.catalogue.cinema(house.showtime.cinema_id)
        random = self.stage.random
        for customer in house.customers[: random.choice((2, 3, 3))]:
            self.stage.add(customer.address, self._buying(customer))
        for tab in ("tab", "another tab"):
            self.stage.add(tab, self._clicking)
        self.stage.add("provider", self._noticing)
        self.stage.add("recover", self._recovering)
        if random.random() < 0.35:
            self.stage.add("manager", self._managing)

    def run(self) -> None:
        """Play, let everything come to rest, and look."""
        self.stage.play()
        check(self.house.world, [self.house.showtime.id])
        self._come_to_rest()
        undone = (
            set(self.record.acknowledged) if self.record.showtime_cancelled else self.record.may_be_undone
        )
        check_quiet(
            self.house.world,
            [self.house.showtime.id],
            acknowledged=self.record.acknowledged,
            may_be_undone=undone,
        )

    def _come_to_rest(self) -> None:
        for _ in range(8):
            self.house.recover(minutes=self.stage.random.choice((1, 2, 5)))
        self.house.recover(turns=4, minutes=10)

    # --- scripts

    def _buying(self, customer: Customer) -> Callable[[Actor], None]:
        random = self.stage.random
        showtime_id = self.house.showtime.id

        def script(actor: Actor) -> None:
            for turn in range(random.choice((1, 1, 2))):
                for _ in range(random.choice((0, 0, 1, 2)) + turn):
                    actor.wait()
                key = f"{random.random()}"
                if random.random() < 0.2:
                    held = actor.settle("hold best", lambda key=key: customer.hold_best(showtime_id, 2, key))  # type: ignore[misc]
                else:
                    block = random.choice(BLOCKS)
                    held = actor.settle(
                        f"hold {' '.join(block)}",
                        lambda key=key, block=block: customer.hold(showtime_id, *block, key=key),  # type: ignore[misc]
                    )
                if held.value is not None:
                    self._check_out(actor, customer, held.value)

        return script

    def _check_out(self, actor: Actor, customer: Customer, hold: Hold) -> None:
        random = self.stage.random
        if random.random() < 0.2:
            hold = actor.settle("extend", lambda: customer.extend(hold)).value or hold
        if random.random() < 0.15:
            actor.settle("release", lambda: customer.release(hold))
            if random.random() < 0.7:
                return
        agreed = random.random() < 0.5
        checked_out = actor.settle("check out", lambda: self._checked_out(customer, hold, agreed)).value
        if checked_out is None:
            return
        reference = checked_out.booking.reference
        self.record.open_pages.append((customer, reference, hold, agreed))
        assert checked_out.booking.total == hold.quote.total
        for _ in range(2):
            last = checked_out.booking.last_attempt
            if checked_out.payment is not None and last is not None:
                choice = random.choice(CHOICES)
                self.stage.note(f"{actor.name}: chooses {choice}")
                customer.pay(reference, choice, last.number)
            for _ in range(random.choice((0, 1, 1, 2))):
                self._confirm(actor, customer, reference)
                if random.random() < 0.2:
                    actor.wait()
            if random.random() < 0.25:
                self.record.may_be_undone.add(reference)
                actor.settle("cancel", lambda: customer.cancel(reference))
            if random.random() < 0.6:
                return
            checked_out = actor.settle("pay again", lambda: customer.pay_again(reference)).value
            if checked_out is None:
                return

    def _checked_out(self, customer: Customer, hold: Hold, agreed: bool) -> CheckedOut:
        user = customer.user
        buyer = Buyer(keys.customer_of_user(user.id), user.email, user.name, user.language, agreed)
        return self.house.selling.checkout.check_out(hold, buyer, self.cinema, customer.address)

    def _confirm(self, actor: Actor, customer: Customer, reference: str) -> None:
        booking = actor.call("confirm", lambda: customer.confirm(reference)).value
        if booking is not None and booking.state is BookingState.CONFIRMED:
            self.record.acknowledged[reference] = booking.seats

    def _clicking(self, actor: Actor) -> None:
        """In other tabs, on pages of bookings that their customers are at work on at the same moment."""
        random = self.stage.random
        for _ in range(50):
            actor.pass_turn()
            if not self.record.open_pages or random.random() < 0.88:
                continue
            customer, reference, hold, agreed = random.choice(self.record.open_pages[-2:])
            step = random.choice(
                (*["confirm"] * 3, "check out", "check out", "pay again", "pay again", "cancel")
            )
            if step == "confirm":
                self._confirm(actor, customer, reference)
            elif step == "check out":
                actor.call(step, partial(self._checked_out, customer, hold, agreed))
            elif step == "pay again":
                actor.call(step, partial(customer.pay_again, reference))
            else:
                self.record.may_be_undone.add(reference)
                actor.call(step, partial(customer.cancel, reference))

    def _noticing(self, actor: Actor) -> None:
        for _ in range(4):
            for headers, body in self.house.world.payments.deliver():
                for _ in range(self.stage.random.choice((1, 1, 2))):
                    actor.call("notice", lambda h=headers, b=body: self.house.selling.notice(h, b))  # type: ignore[misc]
            actor.wait()

    def _recovering(self, actor: Actor) -> None:
        for _ in range(5):
            actor.wait()
            actor.call("recover", self.house.selling.recover)

    def _managing(self, actor: Actor) -> None:
        showtime = self.house.showtime
        for _ in range(self.stage.random.choice((0, 1, 2, 3))):
            actor.wait()
        if self.stage.random.random() < 0.5:
            self.record.showtime_cancelled = True
            actor.settle("cancel showtime", lambda: self.house.selling.cancel_showtime(showtime.id), tries=9)
        else:
            actor.call("withdraw", lambda: self.house.selling.withdraw(showtime))
            actor.call("reopen", lambda: self.house.selling.reopen(showtime, showtime.sales_close_at))


@pytest.fixture(scope="module")
def prepared() -> Iterator[tuple[House, Snapshot]]:
    with a_house() as house:
        yield house, Snapshot(house.world)


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_seats_and_money_hold_in_every_interleaving(
    prepared: tuple[House, Snapshot], seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Sixteen empty shards a run of recovery cost more than all the rest; that each is queried has a test of its own.
    monkeypatch.setattr(keys, "DUE_SHARDS", 1)
    house, snapshot = prepared
    for seed in seeds:
        snapshot.restore()
        play = Play(house, seed)
        try:
            play.run()
        except Exception as error:
            trace = "\n".join(play.stage.trace)
            raise AssertionError(f"SEED={seed} fails: {error}\n{trace}") from error
        if ONE:
            print("\n".join(play.stage.trace))  # noqa: T201
