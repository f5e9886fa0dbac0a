"""CPU of a warm request in the handler, against a bare Chalice handler that makes one conditional write."""

from __future__ import annotations

import gc
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from chalice.app import Chalice

from bench.figures import Figure
from chalicelib.services.hoarding import Hoarding
from chalicelib.stores import keys, limits, tables
from tests.support.builders import a_showtime
from tests.support.people import a_guest
from tests.support.world import World

ROUNDS = 3
REQUESTS = 80
GUESTS = 20
ROOM = (15, 20)
HOLDS = "/v1/showtimes/{showtime_id}/holds"
AVAILABILITY = "/v1/showtimes/{showtime_id}/availability"


class NoLimits:
    """In the place of the counters against hoarding, to tell what they cost."""

    def take(self, *_: object) -> None: ...

    def prolong(self, *_: object) -> None: ...

    def give_back(self, *_: object) -> None: ...


@dataclass
class Desk:
    """The handler, and buyers who have held before: each holds four times, twenty holds come from one address."""

    world: World
    showtime_id: str
    guests: list[dict[str, str]]

    def holds(self) -> list[dict[str, Any]]:
        """Two seats each, all over the room."""
        rows, seats = ROOM
        places = [(chr(ord("A") + r), s) for s in range(1, seats, 2) for r in range(rows)][:REQUESTS]
        return [self._hold(number, row, seat) for number, (row, seat) in enumerate(places)]

    def _hold(self, number: int, row: str, seat: int) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        headers |= self.guests[number % len(self.guests)]
        body = {"seats": [{"seat": f"{row}-{seat}"}, {"seat": f"{row}-{seat + 1}"}]}
        made = event("POST", HOLDS, {"showtime_id": self.showtime_id}, body, headers)
        made["requestContext"]["identity"]["sourceIp"] = address(number)
        return made

    def availabilities(self) -> list[dict[str, Any]]:
        """Nobody in particular asks: what is answered is everybody's."""
        path = {"showtime_id": self.showtime_id}
        return [event("GET", AVAILABILITY, path, None, {}) for _ in range(REQUESTS)]


def address(number: int) -> str:
    return f"198.51.100.{number % 4}"


def event(
    method: str, resource: str, path: dict[str, str], body: Any, headers: dict[str, str]
) -> dict[str, Any]:
    """As a REST API hands a request to its function."""
    return {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": path,
        "stageVariables": None,
        "body": json.dumps(body) if body is not None else None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "requestId": "bench",
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


class Context:
    """What Lambda hands a function."""

    function_name = "api"
    memory_limit_in_mb = 1024
    aws_request_id = "bench"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:api"


def bare_app() -> Chalice:
    """The least that an API on Chalice and DynamoDB does: one route, one conditional write."""
    bare = Chalice("bare", configure_logs=False)

    @bare.route("/write", methods=["POST"])
    def write() -> dict[str, bool]:
        request = bare.current_request
        assert request is not None
        body = request.json_body
        tables.client().update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": "BENCH"}, "sk": {"S": body["sk"]}},
            UpdateExpression="SET #c = :m",
            ConditionExpression="attribute_not_exists(#c) OR #c < :m",
            ExpressionAttributeNames={"#c": "claim"},
            ExpressionAttributeValues={":m": {"N": str(time.monotonic_ns())}},
        )
        return {"written": True}

    return bare


def figures(world: World) -> Iterator[Figure]:
    from app import app

    rows, seats = ROOM
    showtime = a_showtime(world, rows=rows, seats=seats)
    desk = Desk(world, showtime.id, [a_guest(world) for _ in range(GUESTS)])
    bare = bare_app()
    writes = [
        event("POST", "/write", {}, {"sk": str(n)}, {"Content-Type": "application/json"})
        for n in range(REQUESTS)
    ]
    ratios: dict[str, list[float]] = {}

    def measure() -> None:
        """One alternating run: every kind between two of the bare one."""
        first = _cpu(bare, writes)
        world.wiring.hoarding = Hoarding(world.clock)
        _forget_selling(world)
        hold = _cpu(app, desk.holds(), 201)
        _give_back(world, desk)
        second = _cpu(bare, writes)
        world.wiring.hoarding = NoLimits()  # type: ignore[assignment]
        _forget_selling(world)
        alone = _cpu(app, desk.holds(), 201)
        availability = _cpu(app, desk.availabilities())
        _give_back(world, desk)
        unit = (first + second + _cpu(bare, writes)) / 3
        for name, value in (("hold", hold), ("alone", alone), ("availability", availability)):
            ratios.setdefault(name, []).append(value / unit)
        ratios.setdefault("bare", []).append(unit * 1000)

    _cpu(bare, writes[:10])
    world.wiring.hoarding = Hoarding(world.clock)
    _forget_selling(world)
    _cpu(app, desk.holds(), 201)
    _give_back(world, desk)
    for _ in range(ROUNDS):
        measure()
    yield Figure("bare handler, one conditional write: ms", median(ratios["bare"]))
    yield Figure("hold of two ÷ bare", median(ratios["hold"]), at_most=2.0, note=_spread(ratios["hold"]))
    yield Figure(
        "the same without the hoarding counters", median(ratios["alone"]), note=_spread(ratios["alone"])
    )
    yield Figure(
        "availability of 300 seats ÷ bare",
        median(ratios["availability"]),
        at_most=2.0,
        note=_spread(ratios["availability"]),
    )


def _cpu(app: Callable[[Any, Any], Any], events: list[dict[str, Any]], status: int = 200) -> float:
    """Seconds of this process's CPU a request."""
    gc.collect()
    context = Context()
    started = time.process_time()
    for each in events:
        answer = app(each, context)
        assert answer["statusCode"] == status, answer["body"]
    return (time.process_time() - started) / len(events)


def _forget_selling(world: World) -> None:
    """So that it is made again with the limits that were put in place; what it keeps of the catalogue stays."""
    world.wiring.__dict__.pop("selling", None)
    _ = world.wiring.selling


def _give_back(world: World, desk: Desk) -> None:
    """Every seat free again, by hand, and the counters empty."""
    for row in world.wiring.stock._rows.read(desk.showtime_id, consistent=True):
        tables.client().update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": f"S#{desk.showtime_id}"}, "sk": {"S": f"R#{row.row_id}"}},
            UpdateExpression="SET claims = :c",
            ExpressionAttributeValues={":c": {"M": {number: {"N": "0"} for number in row.claims}}},
        )
    hoarding = Hoarding(world.clock)
    for number, guest in enumerate(desk.guests):
        principal = world.wiring.accounts.principal_of_guest_id(guest["Guest-Id"])
        for own in _counted(principal.id):
            hoarding.give_back(principal, address(number), own)


def _counted(holder: str) -> list[int]:
    live = limits._live_holds(keys.live_holds(limits._digest(holder)))
    return [int(own) for own in live or {}]


def _spread(values: list[float]) -> str:
    return "runs " + ", ".join(f"{value:.2f}" for value in values)
