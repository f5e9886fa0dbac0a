"""The browser tests of the page, against two Matinees of their own: python -m dev.e2e

They are brought up as by make run, with demo data, on ports and a state of their own, and stopped afterwards. In the
second one holds and payments last for seconds (SHORT_TIMES): there the tests of time wait for them to run out. What is
given on is for `npm run e2e`: BASE_URL and SHORT_TIMES_URL, where they answer, and CHROMIUM, the browser; arguments go
on too. With a BASE_URL given, none is brought up: they go to those that run there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.local import children, cloud
from infra import web
from infra.build import BUILD, BuildFailed

STATE = BUILD / "e2e"
# Long enough to press what is to be pressed on a busy machine. The provider's page is open for PAYMENT_SECONDS - 60; its
# late bank takes the money when the seats have been anybody's for LATE_SECONDS - 60.
SHORT_TIMES = {
    "HOLD_SECONDS": "40",
    "LONGEST_HOLD_SECONDS": "60",
    "PAYMENT_SECONDS": "90",
    "LATE_SECONDS": "95",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True)
class _Matinee:
    running: children.Child
    log: Path
    origin: str

    def ready(self) -> str:
        """Its origin, once it answers there. Raises Refused, children.ChildDied."""
        deadline = time.monotonic() + START_TIMEOUT_S
        # The last line of what it tells once it is ready.
        while "Ctrl-C stops it" not in self.log.read_text():
            self.running.check()
            if time.monotonic() > deadline:
                raise Refused(f"Matinee was not ready within {START_TIMEOUT_S} s (log: {self.log})")
            time.sleep(0.1)
        return self.origin


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
def _starting(ports: tuple[int, int], state: Path, times: Mapping[str, str]) -> Iterator[_Matinee]:
    """A Matinee that is on its way, while it runs."""
    log = state.with_suffix(".log")
    told = {
        "PORT": str(ports[0]),
        "CLOUD_PORT": str(ports[1]),
        "STATE": str(state),
        "FRESH": "1",
        "DEMO": "1",
    }
    running = children.start(
        "Matinee",
        [sys.executable, "-m", "dev.run"],
        log,
        environment={**os.environ, **dict.fromkeys(SHORT_TIMES, ""), **told, **times},
        directory=cloud.ROOT,
        grace_s=cloud.STOP_TIMEOUT_S,
    )
    try:
        yield _Matinee(running, log, f"http://{cloud.HOST}:{ports[0]}")
    finally:
        running.stop()


@contextmanager
def the_sites(state: Path, *, short_times: bool) -> Iterator[dict[str, str]]:
    """Origins by the names that npm's scripts are told them by: BASE_URL, and SHORT_TIMES_URL if it is wanted.

    Those of the environment, if it has a BASE_URL, else of Matinees that run meanwhile. Raises Refused.
    """
    wanted = {"BASE_URL", "SHORT_TIMES_URL"} if short_times else {"BASE_URL"}
    given = {name: os.environ[name] for name in wanted if os.environ.get(name)}
    if "BASE_URL" in given:
        yield given
        return
    BUILD.mkdir(exist_ok=True)
    with ExitStack() as running:
        started = {"BASE_URL": running.enter_context(_starting(_ports(), state, {}))}
        if short_times:
            short = state.with_name(f"{state.name}-short-times")
            started["SHORT_TIMES_URL"] = running.enter_context(_starting(_free_ports(), short, SHORT_TIMES))
        yield {name: each.ready() for name, each in started.items()}


@contextmanager
def the_site(state: Path) -> Iterator[str]:
    """The origin that BASE_URL names, else that of a Matinee of its own, while it runs. Raises Refused."""
    with the_sites(state, short_times=False) as origins:
        yield origins["BASE_URL"]


def _ports() -> tuple[int, int]:
    """PORT and CLOUD_PORT, where they are given."""
    port, cloud_port = _free_ports()
    return int(os.environ.get("PORT") or port), int(os.environ.get("CLOUD_PORT") or cloud_port)


def _free_ports() -> tuple[int, int]:
    return cloud.free_port(), cloud.free_port()


def drive(script: str, arguments: list[str], sites: AbstractContextManager[Mapping[str, str]]) -> int:
    """Run one of the page's scripts that drive a browser. Gives its exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        browser = chromium(os.environ)
        print(f"── Matinee for {browser}", flush=True)
        with sites as origins:
            print(f"── {script} on {', '.join(origins.values())}", flush=True)
            command = [*web.command_of("npm"), "--silent", "run", script, "--", *arguments]
            environment = {**web.environment(), **origins, "CHROMIUM": browser}
            return subprocess.run(command, cwd=web.WEB, env=environment).returncode
    except KeyboardInterrupt:
        return 130
    except (Refused, BuildFailed, children.ChildDied) as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(drive("e2e", sys.argv[1:], the_sites(STATE, short_times=True)))
