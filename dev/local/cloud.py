"""The local cloud: ministack, in the environment `.venvs/cloud`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from dev.local import children

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venvs" / "cloud" / "bin"
HOST = "127.0.0.1"
REGION = "eu-west-1"
ACCOUNT = "000000000000"
START_TIMEOUT_S = 120
# It writes all its state when it stops.
STOP_TIMEOUT_S = 60
# Below what Linux and macOS give to outgoing calls: such a port may be taken by the time somebody listens on it.
FREE_PORTS = range(20_000, 32_000)
# What a process needs of ours: functions inherit the cloud's environment, and must not see more than on AWS.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running ministack; `state` is its folder."""

    child: children.Child
    port: int
    state: Path

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def environment(self) -> dict[str, str]:
        """What an AWS SDK needs to talk to it as the owner of the account."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }

    def stop(self) -> None:
        """Raises NotSaved."""
        self.child.stop()
        shutil.rmtree(self.state / "tmp", ignore_errors=True)
        lost = _said(self.state, ("failed to save",))
        if lost:
            raise NotSaved(f"not everything was saved in {self.state}: {lost}")


class NotSaved(Exception):
    """Some of the state was not written when the cloud stopped. Its text is one line for people."""


class NotLoaded(Exception):
    """Some of the state that the last run left can't be read. Its text is one line for people."""


def start(port: int, state: Path, *, enforce_iam: bool, keep: bool) -> LocalCloud:
    """Start it and wait until it answers. `keep` saves its state in `state` when it stops.

    Raises children.ChildDied, NotLoaded or TimeoutError.
    """
    # What a run that was killed left unpacked.
    shutil.rmtree(state / "tmp", ignore_errors=True)
    forget_stream_positions(state / "cloud")
    for folder in (state / "tmp", state / "cloud", state / "s3"):
        folder.mkdir(parents=True, exist_ok=True)
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {
        "AUTH": "true" if enforce_iam else "false",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PERSIST_STATE": "1" if keep else "0",
        "STATE_DIR": str(state / "cloud"),
        "S3_PERSIST": "1" if keep else "0",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(state / "tmp"),
        "LOG_LEVEL": "WARNING",
        # Functions are unpacked anew by each process: keep their processes for as long as a person looks around.
        "LAMBDA_WARM_TTL_SECONDS": "3600",
        "PYTHONUNBUFFERED": "1",
    }
    child = children.start(
        "the local cloud",
        [str(BIN / "ministack")],
        _log(state),
        environment=environment,
        directory=state,
        grace_s=STOP_TIMEOUT_S,
    )
    cloud = LocalCloud(child, port, state)
    try:
        _wait_until_ready(cloud)
        damaged = _said(state, ("failed to load", "refusing to load"))
        if damaged:
            raise NotLoaded(f"what the last run left in {state} can't be read: {damaged}")
    except BaseException:
        child.stop()
        raise
    return cloud


def forget_stream_positions(kept: Path) -> None:
    """Let the readers of streams begin at their beginning.

    The engine keeps how far they have read and forgets the streams: readers would skip as many new records as they had
    read of the old ones, and no mail about a booking would go out. What can't be read is told of by the engine itself.
    """
    path = kept / "lambda.json"
    try:
        state = json.loads(path.read_text())
        positions = state["payload"]["dynamodb_stream_positions"]["data"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    if positions:
        positions.clear()
        path.write_text(json.dumps(state))


def _wait_until_ready(cloud: LocalCloud) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        cloud.child.check()
        try:
            with urllib.request.urlopen(f"{cloud.endpoint}/_ministack/ready", timeout=2) as answer:  # nosec B310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"the local cloud did not answer within {START_TIMEOUT_S} s (log: {cloud.child.log})"
            )
        time.sleep(0.05)


def _log(state: Path) -> Path:
    return state / "logs" / "cloud.log"


def _said(state: Path, words: tuple[str, ...]) -> str:
    """The first line of its log that has one of the words, or nothing."""
    lines = _log(state).read_text(errors="replace").splitlines()
    return next((line.strip() for line in lines if any(word in line for word in words)), "")


def free_port() -> int:
    """A port that nobody listens on now, and no outgoing call will be given."""
    while True:
        port = secrets.choice(FREE_PORTS)
        if not is_taken(port):
            return port


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
