"""The browser tests of the page, against a Matinee of their own: python -m dev.e2e

It is brought up as by make run, with demo data, on ports and a state of its own, and stopped afterwards. What is given
on is for `npm run e2e`: BASE_URL, where it answers, and CHROMIUM, the browser; arguments go on too. With a BASE_URL
given, none is brought up: they go to the one that runs there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dev.local import children, cloud
from infra import web
from infra.build import BUILD, BuildFailed

STATE = BUILD / "e2e"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_TIMEOUT_S = 180


class Refused(Exception):
    """The tests can't be run here. Its text is one line for people."""


def chromium(environment: Mapping[str, str]) -> str:
    """The browser: the one that CHROMIUM names, else the first that is installed. Raises Refused."""
    named = environment.get("CHROMIUM")
    for name in (named,) if named else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    if named:
        raise Refused(f"CHROMIUM names {named}, which can't be run")
    raise Refused(
        f"there is no Chromium (looked for {', '.join(BROWSERS)}); install one, or name it: CHROMIUM=…"
    )


@contextmanager
def a_matinee(port: int, cloud_port: int, state: Path) -> Iterator[str]:
    """Its origin, while it runs. Raises Refused if it does not come up."""
    log = state.with_suffix(".log")
    told = {"PORT": str(port), "CLOUD_PORT": str(cloud_port), "STATE": str(state), "FRESH": "1", "DEMO": "1"}
    running = children.start(
        "Matinee",
        [sys.executable, "-m", "dev.run"],
        log,
        environment={**os.environ, **told},
        directory=cloud.ROOT,
        grace_s=cloud.STOP_TIMEOUT_S,
    )
    try:
        _await_ready(running, log)
        yield f"http://{cloud.HOST}:{port}"
    finally:
        running.stop()


@contextmanager
def the_site(state: Path) -> Iterator[str]:
    """The origin that BASE_URL names, else that of a Matinee of its own, while it runs. Raises Refused."""
    running = os.environ.get("BASE_URL")
    if running:
        yield running
        return
    port = int(os.environ.get("PORT") or cloud.free_port())
    cloud_port = int(os.environ.get("CLOUD_PORT") or cloud.free_port())
    BUILD.mkdir(exist_ok=True)
    with a_matinee(port, cloud_port, state) as site:
        yield site


def _await_ready(running: children.Child, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    # The last line of what it tells once it is ready.
    while "Ctrl-C stops it" not in log.read_text():
        running.check()
        if time.monotonic() > deadline:
            raise Refused(f"Matinee was not ready within {START_TIMEOUT_S} s (log: {log})")
        time.sleep(0.1)


def _driven(script: str, site: str, browser: str, arguments: list[str]) -> int:
    command = [*web.command_of("npm"), "--silent", "run", script, "--", *arguments]
    environment = {**web.environment(), "BASE_URL": site, "CHROMIUM": browser}
    return subprocess.run(command, cwd=web.WEB, env=environment).returncode


def drive(script: str, state: Path, arguments: list[str]) -> int:
    """Run one of the page's scripts that drive a browser. Gives its exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        browser = chromium(os.environ)
        print(f"── Matinee for {browser}", flush=True)
        with the_site(state) as site:
            print(f"── {script} on {site}", flush=True)
            return _driven(script, site, browser, arguments)
    except KeyboardInterrupt:
        return 130
    except (Refused, BuildFailed, children.ChildDied) as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(drive("e2e", STATE, sys.argv[1:]))
