"""What holds for every test: hypothesis profiles, and one thread only while moto stands in for AWS."""

from __future__ import annotations

import gc
import os
import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import quick_moto
from tests.support.cloud import cloud as cloud
from tests.support.deployed import deployed as deployed

quick_moto.install()

# Many small things come and go beside a big heap that stays, of libraries, their models and the API's document: Python
# would look through all of it again and again, for a quarter of the time that generated requests take.
gc.set_threshold(50_000, 20, 100)

_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=_SLOW_IS_FINE)
# CI repeats itself, so that a change is judged by what it changed; every other run looks somewhere new.
_IN_CI = bool(os.environ.get("CI"))
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    suppress_health_check=_SLOW_IS_FINE,
    print_blob=True,
    derandomize=_IN_CI,
)
settings.register_profile(
    "proof",
    max_examples=1000,
    deadline=None,
    suppress_health_check=_SLOW_IS_FINE,
    print_blob=True,
    derandomize=_IN_CI,
)
settings.load_profile("proof" if os.environ.get("PROOF") else "ci" if os.environ.get("CI") else "dev")


# The environment hands it on to the processes that share the tests.
SEED = int(
    os.environ.setdefault(
        "REQUESTS_SEED", os.environ.get("SEED") or ("1" if _IN_CI else str(secrets.randbelow(2**32)))
    )
)
"""Of requests made from the document; SEED= repeats a run."""


def pytest_report_header() -> str:
    return f"generated requests: SEED={SEED}"


class SecondThread(AssertionError):
    """moto is not atomic: two conditional writes from two threads both win, so such a test proves nothing."""


def _moto_is_on() -> bool:
    from moto.core.models import botocore_stubber

    return bool(botocore_stubber.enabled)


@pytest.fixture(autouse=True)
def one_thread_on_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fails a test that starts a second thread while moto stands in for AWS, even if the code swallows the error."""
    started: list[str] = []
    start = threading.Thread.start

    def guarded(thread: threading.Thread, *args: Any, **kwargs: Any) -> None:
        if _moto_is_on():
            started.append(thread.name)
            raise SecondThread(f"{thread.name} was started while moto is on; use the real endpoint")
        start(thread, *args, **kwargs)

    monkeypatch.setattr(threading.Thread, "start", guarded)
    yield started
    if started:
        raise SecondThread(f"threads were started while moto is on: {', '.join(started)}")
