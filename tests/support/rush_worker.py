"""Buyers in a process that has nothing but the packaged application: python -I -S rush_worker.py <its folder>

Told on standard input, one JSON document a line: what to do, then "go". Answers "ready", then one JSON document with
what became of each buyer. Everything goes through the Lambda handler, as events of a REST API.
"""

from __future__ import annotations

import json
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

TRIES = 4


@dataclass
class Story:
    """What one buyer was told. `seats` are those of `reference`, a booking that was confirmed to them."""

    buyer: str
    statuses: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    reference: str = ""
    seats: list[str] = field(default_factory=list)


class Buyer:
    def __init__(self, app: Any, order: dict[str, Any], http: Any) -> None:
        self._app = app
        self._order = order
        self._http = http
        self._chance = Random(order["seed"])
        self.story = Story(order["guest"])

    def by_hand(self, rows: list[str], seats: int) -> None:
        """Seats near the middle, then whatever alternative is offered; pays, gives back, or goes away."""
        row, size = self._chance.choice(rows), self._chance.choice((1, 2, 2, 2, 3, 4))
        start = min(max(1, round(self._chance.gauss(seats / 2, seats / 4))), seats - size + 1)
        wanted = [f"{row}-{start + n}" for n in range(size)]
        for _ in range(TRIES):
            answer = self._hold({"seats": [{"seat": seat} for seat in wanted]})
            if answer["statusCode"] == 201:
                self._go_on(json.loads(answer["body"]))
                return
            offered = json.loads(answer["body"]).get("alternative") or []
            if not offered:
                row = self._chance.choice(rows)
                start = self._chance.randint(1, seats - size + 1)
                offered = [f"{row}-{start + n}" for n in range(size)]
            wanted = offered

    def best(self) -> None:
        answer = self._hold({"party": [{"count": self._order["party"]}]})
        if answer["statusCode"] == 201:
            self.story.held = json.loads(answer["body"])["seats"]

    def _hold(self, body: dict[str, Any]) -> dict[str, Any]:
        key = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        path = {"showtime_id": self._order["showtime_id"]}
        resource = "/v1/showtimes/{showtime_id}/holds"
        answer = self._ask("POST", resource, path, body, {"Idempotency-Key": key})
        if self._chance.random() < 0.1:  # the reply was lost: asked again, the same is answered
            again = self._ask("POST", resource, path, body, {"Idempotency-Key": key})
            if answer["statusCode"] == 201:
                assert again["statusCode"] == 201, again["body"]
                assert json.loads(again["body"])["seats"] == json.loads(answer["body"])["seats"]
            return again
        return answer

    def _go_on(self, hold: dict[str, Any]) -> None:
        self.story.held = hold["seats"]
        token = {"Hold-Token": hold["token"]}
        mood = self._chance.random()
        if mood < 0.05:
            path = {"showtime_id": self._order["showtime_id"]}
            released = self._ask("DELETE", "/v1/showtimes/{showtime_id}/holds", path, None, token)
            self.story.held = [] if released["statusCode"] == 204 else self.story.held
            return
        details = {"email": f"{self.story.buyer[:8].lower()}@people.example", "name": "Ada"}
        booked = self._ask("POST", "/v1/bookings", {}, details, token)
        if mood < 0.1 or booked["statusCode"] != 201:
            return
        booking = json.loads(booked["body"])
        self._http.request(
            "POST",
            booking["payment"]["url"],
            fields={"choice": "approve"},
            encode_multipart=False,
            redirect=False,
        )
        reference = {"reference": booking["reference"]}
        opened = {"Booking-Token": booking["token"]}
        confirmed = self._ask("POST", "/v1/bookings/{reference}/confirm", reference, None, opened)
        told = json.loads(confirmed["body"])
        if confirmed["statusCode"] == 200 and told["state"] == "confirmed":
            self.story.reference = booking["reference"]
            self.story.seats = [ticket["seat"] for ticket in told["tickets"]]

    def _ask(
        self, method: str, resource: str, path: dict[str, str], body: Any, headers: dict[str, str]
    ) -> dict[str, Any]:
        headers = {"Guest-Id": self._order["guest_id"], "Content-Type": "application/json", **headers}
        answer: dict[str, Any] = self._app(
            {
                "resource": resource,
                "path": resource,
                "httpMethod": method,
                "headers": headers,
                "multiValueHeaders": {name: [value] for name, value in headers.items()},
                "queryStringParameters": None,
                "multiValueQueryStringParameters": None,
                "pathParameters": path or None,
                "stageVariables": None,
                "body": json.dumps(body) if body is not None else None,
                "isBase64Encoded": False,
                "requestContext": {
                    "resourcePath": resource,
                    "httpMethod": method,
                    "requestId": uuid.uuid4().hex,
                    "identity": {"sourceIp": self._order["address"]},
                },
            },
            Context(),
        )
        self.story.statuses.append(answer["statusCode"])
        if answer["statusCode"] >= 400:
            self.story.problems.append(json.loads(answer["body"])["type"])
        return answer


class Context:
    """What Lambda hands a function."""

    function_name = "api"
    memory_limit_in_mb = 1024
    aws_request_id = "rush"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:api"


def _leave_out(clause: str) -> None:
    """For the control: rows are written whatever the clause would say."""
    from chalicelib.stores.expressions import RowExpression

    require_any = RowExpression.require_any

    def fewer(self: RowExpression, alternatives: dict[str, str]) -> None:
        if clause not in alternatives:
            require_any(self, alternatives)

    if clause:
        RowExpression.require_any = fewer  # type: ignore[method-assign]


def _be_patient() -> None:
    """A busy machine is no lost reply, and no provider that is down."""
    from chalicelib.gateways import payments
    from chalicelib.stores import tables

    tables.CONNECT_TIMEOUT_S = tables.READ_TIMEOUT_S = 60
    payments.CONNECT_TIMEOUT_S = payments.READ_TIMEOUT_S = 60.0


def main(folder: str) -> None:
    # The application logs to standard output.
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.path.insert(0, folder)
    import urllib3

    import app as packaged  # type: ignore[import-not-found,unused-ignore]

    assert packaged.__file__.startswith(folder), packaged.__file__
    told = json.loads(sys.stdin.readline())
    _be_patient()
    _leave_out(told["without"])
    http = urllib3.PoolManager(maxsize=16)
    print("ready", file=answers, flush=True)
    assert sys.stdin.readline().strip() == "go"

    def serve(order: dict[str, Any]) -> Story:
        buyer = Buyer(packaged.app, order, http)
        if "party" in order:
            buyer.best()
        else:
            buyer.by_hand(told["rows"], told["seats"])
        return buyer.story

    with ThreadPoolExecutor(told["threads"]) as pool:
        stories = list(pool.map(serve, told["orders"]))
    print(json.dumps([asdict(story) for story in stories]), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
