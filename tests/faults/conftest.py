from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.cloud import Burst, Cloud, a_burst


@pytest.fixture(scope="module")
def burst(cloud: Cloud) -> Iterator[Burst]:
    with a_burst(cloud) as burst:
        yield burst
