"""A small rush over HTTP, through proxy, gateway and function, under their policies: 30 seats, more who want them.

They hold and do not pay: the sandbox provider lives on the same local cloud, which serves few functions at once.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from tests.infra_iam.journey import Visitor, make_admin, open_a_cinema
from tests.support.deployed import Deployed

BUYERS = 60 if os.environ.get("PROOF") else 20
THREADS = 3  # as many function processes, each of which the local cloud takes its time to stop
ROWS, SEATS = "ABC", 10
TRIES = 3


@dataclass
class Told:
    """What one buyer heard."""

    statuses: list[int] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)


def test_no_seat_is_held_twice_over_http(deployed: Deployed) -> None:
    with deployed.explained():
        showtime = _on_sale(deployed)
        with ThreadPoolExecutor(THREADS) as pool:
            heard = list(pool.map(lambda number: _hold(deployed.site, showtime, number), range(BUYERS)))

        answers = Counter(status for each in heard for status in each.statuses)
        assert not [status for status in answers if status >= 500], answers
        assert answers[409], "nobody met anybody: this was no rush"
        seats = [seat for each in heard for seat in each.seats]
        assert len(seats) == len(set(seats)), "two hold the same seat"
        assert len(seats) > len(ROWS) * SEATS / 2
        visitor = Visitor(deployed.site)
        left = visitor.api("GET", f"/v1/showtimes/{showtime}/availability", expect=200)
        assert left["seats_left"] == len(ROWS) * SEATS - len(seats)


def _on_sale(deployed: Deployed) -> str:
    owner, admin = Visitor(deployed.site), Visitor(deployed.site)
    owner.join("rush.owner@example.com", "Otto Brandt", "owner")
    admin.join("rush.admin@example.com", "Iris Adler", "customer")
    make_admin(deployed, "rush.admin@example.com")
    admin.log_in("rush.admin@example.com")
    return open_a_cinema(owner, admin)


def _hold(site: str, showtime: str, number: int) -> Told:
    """Holds two seats side by side, or what is offered instead."""
    chance, visitor, told = Random(number), Visitor(site), Told()
    guest = {"Guest-Id": visitor.api("POST", "/v1/auth/guests", expect=201)["guest_id"]}
    first = chance.choice((1, 3, 5, 7, 9))
    row = chance.choice(ROWS)
    wanted = [f"{row}-{first}", f"{row}-{first + 1}"]
    for attempt in range(TRIES):
        answer = visitor.send(
            "POST",
            f"/api/v1/showtimes/{showtime}/holds",
            {"seats": [{"seat": seat} for seat in wanted]},
            {**guest, "Idempotency-Key": f"00000000-0000-4000-8000-{number:06d}{attempt:06d}"},
        )
        told.statuses.append(answer.status)
        if answer.status == 201:
            break
        wanted = answer.json.get("alternative") or []
        if not wanted:
            return told
    else:
        return told
    told.seats = answer.json["seats"]
    return told
