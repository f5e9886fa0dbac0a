from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.domain.showtimes import Showtime
from tests.support.builders import a_showtime
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


@pytest.fixture
def showtime(world: World) -> Showtime:
    """Three rows, A to C, of ten seats."""
    return a_showtime(world, rows=3, seats=10)
