"""The page on a phone with a slow processor: web/e2e/figures.tool.ts, in headless Chromium, against a Matinee of its own.

With BASE_URL, against the one that runs there.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from bench.figures import Figure
from dev.e2e import chromium, the_site
from infra import web
from infra.build import BUILD

STATE = BUILD / "bench"


def figures() -> Iterator[Figure]:
    """Raises dev.e2e.Refused if there is no Chromium, and subprocess.CalledProcessError if the page can't be measured."""
    browser = chromium(os.environ)
    with the_site(STATE) as site:
        found = _measured(site, browser)
    yield _seconds(found, "front page, first content", "front_contentful_ms")
    yield _seconds(found, "front page, largest content", "front_largest_ms")
    yield _seconds(found, "1,000 seats, from the visit to visible", "room_visible_ms", at_most=1.0)
    yield _seconds(found, "1,000 seats, from the touch of a showtime to visible", "room_opened_ms")
    yield _milliseconds(found, "touch that brings them nearer, to paint", "room_nearer_ms")
    yield _milliseconds(found, "touch that picks a seat, to paint", "pick_ms", at_most=50)


def _measured(site: str, browser: str) -> Mapping[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "figures.json"
        subprocess.run(
            [*web.command_of("npm"), "--silent", "run", "figures"],
            cwd=web.WEB,
            env={**web.environment(), "BASE_URL": site, "CHROMIUM": browser, "FIGURES": str(told)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        found: Mapping[str, list[float]] = json.loads(told.read_text())
    return found


def _seconds(found: Mapping[str, list[float]], name: str, key: str, at_most: float | None = None) -> Figure:
    values = [value / 1000 for value in found[key]]
    return Figure(name, median(values), at_most, note=f"s, {min(values):.2f} to {max(values):.2f}")


def _milliseconds(
    found: Mapping[str, list[float]], name: str, key: str, at_most: float | None = None
) -> Figure:
    values = found[key]
    return Figure(
        name, median(values), at_most, note=f"ms, {min(values):.0f} to {max(values):.0f}, of {len(values)}"
    )
