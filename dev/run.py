"""Matinee on this machine, whole: make run, and make dev.

    python -m dev.run             what would go to AWS, on the local cloud
    python -m dev.run --source    the API and the page from source instead, reloaded on save

PORT, CLOUD_PORT and STATE say where; FRESH=1 begins anew; DEMO=0 loads no demo data. HOLD_SECONDS, LONGEST_HOLD_SECONDS
and PAYMENT_SECONDS are the times of selling, LATE_SECONDS that of the sandbox's late bank. What was written is kept when
the run is stopped; a kill loses what came since its start.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.selling_times import USUAL, SellingTimes
from chalicelib.settings import SettingRefused, times_from
from dev.demo.logins import LOGINS, PASSWORD
from dev.local import children, cloud, deployment, front, page
from dev.payments.sessions import LATE
from infra.build import BuildFailed, build
from infra.deploy import DeployFailed

NEEDED_BYTES = 500_000_000
LAST_PORT = 65_535
LOOK_EVERY_S = 0.5
# The claims of a booking stand a minute longer than its session: a bank no later than that is not late.
LATE_S = range(61, 3601)
# A cold start of the packaged application, on a machine that has much else to do.
FIRST_ANSWER_S = 120


class Refused(Exception):
    """It can't run here and now. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class Options:
    port: int
    cloud_port: int
    state: Path
    fresh: bool
    demo: bool
    from_source: bool
    times: SellingTimes = USUAL
    late: timedelta = LATE

    @classmethod
    def read(cls, arguments: list[str], environment: Mapping[str, str]) -> Options:
        """Raises Refused."""
        try:
            port = int(environment.get("PORT") or 8000)
            cloud_port = int(environment.get("CLOUD_PORT") or 4566)
        except ValueError:
            raise Refused("PORT and CLOUD_PORT are numbers") from None
        if not (0 < port < LAST_PORT - 1 and 0 < cloud_port <= LAST_PORT and port != cloud_port):
            raise Refused(f"PORT and CLOUD_PORT are two numbers from 1 to {LAST_PORT}")
        state = cloud.ROOT / (environment.get("STATE") or ".state")
        fresh = environment.get("FRESH", "") not in ("", "0")
        demo = environment.get("DEMO", "") != "0"
        try:
            times = times_from(environment)
        except SettingRefused as refused:
            raise Refused(str(refused)) from None
        source = "--source" in arguments
        return cls(port, cloud_port, state, fresh, demo, source, times, _late(environment))


def _late(environment: Mapping[str, str]) -> timedelta:
    """Raises Refused."""
    said = environment.get("LATE_SECONDS") or str(int(LATE.total_seconds()))
    if not (said.isascii() and said.isdigit() and int(said) in LATE_S):
        raise Refused(f"LATE_SECONDS is a whole number from {LATE_S.start} to {LATE_S[-1]}, not {said!r}")
    return timedelta(seconds=int(said))


class Progress:
    """One line a step, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def tell(self, what: str) -> None:
        print(f"  {time.monotonic() - self._started:5.1f} s  {what}", flush=True)


def main() -> int:
    # A shell lets what a script begins in the background ignore SIGINT: said again, it counts there too.
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        run(Options.read(sys.argv[1:], os.environ))
    except KeyboardInterrupt:
        return 0
    except (Refused, BuildFailed, DeployFailed, cloud.NotLoaded, cloud.NotSaved) as failed:
        return _fail(str(failed))
    except (children.ChildDied, TimeoutError) as failed:
        return _fail(str(failed))
    except (BotoCoreError, ClientError) as failed:
        return _fail(f"the local cloud refused: {failed}")
    except OSError as failed:
        return _fail(f"{failed.filename or 'the disk'}: {failed.strerror or failed}")
    return 0


def run(options: Options) -> None:
    """Until Ctrl-C (KeyboardInterrupt), or until something fails."""
    progress = Progress()
    with ExitStack() as undo:
        undo.enter_context(_alone(options))
        site = f"http://{cloud.HOST}:{options.port}"
        logs = options.state / "logs"
        making = page.serve(_page_port(options), site) if options.from_source else page.build(logs)
        undo.callback(making.stop)
        running = _started_cloud(options, progress, undo)
        os.environ.update(running.environment())
        progress.tell("packaging the application, deploying its stacks, building the page")
        deployed = deployment.bring_up(running, options.port, build, options.times, options.late)
        settings = running.environment() | deployed.settings
        _write_environment(options.state, settings)
        routes = front.gateway_routes(
            options.port, running, deployed.api_id, deployed.payments_id, deployed.payments_stage
        )
        watched = [running.child]
        if options.from_source:
            server = _started_server(options, settings)
            undo.callback(server.stop)
            watched += [server, making]
            routes = front.served_from_source(routes, _server_port(options), _page_port(options))
        else:
            page.await_built(making, watched)
        progress.tell("starting the proxy")
        proxy = front.start(routes, options.state)
        undo.callback(proxy.stop)
        watched.append(proxy)
        if options.demo:
            progress.tell("looking after the demo data")
            _load_demo(options, settings, watched)
        _await_first_answer(options.port, watched)
        progress.tell("ready")
        print(_banner(options), flush=True)
        while True:
            for child in watched:
                child.check()
            time.sleep(LOOK_EVERY_S)


@contextmanager
def _alone(options: Options) -> Iterator[None]:
    """Raises Refused if a copy runs, a port is taken or the disk is full."""
    options.state.mkdir(parents=True, exist_ok=True)
    with (options.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"a copy is running already ({options.state}); stop it with Ctrl-C") from None
        ports = {"PORT": options.port, "CLOUD_PORT": options.cloud_port}
        if options.from_source:
            ports["PORT + 1"] = _server_port(options)
            ports["PORT + 2"] = _page_port(options)
        for name, port in ports.items():
            if cloud.is_taken(port):
                raise Refused(f"port {port} is taken; choose another: make run {name.split()[0]}=…")
        free = shutil.disk_usage(options.state).free
        if free < NEEDED_BYTES:
            raise Refused(
                f"the disk is full: {free / 1e6:.0f} MB are free at {options.state}, "
                f"{NEEDED_BYTES / 1e6:.0f} MB are needed"
            )
        if options.fresh:
            for entry in options.state.iterdir():
                if entry.name != "lock":
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        yield


def _started_cloud(options: Options, progress: Progress, undo: ExitStack) -> cloud.LocalCloud:
    killed = options.state / "running"
    if killed.exists():
        progress.tell("the last run was not stopped well: some of what it wrote may be lost")
    progress.tell("starting the local cloud")
    running = cloud.start(options.cloud_port, options.state, enforce_iam=True, keep=True)
    killed.touch()

    def stop() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        alive = running.child.process.poll() is None
        print("\n  stopping, keeping the data …" if alive else "", flush=True)
        running.stop()
        if alive:
            killed.unlink()

    undo.callback(stop)
    return running


def _started_server(options: Options, settings: Mapping[str, str]) -> children.Child:
    return children.start(
        "the API from source",
        [sys.executable, "-m", "dev.local.server", str(_server_port(options))],
        None,
        environment={**os.environ, **settings},
        directory=cloud.ROOT,
    )


def _server_port(options: Options) -> int:
    return options.port + 1


def _page_port(options: Options) -> int:
    return options.port + 2


def _load_demo(options: Options, settings: Mapping[str, str], watched: list[children.Child]) -> None:
    """Raises Refused with what it said last."""
    loader = children.start(
        "the loader of demo data",
        [sys.executable, "-m", "dev.demo.load"],
        options.state / "logs" / "demo.log",
        environment={**os.environ, **settings},
        directory=cloud.ROOT,
    )
    try:
        # Payments are told to the API: before it has begun, each of them would have another process of it begin.
        _await_first_answer(options.port, watched)
        while loader.process.poll() is None:
            for child in watched:
                child.check()
            time.sleep(0.1)
        if loader.process.returncode != 0:
            raise Refused(f"the demo data could not be loaded: {children.last_line(loader.log)}")
    finally:
        loader.stop()


def _await_first_answer(port: int, watched: list[children.Child]) -> None:
    """The first request pays for the cold start, and shows that it all hangs together."""
    deadline = time.monotonic() + FIRST_ANSWER_S
    for url in (f"http://{cloud.HOST}:{port}{path}" for path in ("/api/health", "/")):
        while not _answers(url, deadline):
            for child in watched:
                child.check()
            time.sleep(0.2)


def _answers(url: str, deadline: float) -> bool:
    """Raises Refused after the deadline."""
    try:
        with urllib.request.urlopen(url, timeout=FIRST_ANSWER_S):  # nosec B310
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        if time.monotonic() > deadline:
            raise Refused(f"{url} does not answer: {error}") from None
        return False


def _write_environment(state: Path, settings: Mapping[str, str]) -> None:
    """For commands beside it: make admin, and a shell with `. .state/environment`."""
    lines = [f"export {name}='{value}'\n" for name, value in sorted(settings.items())]
    (state / "environment").write_text("".join(lines))


def _banner(options: Options) -> str:
    site = f"http://{cloud.HOST}:{options.port}"
    urls = {
        "Matinee": site,
        "API documents": f"{site}/api/docs",
        "mail outbox": f"{site}/outbox",
        "sandbox payments": f"{site}/pay/…  (each check-out names its page)",
        "AWS": f"http://{cloud.HOST}:{options.cloud_port}  (. {options.state}/environment)",
    }
    lines = [f"  {name:<17} {url}" for name, url in urls.items()]
    people = [f"  {login.email:<32} {login.what}" for login in LOGINS]
    log_ins = ["", f"  Log-ins, password {PASSWORD}", *people] if options.demo else []
    return "\n".join(["", *lines, *log_ins, "", "  Ctrl-C stops it and keeps the data.", ""])


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _fail(why: str) -> int:
    print(f"matinee: {' '.join(why.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
