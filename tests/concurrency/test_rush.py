"""The rush when sales open: the packaged handler in two processes of several threads, on one house of 300 seats.

2,000 buyers in the long form (PROOF=1), BUYERS of them otherwise; the seed and what happened are printed.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.domain.seating_plans import Row, SeatRef
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.rows import Rows
from tests.support import invariants, rush_worker, secret
from tests.support.builders import a_row, a_showtime, row_ids
from tests.support.cloud import Cloud
from tests.support.packaged import unpacked, workers
from tests.support.provider_http import provider_over_http
from tests.support.races import RealWorld, a_real_world
from tests.support.world import ENVIRONMENT

BUYERS = int(os.environ.get("BUYERS") or (2000 if os.environ.get("PROOF") else 400))
SEED = int(os.environ.get("SEED") or secrets.randbelow(2**32))
PROCESSES = 2
THREADS = 6
ROWS, SEATS = 15, 20


@dataclass
class House:
    world: RealWorld
    showtime_id: str
    rows: list[Row]
    package: Path
    environment: dict[str, str]

    def claims(self) -> dict[str, int]:
        states = Rows(self.world.wiring.ids).read(self.showtime_id, consistent=True)
        return {f"{row.row_id}-{number}": claim for row in states for number, claim in row.claims.items()}

    def rush(self, parties: list[int | None], without: str = "") -> list[dict[str, Any]]:
        """What became of each buyer; one for each party (None picks by hand). `without` a clause, for the control."""
        orders = [self._order(number, party) for number, party in enumerate(parties)]
        told = [
            {
                "threads": THREADS,
                "without": without,
                "rows": [row.id for row in self.rows],
                "seats": SEATS,
                "orders": orders[n::PROCESSES],
            }
            for n in range(PROCESSES)
        ]
        script = Path(rush_worker.__file__)
        with workers(script, self.package, self.environment, told) as crowd:
            started = time.monotonic()
            for each in crowd:
                each.tell("go")
            stories = [story for each in crowd for story in json.loads(each.hear())]
        self._tell(stories, time.monotonic() - started)
        return stories

    def _order(self, number: int, party: int | None) -> dict[str, Any]:
        guest = self.world.wiring.ids.ulid()
        order = {
            "guest": guest,
            "guest_id": self.world.wiring.signer("guest").sign({"guest": guest}),
            "address": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "showtime_id": self.showtime_id,
            "seed": SEED * 100_000 + number,
        }
        return order if party is None else {**order, "party": party}

    def _tell(self, stories: list[dict[str, Any]], took: float) -> None:
        answers = Counter(status for story in stories for status in story["statuses"])
        why = Counter(each.rpartition("/")[2] for story in stories for each in story["problems"])
        print(  # noqa: T201
            f"\nrush: {len(stories)} buyers, {sum(answers.values())} requests in {took:.1f} s, "
            f"{PROCESSES} processes of {THREADS} threads, SEED={SEED}\n"
            f"  answers {dict(sorted(answers.items()))}, refused for {dict(why)}\n"
            f"  {sum(bool(story['held']) for story in stories)} held, "
            f"{sum(bool(story['reference']) for story in stories)} told of a confirmed booking"
        )


@pytest.fixture(scope="module")
def package() -> Iterator[Path]:
    with unpacked() as folder:
        yield folder


@pytest.fixture
def house(cloud: Cloud, package: Path) -> Iterator[House]:
    with a_real_world(cloud) as world, provider_over_http(world) as payments_url:
        world.clock.set(datetime.now(UTC))  # the packaged handler has no other clock
        name = f"rush-{secrets.token_hex(4)}"
        cloud.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret.DOCUMENT))
        rows = [a_row(row_id, SEATS, aisles=[9]) for row_id in row_ids(ROWS)]
        showtime = a_showtime(world, rows=rows, starts_in=timedelta(days=2))
        environment = {key: os.environ[key] for key in (*ENVIRONMENT, "AWS_ENDPOINT_URL")}
        environment |= {"SECRET_ID": name, "PAYMENTS_URL": payments_url}
        yield House(world, showtime.id, rows, package, environment)


def no_answer_of_ours_failed(stories: list[dict[str, Any]]) -> None:
    failed = [story for story in stories if any(status >= 500 for status in story["statuses"])]
    assert not failed, failed[:3]


def test_every_seat_is_sold_to_one_and_no_confirmed_booking_is_lost(house: House) -> None:
    stories = house.rush([None] * BUYERS)

    no_answer_of_ours_failed(stories)
    told = {story["reference"]: story["seats"] for story in stories if story["reference"]}
    seats_told = [seat for seats in told.values() for seat in seats]
    assert len(seats_told) == len(set(seats_told)), "two were told of the same seat"
    held = [seat for story in stories for seat in story["held"]]
    assert len(held) == len(set(held)), "two hold the same seat"
    confirmed = {
        each.reference: [str(seat) for seat in each.seats]
        for each in Bookings().of_showtime(house.showtime_id)
        if each.state is BookingState.CONFIRMED
    }
    assert confirmed == told
    live = {seat for seat, number in house.claims().items() if number}
    assert live == set(held), "what nobody was told of is held, or what somebody was told of is not"
    sold = {seat for seat, number in house.claims().items() if _kind(number) is ClaimKind.SOLD}
    assert sold == set(seats_told)
    assert len(live) > ROWS * SEATS * 0.8, "the house did not fill: this was no rush"
    assert len(stories) > len(told), "nobody was refused: this was no rush"

    # The rest lapses, and everything adds up.
    house.world.clock.advance(minutes=30)
    for _ in range(6):
        house.world.wiring.selling.recover()
        house.world.clock.advance(minutes=2)
    invariants.check_quiet(
        house.world,
        [house.showtime_id],
        acknowledged={
            reference: [SeatRef.parse(seat) for seat in seats] for reference, seats in told.items()
        },
    )


def test_control(house: House) -> None:
    stories = house.rush([None] * 60, without="lapsed")

    held = [seat for story in stories for seat in story["held"]]
    assert len(held) > len(set(held))


def test_best_available_sells_on_while_there_is_a_legal_block(house: House) -> None:
    chance = Random(SEED)
    parties = [chance.choice((2, 2, 3, 4, 5, 6)) for _ in range(BUYERS)]

    stories = house.rush(list(parties))

    no_answer_of_ours_failed(stories)
    held = [seat for story in stories for seat in story["held"]]
    assert len(held) == len(set(held))
    claims = house.claims()
    assert {seat for seat, number in claims.items() if number} == set(held)
    assert {kind for number in claims.values() if (kind := _kind(number))} == {ClaimKind.HOLD}
    refused = {problem for story in stories for problem in story["problems"]}
    assert {each.rpartition("/")[2] for each in refused} == {"no-block"}
    free = {seat for seat, number in claims.items() if not number}
    # What is legal for a party here is so while its run is free: so nobody was refused too early either.
    for size in sorted(set(parties)):
        assert not legal_blocks(house.rows, free, size), f"a block for {size} was left"


@pytest.mark.parametrize(
    ("free", "size", "blocks"),
    [
        ({1, 2}, 2, 1),
        ({1, 2, 3}, 2, 2),  # one seat more than is taken
        ({1, 2, 3, 4}, 2, 2),  # the middle would leave two alone
        ({1, 2, 3, 4}, 3, 2),
        ({1, 3, 5}, 2, 0),
        ({9, 10, 11, 12}, 3, 0),  # an aisle after the tenth
    ],
)
def test_brute_force_knows_the_rule(free: set[int], size: int, blocks: int) -> None:
    rows = [a_row("A", SEATS, aisles=[9])]

    assert len(legal_blocks(rows, {f"A-{number}" for number in free}, size)) == blocks


def legal_blocks(rows: list[Row], free: set[str], size: int) -> list[list[str]]:
    """By the sentences alone: seats side by side that are free, none left without a free neighbour by taking them.

    "Unless its run of free seats has exactly one seat more than is taken from it."
    """
    found = []
    for row in rows:
        for stretch in _stretches(row):
            names = [f"{row.id}-{seat.number}" for seat in stretch]
            for start in range(len(names) - size + 1):
                block = names[start : start + size]
                if set(block) <= free and _leaves_no_single(names, free, block):
                    found.append(block)
    return found


def _stretches(row: Row) -> list[list[Any]]:
    """Seats of a row with neither an aisle nor a gap between them."""
    found: list[list[Any]] = []
    for seat in sorted(row.seats, key=lambda each: each.position):
        last = found[-1][-1] if found else None
        if last is not None and seat.position == last.position + 1 and last.position not in row.aisles:
            found[-1].append(seat)
        else:
            found.append([seat])
    return found


def _leaves_no_single(names: list[str], free: set[str], block: list[str]) -> bool:
    left = free - set(block)
    for at, name in enumerate(names):
        around = [names[n] for n in (at - 1, at + 1) if 0 <= n < len(names)]
        was_alone = not any(each in free for each in around)
        is_alone = name in left and not any(each in left for each in around)
        if is_alone and not was_alone:
            run = _run(names, free, at)
            if len(run) != len([each for each in run if each in block]) + 1:
                return False
    return True


def _run(names: list[str], free: set[str], at: int) -> list[str]:
    """The free seats side by side that the seat was one of."""
    first = last = at
    while first > 0 and names[first - 1] in free:
        first -= 1
    while last + 1 < len(names) and names[last + 1] in free:
        last += 1
    return names[first : last + 1]


def _kind(number: int) -> ClaimKind | None:
    claim = claim_of(number)
    return claim.kind if claim else None
