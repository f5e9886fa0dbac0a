"""CPU of a warm request in the handler, against a bare Chalice handler that makes one conditional write."""

from __future__ import annotations

import gc
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import boto3
from chalice.app import Chalice

from bench.figures import Figure
from chalicelib.services.hoarding import Hoarding
from chalicelib.stores import keys, tables
from tests.support.builders import a_showtime
from tests.support.people import a_guest, a_user, token_of
from tests.support.stand_ins import NoLimits
from tests.support.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROUNDS = 3
REQUESTS = 80
BATCH = 10  # of one kind, then as many of the bare one: what else runs on the machine meets both
BUSY = 4  # addresses that all the guests share, twenty each
ROOM = (15, 20)
HOLDS = "/v1/showtimes/{showtime_id}/holds"
AVAILABILITY = "/v1/showtimes/{showtime_id}/availability"


@dataclass
class Desk:
    """The room, and those who hold in it: as many guests and as many accounts as there are requests."""

    world: World
    showtime_id: str
    guests: list[dict[str, str]]
    accounts: list[dict[str, str]]

    def holds(self, buyers: list[dict[str, str]], addresses: int = REQUESTS) -> list[dict[str, Any]]:
        """Two seats each, all over the room, from so many addresses."""
        rows, seats = ROOM
        places = [(chr(ord("A") + r), s) for s in range(1, seats, 2) for r in range(rows)][:REQUESTS]
        return [
            self._hold(buyers[number], f"198.51.100.{number % addresses}", row, seat)
            for number, (row, seat) in enumerate(places)
        ]

    def _hold(self, buyer: dict[str, str], address: str, row: str, seat: int) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **buyer}
        body = {"seats": [{"seat": f"{row}-{seat}"}, {"seat": f"{row}-{seat + 1}"}]}
        made = event("POST", HOLDS, {"showtime_id": self.showtime_id}, body, headers)
        made["requestContext"]["identity"]["sourceIp"] = address
        return made

    def availabilities(self) -> list[dict[str, Any]]:
        """Nobody in particular asks: what is answered is everybody's."""
        path = {"showtime_id": self.showtime_id}
        return [event("GET", AVAILABILITY, path, None, {}) for _ in range(REQUESTS)]


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


def bare_app(client: DynamoDBClient) -> Chalice:
    """The least that an API on Chalice and DynamoDB does: one route, one conditional write."""
    bare = Chalice("bare", configure_logs=False)

    @bare.route("/write", methods=["POST"])
    def write() -> dict[str, bool]:
        request = bare.current_request
        assert request is not None
        body = request.json_body
        client.update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": "BENCH"}, "sk": {"S": body["sk"]}},
            UpdateExpression="SET #c = :m",
            ConditionExpression="attribute_not_exists(#c) OR #c < :m",
            ExpressionAttributeNames={"#c": "claim"},
            ExpressionAttributeValues={":m": {"N": str(time.monotonic_ns())}},
        )
        return {"written": True}

    return bare


Kind = tuple[Callable[[Any, Any], Any], list[dict[str, Any]], int]
"""A handler, what it is asked, and the status that it answers."""


def figures(world: World) -> Iterator[Figure]:
    from app import app

    rows, seats = ROOM
    showtime = a_showtime(world, rows=rows, seats=seats)
    accounts = [{"Authorization": f"Bearer {token_of(world, a_user(world))}"} for _ in range(REQUESTS)]
    desk = Desk(world, showtime.id, [a_guest(world) for _ in range(REQUESTS)], accounts)
    # The unit is boto3's own client as it comes; ours is told beside it, because it is set up to cost less.
    bare, ours = bare_app(boto3.client("dynamodb")), bare_app(tables.client())
    writes = [
        event("POST", "/write", {}, {"sk": str(n)}, {"Content-Type": "application/json"})
        for n in range(REQUESTS)
    ]
    kinds: dict[str, Callable[[], Kind]] = {
        "guest": lambda: (app, desk.holds(desk.guests), 201),
        "account": lambda: (app, desk.holds(desk.accounts), 201),
        "busy": lambda: (app, desk.holds(desk.guests, BUSY), 201),
        "availability": lambda: (app, desk.availabilities(), 200),
        "ours": lambda: (ours, writes, 200),
    }
    ratios: dict[str, list[float]] = {}

    def measure() -> None:
        """One alternating run."""
        units = []
        for limits in (Hoarding(world.clock), NoLimits()):
            counted = isinstance(limits, Hoarding)
            world.wiring.hoarding = limits  # type: ignore[assignment]  # NoLimits acts as one
            _forget_selling(world)
            for kind in (
                ("guest", "account", "busy") if counted else ("guest", "account", "availability", "ours")
            ):
                taken, unit = _beside(kinds[kind](), (bare, writes, 200))
                _give_back(world, desk)
                ratios.setdefault(kind if counted else f"{kind} alone", []).append(taken / unit)
                units.append(unit)
        ratios.setdefault("bare", []).append(median(units) * 1000)

    measure()  # warms everything up
    ratios.clear()
    for _ in range(ROUNDS):
        measure()

    def ratio(name: str, kind: str, at_most: float | None = None) -> Figure:
        found = ratios[kind]
        return Figure(
            name, median(found), at_most=at_most, note="runs " + ", ".join(f"{r:.2f}" for r in found)
        )

    yield Figure("bare handler, one conditional write by boto3: ms", median(ratios["bare"]))
    yield ratio("the same by our client ÷ bare", "ours alone")
    yield ratio("hold of two by a guest ÷ bare", "guest", 2.0)
    yield ratio("the same without the hoarding counter", "guest alone")
    yield ratio("the same from an address with up to 20 live holds", "busy")
    yield ratio("hold of two by an account ÷ bare", "account", 2.0)
    yield ratio("the same without the hoarding counters", "account alone")
    yield ratio("availability of 300 seats ÷ bare", "availability alone", 2.0)


def _beside(kind: Kind, bare: Kind) -> tuple[float, float]:
    """Seconds of this process's CPU a request, of one kind and of the bare one, batch after batch in turn."""
    gc.collect()
    taken: list[float] = []
    unit: list[float] = []
    for at in range(0, REQUESTS, BATCH):
        for (app, events, status), found in ((bare, unit), (kind, taken)):
            found.append(_cpu(app, events[at : at + BATCH], status))
    return sum(taken) / len(taken), sum(unit) / len(unit)


def _cpu(app: Callable[[Any, Any], Any], events: list[dict[str, Any]], status: int) -> float:
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
    """Every seat free again, by hand, and no counter left."""
    client = tables.client()
    for row in world.wiring.stock._rows.read(desk.showtime_id, consistent=True):
        client.update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": f"S#{desk.showtime_id}"}, "sk": {"S": f"R#{row.row_id}"}},
            UpdateExpression="SET claims = :c",
            ExpressionAttributeValues={":c": {"M": {number: {"N": "0"} for number in row.claims}}},
        )
    accounts = tables.table_name("accounts")
    for page in client.get_paginator("scan").paginate(TableName=accounts):
        for item in page["Items"]:
            if item["pk"]["S"].startswith(keys.live_holds("").pk):
                client.delete_item(TableName=accounts, Key={"pk": item["pk"], "sk": item["sk"]})
