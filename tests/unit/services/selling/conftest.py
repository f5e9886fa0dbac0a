from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.customers import House, a_house
from tests.support.snapshots import Snapshot


@pytest.fixture(scope="module")
def prepared() -> Iterator[tuple[House, Snapshot]]:
    with a_house() as made:
        yield made, Snapshot(made.world)


@pytest.fixture
def house(prepared: tuple[House, Snapshot]) -> House:
    """Two rows, A and B, of six seats; three customers; half the price comes back to who cancels."""
    made, snapshot = prepared
    snapshot.restore()
    return made
