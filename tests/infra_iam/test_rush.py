"""A small rush over HTTP, through proxy, gateway and function, under their policies: 30 seats, more who want them.

All hold at once. Who has seats then pays, one after the other: the sandbox provider lives on the same local cloud, which
serves few functions at once. A 503 that says when to come back is obeyed, as a client should; it must lose no booking.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain.bookings import BookingState
from chalicelib.domain.claims import ClaimKind, claim_of
from chalicelib.stores import tables
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.rows import Rows
from tests.infra_iam.journey import PATIENCE_S, Answer, Visitor, make_admin, open_a_cinema
from tests.support.chance import FrozenClock, SeededIds
from tests.support.deployed import Deployed
from tests.support.world import environment

BUYERS = 60 if os.environ.get("PROOF") else 20
THREADS = 3  # as many function processes, each of which the local cloud takes its time to stop
ROWS, SEATS = "ABC", 10
PRICE = 1250
TRIES = 3
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Buyer:
    """Somebody who wants two seats, and what they heard. `waits` are answers that only asked them to come back."""

    visitor: Visitor
    number: int
    statuses: list[int] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    seats: list[str] = field(default_factory=list)
    booking: dict[str, Any] = field(default_factory=dict)

    def hold(self, showtime: str) -> None:
        """Two seats side by side, or what is offered instead."""
        chance = Random(self.number)
        self.headers["Guest-Id"] = self.visitor.api("POST", "/v1/auth/guests", expect=201)["guest_id"]
        first = chance.choice((1, 3, 5, 7, 9))
        row = chance.choice(ROWS)
        wanted = [f"{row}-{first}", f"{row}-{first + 1}"]
        for attempt in range(TRIES):
            answer = self._ask(
                f"/v1/showtimes/{showtime}/holds",
                {"seats": [{"seat": seat} for seat in wanted]},
                {"Idempotency-Key": f"00000000-0000-4000-8000-{self.number:06d}{attempt:06d}"},
            )
            if answer.status == 201:
                self.headers["Hold-Token"] = answer.json["token"]
                self.seats = answer.json["seats"]
                return
            wanted = answer.json.get("alternative") or []
            if not wanted:
                return

    def buy(self) -> None:
        """Check out, approve on the provider's page, come back."""
        email = {"email": f"rush.{self.number}@example.com"}
        self.booking = self._done(self._ask("/v1/bookings", email), 201)
        self._approve(self.booking["payment"]["url"])
        self.headers["Booking-Token"] = self.booking["token"]
        self.booking = self._done(self._ask(f"/v1/bookings/{self.booking['reference']}/confirm"), 200)

    def _ask(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        told = self.headers | dict(headers or {})
        return self._patiently(
            path, lambda: self.visitor.send("POST", f"/api{path}", body, told), _told_to_wait
        )

    def _approve(self, page: str) -> None:
        def choose() -> Answer:
            body = urlencode({"choice": "approve"}).encode()
            reply = self.visitor.http.request("POST", page, body=body, headers=FORM, redirect=False)
            return Answer(reply.status, reply.headers, reply.data)

        self._done(self._patiently("the provider's page", choose, _reloads_after), 303)

    def _patiently(self, what: str, ask: Callable[[], Answer], wait_s: Callable[[Answer], float]) -> Answer:
        """Repeat while the answer asks for it; every other answer counts."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = ask()
            wait = wait_s(answer)
            if not wait or time.monotonic() > deadline:
                self.statuses.append(answer.status)
                return answer
            self.waits.append(f"{answer.status} of {what}")
            time.sleep(wait)

    def _done(self, answer: Answer, status: int) -> dict[str, Any]:
        assert answer.status == status, f"{self.number}: {answer.status} {answer.body[:500]!r}"
        return dict(answer.json) if answer.body else {}


def _told_to_wait(answer: Answer) -> float:
    """Ours says so by a 503 with Retry-After, and by nothing else."""
    return float(answer.headers.get("Retry-After", 0)) if answer.status == 503 else 0


def _reloads_after(answer: Answer) -> float:
    """What a person does with a page of somebody else's that did not load."""
    return 1 if answer.status >= 500 else 0


def test_no_seat_is_sold_twice_and_all_that_is_paid_is_confirmed_over_http(deployed: Deployed) -> None:
    with deployed.explained():
        showtime = _on_sale(deployed)
        buyers = [Buyer(Visitor(deployed.site), number) for number in range(BUYERS)]
        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda buyer: buyer.hold(showtime), buyers))
        held_at = time.monotonic()
        winners = [buyer for buyer in buyers if buyer.seats]
        for buyer in winners:
            buyer.buy()

        answers = Counter(status for each in buyers for status in each.statuses)
        waits = Counter(wait for each in buyers for wait in each.waits)
        print(  # noqa: T201
            f"\nrush over HTTP: {BUYERS} buyers, {len(winners)} of them with seats, answers {dict(answers)}, "
            f"asked to wait {dict(waits)}, held in {held_at - began:.1f} s, paid in {time.monotonic() - held_at:.1f} s"
        )
        assert not [status for status in answers if status >= 500], answers
        assert answers[409], "nobody met anybody: this was no rush"
        assert len(winners) > len(ROWS) * SEATS / 4
        _sold_once_and_paid_once(deployed, showtime, winners)


def _sold_once_and_paid_once(deployed: Deployed, showtime: str, winners: list[Buyer]) -> None:
    """What the buyers were told, what is stored and what the provider took are the same."""
    seats = [seat for each in winners for seat in each.seats]
    assert len(seats) == len(set(seats)), "two hold the same seat"
    told = {each.booking["reference"]: each for each in winners}
    assert {each.booking["state"] for each in winners} == {"confirmed"}
    for each in winners:
        assert [ticket["seat"] for ticket in each.booking["tickets"]] == each.seats
        assert each.booking["total"] == {"minor": PRICE * len(each.seats), "currency": "EUR"}

    confirmed, sold = _stored(deployed, showtime)
    assert confirmed == {reference: set(each.seats) for reference, each in told.items()}
    assert sold == set(seats)
    left = winners[0].visitor.api("GET", f"/v1/showtimes/{showtime}/availability", expect=200)
    assert left["seats_left"] == len(ROWS) * SEATS - len(seats)

    ledger = [entry for entry in _ledger(deployed) if entry["key"].startswith(f"{showtime}-")]
    assert Counter((entry["key"], entry["kind"], entry["amount"]["minor"]) for entry in ledger) == Counter(
        (f"{reference}/1", "charge", PRICE * len(each.seats)) for reference, each in told.items()
    )


def _stored(deployed: Deployed, showtime: str) -> tuple[dict[str, set[str]], set[str]]:
    """The seats of confirmed bookings, and the seats that bear sold claims; no other booking or claim may be there."""
    with environment(deployed.settings):
        tables.forget_clients()
        bookings = list(Bookings().of_showtime(showtime))
        rows = Rows(SeededIds(0, FrozenClock())).read(showtime, consistent=True)
    tables.forget_clients()
    claims = {
        f"{row.row_id}-{number}": claim
        for row in rows
        for number, value in row.claims.items()
        if (claim := claim_of(value)) is not None
    }
    assert {each.state for each in bookings} == {BookingState.CONFIRMED}
    assert {claim.kind for claim in claims.values()} == {ClaimKind.SOLD}
    return {each.reference: {str(seat) for seat in each.seats} for each in bookings}, set(claims)


def _ledger(deployed: Deployed) -> list[dict[str, Any]]:
    """Every movement of money, as the provider tells it to the shop."""
    secret = deployed.cloud.client("secretsmanager").get_secret_value(SecretId=deployed.settings["SECRET_ID"])
    key = json.loads(secret["SecretString"])["payments_key"]
    provider, after = Visitor(deployed.settings["PAYMENTS_URL"]), ""
    entries: list[dict[str, Any]] = []
    while True:
        path = f"/v1/ledger?{urlencode({'after': after})}"
        answer = provider.send("GET", path, None, {"Authorization": f"Bearer {key}"})
        assert answer.status == 200, answer.body
        entries += answer.json["entries"]
        after = answer.json.get("after", "")
        if not after:
            return entries


def _on_sale(deployed: Deployed) -> str:
    owner, admin = Visitor(deployed.site), Visitor(deployed.site)
    owner.join("rush.owner@example.com", "Otto Brandt", "owner")
    admin.join("rush.admin@example.com", "Iris Adler", "customer")
    make_admin(deployed, "rush.admin@example.com")
    admin.log_in("rush.admin@example.com")
    return open_a_cinema(owner, admin)
