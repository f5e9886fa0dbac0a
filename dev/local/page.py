"""The page, for make run and make dev: built beside everything else that starts, or served from source by vite."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dev.local import children, cloud
from infra import web
from infra.build import BuildFailed

LOOK_EVERY_S = 0.05


def build(logs: Path) -> children.Child:
    """A process of its own: it can be ended at any time, like everything else that make run starts."""
    return children.start(
        "the build of the page",
        [sys.executable, "-m", "infra.web"],
        logs / "page.log",
        environment=os.environ,
        directory=cloud.ROOT,
    )


def await_built(building: children.Child, watched: Sequence[children.Child]) -> None:
    """Raises BuildFailed, or ChildDied for one of those that are watched meanwhile."""
    while building.process.poll() is None:
        for child in watched:
            child.check()
        time.sleep(LOOK_EVERY_S)
    if building.process.returncode != 0:
        raise BuildFailed(children.last_line(building.log).removeprefix("matinee: "))


def serve(port: int, site: str) -> children.Child:
    """Vite's own server, which makes the page piece by piece and again when a source is saved.

    `site` is the origin that has the API. Raises BuildFailed.
    """
    vite = web.command_of("vite")
    told = ["--host", cloud.HOST, "--port", str(port), "--strictPort", "--clearScreen", "false"]
    return children.start(
        "the page from source",
        [*vite, *told, "--logLevel", "warn"],
        None,
        environment={**web.environment(), "API_ORIGIN": site},
        directory=web.WEB,
        grace_s=5,
    )
