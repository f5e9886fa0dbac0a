"""A real endpoint for what moto can't show: atomic writes, IAM, and faults between the code and DynamoDB.

MATINEE_DYNAMODB_ENDPOINT names one that runs already (DynamoDB Local, or a real table's); otherwise ministack is
started once for the whole run of tests, on a free port, and stopped at its end.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from dev.local import children
from dev.local import cloud as local
from tests.support import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ELSEWHERE = "MATINEE_DYNAMODB_ENDPOINT"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cloud:
    """An endpoint, and what an SDK must be told to talk to it."""

    endpoint: str
    environment: Mapping[str, str]

    def client(self, service: str, **config: Any) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name=self.environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(**config),
        )

    def new_tables(self) -> dict[str, str]:
        """Three empty tables of their own names; what a function's environment calls them by is their key."""
        prefix = f"matinee-{os.getpid()}-{next(_numbers)}"
        names = {logical: f"{prefix}-{logical}" for logical in tables.LOGICAL}
        dynamodb: DynamoDBClient = self.client("dynamodb")
        tables.create(dynamodb, names)
        for name in names.values():
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return {f"{logical.upper()}_TABLE": name for logical, name in names.items()}

    def new_queue(self) -> str:
        """The URL of an empty queue."""
        name = f"matinee-{os.getpid()}-{next(_numbers)}"
        return str(self.client("sqs").create_queue(QueueName=name)["QueueUrl"])


@contextmanager
def a_cloud(*, enforce_iam: bool = False) -> Iterator[Cloud]:
    """A ministack of one's own."""
    state = Path(tempfile.mkdtemp(prefix="matinee-cloud-"))
    try:
        running = local.start(local.free_port(), state, enforce_iam=enforce_iam, keep=False)
        try:
            yield Cloud(running.endpoint, running.environment())
        finally:
            running.stop()
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """The one that this run of tests shares. Its tables are not: see new_tables."""
    elsewhere = os.environ.get(ELSEWHERE)
    if elsewhere:
        names = ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        told = {name: os.environ.get(name, "test") for name in names}
        yield Cloud(elsewhere, told | {"AWS_ENDPOINT_URL": elsewhere})
        return
    with a_cloud() as started:
        yield started


@dataclass(frozen=True, slots=True)
class Burst:
    """microburst: an endpoint that does what its rules say on the way to the cloud."""

    endpoint: str

    def rules(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Put these in place of all before, as microburst's README writes them. None: everything goes through."""
        self._call("POST", "rules", list(rules))

    def fired(self) -> list[dict[str, Any]]:
        """Every fault so far."""
        told: list[dict[str, Any]] = json.loads(self._call("GET", "fired"))
        return told

    def _call(self, method: str, path: str, body: object = None) -> bytes:
        data = json.dumps(body).encode() if body is not None else None
        url = f"{self.endpoint}/_microburst/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())


@contextmanager
def a_burst(cloud: Cloud) -> Iterator[Burst]:
    """A microburst in front of `cloud`, without rules."""
    logs = Path(tempfile.mkdtemp(prefix="matinee-burst-"))
    port = local.free_port()
    command = [str(local.BIN / "microburst"), "--upstream", cloud.endpoint, "--port", str(port)]
    command += ["--host", local.HOST]
    child = children.start("microburst", command, logs / "log", environment=dict(os.environ))
    try:
        burst = Burst(f"http://{local.HOST}:{port}")
        deadline = time.monotonic() + 120
        while not _answers(burst):
            child.check()
            assert time.monotonic() < deadline, f"microburst did not answer: {children.last_line(child.log)}"
            time.sleep(0.05)
        yield burst
    finally:
        child.stop()
        shutil.rmtree(logs, ignore_errors=True)


def _answers(burst: Burst) -> bool:
    try:
        burst._call("GET", "health")
    except OSError:
        return False
    return True
