"""Capacity units of each operation of selling, through the handler, on a real endpoint."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.figures import Figure
from bench.meter import Meter, metered
from chalicelib import wiring as wiring_module
from chalicelib.domain.showtimes import Showtime
from chalicelib.stores import tables
from chalicelib.wiring import Wiring
from tests.support.builders import a_showtime
from tests.support.chance import SeededIds
from tests.support.people import a_guest, a_user
from tests.support.shop import Shopper
from tests.support.world import World

ROOMS = {50: (5, 10), 300: (15, 20), 1000: (20, 50)}
BOOKING_WRITES = 8
BOOKING_READS = 4
TIMES = 100


@dataclass(frozen=True, slots=True)
class Sale:
    """What a booking of two consumed from hold to confirmed, step by step."""

    steps: dict[str, Meter]

    @property
    def read(self) -> float:
        return sum(meter.read for meter in self.steps.values())

    @property
    def write(self) -> float:
        return sum(meter.write for meter in self.steps.values())

    @property
    def aside(self) -> float:
        return sum(meter.aside for meter in self.steps.values())


def figures(world: World) -> Iterator[Figure]:
    """Every figure of section "Units" of docs/performance.md."""
    showtimes = {seats: a_showtime(world, rows=rows, seats=each) for seats, (rows, each) in ROOMS.items()}
    writes = [writes_of_hold(world, showtimes[300], number) for number in range(1, 11)]
    yield Figure("hold of 1 to 10 seats in a row: writes, the most", max(writes), at_most=1)
    for seats, showtime in showtimes.items():
        yield from _sales(world, showtime, f"room of {seats}")
    for seats in (300, 1000):
        read = reads_of_sold_out(world, showtimes[seats], *ROOMS[seats])
        yield Figure(
            f"availability, {seats} seats sold out: reads", read, at_most=1.5 if seats == 300 else None
        )


def crowded(world: World) -> Iterator[Figure]:
    """The same beside a hundred times catalogue and history; of a world of its own."""
    showtime = a_showtime(world, rows=5, seats=10)
    sell(world, showtime)
    multiply(TIMES)
    yield from _sales(world, showtime, f"room of 50, {TIMES} times the rest")


def _sales(world: World, showtime: Showtime, where: str) -> Iterator[Figure]:
    for who in ("guest", "customer"):
        for plan in ("cold", "warm"):
            if plan == "cold":
                forget_what_is_kept(world)
            sold = sell(world, showtime, who=who)
            what = f"booking of two, {where}, {who}, plan {plan}"
            steps = ", ".join(f"{name} {m.read:g}r {m.write:g}w" for name, m in sold.steps.items())
            yield Figure(f"{what}: writes", sold.write, at_most=BOOKING_WRITES, note=steps)
            yield Figure(f"{what}: reads", sold.read, at_most=BOOKING_READS, note=f"aside {sold.aside:g}")


def writes_of_hold(world: World, showtime: Showtime, number: int) -> float:
    """Holds that many seats side by side, then releases them."""
    shopper = Shopper(world, guest=a_guest(world))
    with metered() as meter:
        held = shopper.hold(showtime.id, *(f"A-{n}" for n in range(1, number + 1)))
    assert held.status == 201, held.text
    path = f"/v1/showtimes/{showtime.id}/holds"
    assert shopper.with_hold("DELETE", path, held.json["token"]).status == 204
    return meter.write


def sell(world: World, showtime: Showtime, *, who: str = "guest") -> Sale:
    """Two free seats, bought by somebody new."""
    shopper = Shopper(world, a_user(world)) if who == "customer" else Shopper(world, guest=a_guest(world))
    details = {} if shopper.user else {"email": "ada@example.com", "name": "Ada Byron"}
    seats = _two_free(world, showtime)
    steps: dict[str, Meter] = {}

    def step(name: str, call: Callable[[], Any]) -> Any:
        with metered() as steps[name]:
            reply = call()
        assert reply.status < 300, reply.text
        return reply.json

    key = str(uuid.uuid4())
    held = step("hold", lambda: shopper.hold(showtime.id, *seats, key=key))
    reference = step("check out", lambda: shopper.check_out(held["token"], **details))["reference"]
    world.payments.choose(f"{reference}/1")
    ended = step("confirm", lambda: shopper.booking(reference, "confirm", "POST"))
    assert ended["state"] == "confirmed"
    return Sale(steps)


def reads_of_sold_out(world: World, showtime: Showtime, rows: int, seats: int) -> float:
    """Every claim as long as a sold one."""
    stock = world.wiring.stock
    for state in stock._rows.read(showtime.id, consistent=True):
        claims = {
            number: {"N": f"9999999999{3}{own:010d}0"} for own, number in enumerate(state.claims, 10**9)
        }
        tables.client().update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": f"S#{showtime.id}"}, "sk": {"S": f"R#{state.row_id}"}},
            UpdateExpression="SET claims = :c",
            ExpressionAttributeValues={":c": {"M": claims}},
        )
    with metered() as meter:
        reply = world.api.get(f"/v1/showtimes/{showtime.id}/availability")
    assert reply.json["seats_left"] == 0
    return meter.read


def forget_what_is_kept(world: World) -> None:
    """As a function that has just started: nothing of the catalogue is kept in memory."""
    old = world.wiring
    fresh = Wiring(old.settings, old.clock, SeededIds(uuid.uuid4().int, old.clock))
    fresh.secrets, fresh.payments = old.secrets, old.payments
    world.wiring = fresh
    wiring_module.use(fresh)


def multiply(times: int) -> None:
    """That many copies of everything in the catalogue and in sales, in the same places of the indices."""
    client = tables.client()
    for logical in ("catalogue", "sales"):
        name = tables.table_name(logical)
        pages = client.get_paginator("scan").paginate(TableName=name)
        items = [item for page in pages for item in page["Items"]]
        copies = [
            {"PutRequest": {"Item": {**item, "pk": {"S": f"{item['pk']['S']}~{n}"}}}}
            for n in range(1, times)
            for item in items
        ]
        for start in range(0, len(copies), 25):
            # The stubs tell what is read from what is written: an item as read is none to write, to them.
            client.batch_write_item(RequestItems={name: copies[start : start + 25]})  # type: ignore[dict-item]


def _two_free(world: World, showtime: Showtime) -> list[str]:
    rows = world.api.get(f"/v1/showtimes/{showtime.id}/availability").json["rows"]
    for row in rows:
        for number in range(1, 9, 2):
            if not {str(number), str(number + 1)} & set(row["taken"]):
                return [f"{row['row']}-{number}", f"{row['row']}-{number + 1}"]
    raise AssertionError("no two seats are left")
