"""Holds a second through the packaged handler, against raw conditional writes from as many processes and threads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench import throughput_worker
from bench.cpu import HOLDS, event
from bench.figures import Figure
from tests.support.builders import a_showtime, row_ids
from tests.support.packaged import workers
from tests.support.people import a_guest
from tests.support.world import World

PROCESSES, THREADS = 2, 8
ROUNDS = 3
WARM = 2 * PROCESSES * THREADS  # requests before the clock starts
ROWS, SEATS = 40, 20  # 400 holds of two a showtime


def figures(world: World, package: Path, environment: Mapping[str, str]) -> Iterator[Figure]:
    rates: dict[str, list[float]] = {"raw": [], "holds": [], "alone": []}
    for _ in range(ROUNDS):
        rates["raw"].append(_rate(world, package, environment, raw=True))
        rates["holds"].append(_rate(world, package, environment))
        rates["alone"].append(_rate(world, package, environment, limits=False))
    raw = median(rates["raw"])
    yield Figure("raw conditional writes a second", raw)
    yield Figure("holds of two a second", median(rates["holds"]))
    ratios = [held / each for held, each in zip(rates["holds"], rates["raw"], strict=True)]
    told = "runs " + ", ".join(f"{ratio:.2f}" for ratio in ratios)
    yield Figure("holds ÷ raw writes", median(ratios), at_least=0.6, note=told)
    without = [held / each for held, each in zip(rates["alone"], rates["raw"], strict=True)]
    yield Figure("the same without the hoarding counters", median(without))


def _rate(
    world: World, package: Path, environment: Mapping[str, str], *, raw: bool = False, limits: bool = True
) -> float:
    showtime = a_showtime(world, rows=ROWS, seats=SEATS)
    places = [(row, seat) for seat in range(1, SEATS, 2) for row in row_ids(ROWS)]
    events = [_raw() if raw else _hold(world, showtime.id, n, *place) for n, place in enumerate(places)]
    warm, events = events[:WARM], events[WARM:]
    told = [
        {
            "threads": THREADS,
            "warm": warm[n::PROCESSES],
            "events": events[n::PROCESSES],
            "limits": limits,
        }
        for n in range(PROCESSES)
    ]
    with workers(Path(throughput_worker.__file__), package, environment, told) as crowd:
        for each in crowd:
            each.tell("go")
        took = [json.loads(each.hear()) for each in crowd]
    return len(events) / float(max(took))


def _raw() -> dict[str, Any]:
    return {"raw": uuid.uuid4().hex}


def _hold(world: World, showtime_id: str, number: int, row: str, seat: int) -> dict[str, Any]:
    """Of a buyer and an address of its own: nobody holds more than the limits let them."""
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
        **a_guest(world),
    }
    body = {"seats": [{"seat": f"{row}-{seat}"}, {"seat": f"{row}-{seat + 1}"}]}
    made = event("POST", HOLDS, {"showtime_id": showtime_id}, body, headers)
    made["requestContext"]["identity"]["sourceIp"] = f"10.0.{number // 250}.{number % 250}"
    return made
