"""Races: calls that begin at the same moment, each in a thread of its own, on a real endpoint."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

from chalicelib import wiring as wiring_module
from chalicelib.gateways.secrets import Secrets
from chalicelib.settings import Settings
from chalicelib.stores import tables
from chalicelib.wiring import Wiring
from dev.payments.in_process import InProcessPayments
from tests.support import secret
from tests.support.chance import FrozenClock, SeededIds
from tests.support.meeting import PATIENCE_S
from tests.support.world import ENVIRONMENT, World, environment

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

T = TypeVar("T")

# A busy machine is no lost reply: only what a test breaks is broken.
TIMEOUTS = {"CONNECT_TIMEOUT_S": 60, "READ_TIMEOUT_S": 60}


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """What each call gave or raised, in the order of `calls`. None begins before all are ready."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(timeout=PATIENCE_S)
        try:
            return call()
        except Exception as error:  # noqa: BLE001  # each loser's error is what the test looks at
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@dataclass
class RealWorld(World):
    """A box office on a real endpoint."""

    cloud: Cloud
    queue_url: str

    def queued_mail(self) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []
        queue = self.cloud.client("sqs")
        while batch := queue.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                queue.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(json.loads(message["Body"]))
        return taken


@contextmanager
def a_real_world(cloud: Cloud, more: Mapping[str, str] | None = None) -> Iterator[RealWorld]:
    """A box office on the real endpoint, with tables and a queue of its own and a clock that stands."""
    queue_url = cloud.new_queue()
    variables = {**ENVIRONMENT, **cloud.environment, **cloud.new_tables()}
    variables |= {"MAIL_QUEUE_URL": queue_url, "AWS_ENDPOINT_URL": cloud.endpoint, **(more or {})}
    with environment(variables), patch.dict(vars(tables), TIMEOUTS):
        tables.forget_clients()
        clock = FrozenClock()
        wiring = Wiring(Settings.from_environment(), clock, SeededIds(0, clock))
        wiring.secrets = Secrets(secret.DOCUMENT)
        wiring.payments = InProcessPayments(clock, secret.DOCUMENT["payments_webhook_secret"])
        wiring_module.use(wiring)
        try:
            yield RealWorld(wiring, clock, wiring.payments, 0, cloud, queue_url)
        finally:
            wiring_module.use(None)
            tables.forget_clients()
