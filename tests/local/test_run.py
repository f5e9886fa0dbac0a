"""make run, as a person meets it: it answers, it refuses in one line, it keeps data, it leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from dev.local import cloud
from dev.run import Options, Refused, _alone, main

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Only a failure waits so long: a busy machine takes its time.
TIMEOUT_S = 300


class Run:
    """One `make run`, without demo data. What it prints is read as it comes."""

    def __init__(self, state: Path, port: int, cloud_port: int) -> None:
        self.state, self.port, self.cloud_port = state, port, cloud_port
        told = {
            "STATE": str(state),
            "PORT": str(port),
            "CLOUD_PORT": str(cloud_port),
            "DEMO": "0",
            "FRESH": "",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.run"],
            cwd=cloud.ROOT,
            env={**os.environ, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.complained: list[str] = []
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            threading.Thread(target=lines.extend, args=(stream,), daemon=True)
            for lines, stream in ((self.said, self.process.stdout), (self.complained, self.process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def until_ready(self) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while not any("Ctrl-C" in line for line in self.said):
            assert self.process.poll() is None, self.complained
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def ended(self) -> int:
        """Its exit status, once it has ended by itself."""
        status = self.process.wait(TIMEOUT_S)
        for reader in self._readers:
            reader.join(TIMEOUT_S)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return status

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def children(self) -> dict[str, int]:
        """The processes it started, by the name of their program."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        found = [line.split(None, 1) for line in listed.stdout.splitlines()]
        return {
            name: int(pid) for name in ("ministack", "caddy") for pid, args in found if f"bin/{name}" in args
        }

    def left_behind(self) -> list[str]:
        """Command lines of processes that were started for this state folder, and still run."""
        listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True)
        return [line for line in listed.stdout.splitlines() if str(self.state) in line]

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=TIMEOUT_S) as answer:
            return answer.status, answer.read().decode()


@contextmanager
def a_run(state: Path, port: int | None = None, cloud_port: int | None = None) -> Iterator[Run]:
    run = Run(state, port or cloud.free_port(), cloud_port or cloud.free_port())
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()


@contextmanager
def a_listener() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_stopping_keeps_the_data_and_leaves_no_process(state: Path) -> None:
    with a_run(state) as first:
        first.until_ready()
        assert first.get("/api/health")[0] == 200
        assert "Outbox" in first.get("/outbox")[1]
        assert json.loads(first.get("/outbox/messages")[1]) == {"messages": {}}
        assert "<title>Matinee</title>" in first.get("/movies/any")[1]
        _put_into_accounts(first, "kept")
        assert first.stop() == 0
        assert first.complained == []
        assert first.left_behind() == []

    with a_run(state, first.port, first.cloud_port) as second:
        second.until_ready()
        assert _accounts_has(second, "kept")
        assert second.get("/api/health")[0] == 200


def test_interrupt_counts_where_a_shell_has_begun_us_to_ignore_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.getsignal(each) for each in told}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    monkeypatch.setenv("PORT", "none")
    try:
        assert main() == 1
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@pytest.mark.parametrize("which", ["PORT", "CLOUD_PORT"])
def test_taken_port_is_refused_in_one_line(state: Path, which: str) -> None:
    with a_listener() as taken:
        port = taken if which == "PORT" else cloud.free_port()
        cloud_port = taken if which == "CLOUD_PORT" else cloud.free_port()
        run = Run(state, port, cloud_port)
        assert run.ended() == 1
    assert len(run.complained) == 1
    assert f"port {taken} is taken" in run.complained[0]
    assert which in run.complained[0]
    assert run.left_behind() == []


@pytest.mark.parametrize(
    "ports", [{"PORT": "x"}, {"PORT": "70000"}, {"CLOUD_PORT": "-1"}, {"PORT": "8000", "CLOUD_PORT": "8000"}]
)
def test_port_that_is_none_is_refused(ports: dict[str, str]) -> None:
    with pytest.raises(Refused):
        Options.read([], ports)


def test_second_copy_and_dead_child_are_told_in_one_line(state: Path) -> None:
    with a_run(state) as run:
        run.until_ready()
        second = Run(state, cloud.free_port(), cloud.free_port())
        assert second.ended() == 1
        assert len(second.complained) == 1
        assert "running already" in second.complained[0]
        assert run.get("/api/health")[0] == 200

        os.kill(run.children()["caddy"], signal.SIGKILL)
        assert run.ended() == 1
        assert len(run.complained) == 1
        assert "the proxy ended with -9" in run.complained[0]
        assert run.left_behind() == []


def test_full_disk_is_refused_before_anything_starts(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    options = Options(cloud.free_port(), cloud.free_port(), state, fresh=False, demo=False, from_source=False)
    with pytest.raises(Refused, match="the disk is full: 1 MB"), _alone(options):
        pass


def test_killed_run_takes_its_children_along(state: Path) -> None:
    with a_run(state) as run:
        run.until_ready()
        run.process.kill()
        run.ended()
        deadline = time.monotonic() + TIMEOUT_S
        while run.left_behind():
            assert time.monotonic() < deadline, run.left_behind()
            time.sleep(0.1)


def _accounts(run: Run) -> tuple[DynamoDBClient, str]:
    session = boto3.session.Session("test", "test", region_name=cloud.REGION)
    dynamodb = session.client("dynamodb", endpoint_url=f"http://127.0.0.1:{run.cloud_port}")
    return dynamodb, next(name for name in dynamodb.list_tables()["TableNames"] if "Accounts" in name)


def _put_into_accounts(run: Run, what: str) -> None:
    dynamodb, table = _accounts(run)
    dynamodb.put_item(TableName=table, Item={"pk": {"S": what}, "sk": {"S": what}})


def _accounts_has(run: Run, what: str) -> bool:
    dynamodb, table = _accounts(run)
    return "Item" in dynamodb.get_item(TableName=table, Key={"pk": {"S": what}, "sk": {"S": what}})
