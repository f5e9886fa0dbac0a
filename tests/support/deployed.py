"""Matinee as make run brings it up: packaged, deployed, IAM enforced, behind its proxy. Empty, without demo data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.local import cloud as local
from dev.local import deployment, front
from tests.support.cloud import Cloud
from tests.support.packaged import package
from tests.support.world import environment


@dataclass(frozen=True, slots=True)
class Deployed:
    """`settings` are the environment that its functions run in."""

    site: str
    cloud: Cloud
    settings: dict[str, str]

    def complaints(self) -> list[str]:
        """What its functions have logged as errors, and what IAM refused them."""
        logs = self.cloud.client("logs")
        told: list[str] = []
        for group in logs.describe_log_groups()["logGroups"]:
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
                if '"level":"ERROR"' in event["message"] or "AccessDenied" in event["message"]:
                    told.append(f"{group['logGroupName']}: {event['message']}")
        return told

    @contextmanager
    def explained(self) -> Iterator[None]:
        """A failure inside is told with what the functions had to say."""
        try:
            yield
        except AssertionError as error:
            for line in self.complaints()[-5:]:
                error.add_note(line[:3000])
            raise


@contextmanager
def a_deployment() -> Iterator[Deployed]:
    state = Path(tempfile.mkdtemp(prefix="matinee-deployed-"))
    port = local.free_port()
    try:
        running = local.start(local.free_port(), state, enforce_iam=True, keep=False)
        try:
            told = running.environment()
            with environment(told):
                made = deployment.bring_up(running, port, package)
            routes = front.gateway_routes(port, running, made.api_id, made.payments_id, made.payments_stage)
            proxy = front.start(routes, state)
            try:
                site = f"http://{local.HOST}:{port}"
                yield Deployed(site, Cloud(running.endpoint, told), told | made.settings)
            finally:
                proxy.stop()
        finally:
            running.stop()
    finally:
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    """The one that this run of tests shares."""
    with a_deployment() as made:
        yield made
