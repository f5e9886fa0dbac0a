"""A cinema opens and sells two tickets, over HTTP through the deployed stack: what each function may do must suffice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3

from dev.local import cloud as local
from tests.support.deployed import Deployed

PASSWORD = "a quiet place in row seven"
PATIENCE_S = 60

T = TypeVar("T")


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Somebody with a browser; `token` once they are logged in."""

    site: str
    token: str = ""
    http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=35.0)
    )

    def api(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        expect: int,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The body of the answer, whose status must be as expected."""
        told = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        if self.token:
            told["Authorization"] = f"Bearer {self.token}"
        answer = self.send(method, f"/api{path}", body, told | dict(headers or {}))
        assert answer.status == expect, f"{method} {path}: {answer.status} {answer.body[:500]!r}"
        return answer.json if answer.body else None

    def send(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Answer:
        told = {"Content-Type": "application/json", **headers} if body is not None else dict(headers)
        data = json.dumps(body).encode() if body is not None else None
        reply = self.http.request(method, self.site + path, body=data, headers=told, redirect=False)
        return Answer(reply.status, reply.headers, reply.data)

    def log_in(self, email: str) -> None:
        tokens = self.api(
            "POST",
            "/v1/auth/login",
            {"email": email, "password": PASSWORD, "tokens_in": "body"},
            expect=200,
        )
        self.token = tokens["access_token"]

    def join(self, email: str, name: str, as_: str) -> None:
        """Register, follow the link in the mail, log in."""
        registration = {"email": email, "password": PASSWORD, "name": name, "as": as_}
        self.api("POST", "/v1/auth/register", registration, expect=202)
        mail = self.mail_to(email, "")
        link = re.search(r"[?#&]token=([^\s\"&]+)", mail["BodyText"])
        assert link, mail["BodyText"]
        self.api("POST", "/v1/auth/verify", {"token": link[1]}, expect=204)
        self.log_in(email)

    def mail_to(self, email: str, about: str) -> dict[str, Any]:
        """The newest mail to them that has these words in its subject or text; waits for it."""

        def look() -> dict[str, Any] | None:
            sent = self.send("GET", "/outbox/messages", None, {}).json["messages"]
            mails = [mail for account in sent.values() for mail in account if email in str(mail["To"])]
            return next((m for m in reversed(mails) if about in m["Subject"] + m["BodyText"]), None)

        return until(look, f"a mail to {email} about {about!r}")


def until(look: Callable[[], T | None], what: str) -> T:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"no {what} within {PATIENCE_S} s"
        time.sleep(0.2)
    return found


def open_a_cinema(owner: Visitor, admin: Visitor) -> str:
    """Cinema, screen, plan, movie, prices and a showtime tomorrow. Gives the showtime's id."""
    cinema = owner.api(
        "POST",
        "/v1/cinemas",
        {
            "name": "Lichtburg",
            "street": "Am Markt 1",
            "city": "Leipzig",
            "country": "DE",
            "time_zone": "Europe/Berlin",
            "currency": "EUR",
        },
        expect=201,
    )
    admin.api("POST", f"/v1/cinemas/{cinema['id']}/approve", expect=200)
    screen = owner.api(
        "POST", "/v1/auditoriums", {"name": "Screen 1", "cinema_id": cinema["id"], "code": "S1"}, expect=201
    )
    seats = [{"number": str(number), "position": number - 1} for number in range(1, 11)]
    rows = [{"id": name, "label": name, "seats": seats} for name in "ABC"]
    plan = {"name": "Main", "auditorium_id": screen["id"], "rows": rows}
    plan_id = owner.api("POST", "/v1/seating-plans", plan, expect=201)["id"]
    owner.api(
        "PUT",
        f"/v1/auditoriums/{screen['id']}",
        {"name": "Screen 1", "plan_id": plan_id},
        expect=200,
        headers={"If-Match": f'"{screen["version"]}"'},
    )
    movie = owner.api(
        "POST",
        "/v1/movies",
        {"title": "The Long Way", "languages": ["de"], "duration_minutes": 100},
        expect=201,
    )
    prices = owner.api(
        "POST",
        "/v1/price-lists",
        {
            "name": "Standard",
            "cinema_id": cinema["id"],
            "ticket_types": [{"id": "adult", "name": "Adult"}],
            "prices": [{"ticket_type": "adult", "category": "standard", "minor": 1250}],
        },
        expect=201,
    )
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    showtime = owner.api(
        "POST",
        "/v1/showtimes",
        {
            "auditorium_id": screen["id"],
            "movie_id": movie["id"],
            "price_list_id": prices["id"],
            "starts_at": f"{tomorrow.isoformat()}T20:00",
            "language": "de",
        },
        expect=201,
    )
    assert owner.api("GET", f"/v1/showtimes?cinema={cinema['id']}", expect=200)
    return str(showtime["id"])


def choose(visitor: Visitor, payment_url: str, choice: str) -> None:
    """What a person does on the provider's page."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = visitor.http.request("GET", payment_url, redirect=False)
    assert reply.status == 200
    body = urlencode({"choice": choice}).encode()
    reply = visitor.http.request("POST", payment_url, body=body, headers=form, redirect=False)
    assert reply.status == 303, reply.data


def make_admin(deployed: Deployed, email: str) -> None:
    command = [sys.executable, "-m", "dev.admin", "grant-admin", email]
    subprocess.run(command, cwd=local.ROOT, env={**os.environ, **deployed.settings}, check=True)
