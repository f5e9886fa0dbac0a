"""A showtime with many rows, so that no two tests of a module sell from the same one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.builders import a_showtime, row_ids
from tests.support.cloud import Cloud
from tests.support.races import a_real_world
from tests.support.selling import Box

ROWS = 80


@pytest.fixture(scope="module")
def box(cloud: Cloud) -> Iterator[Box]:
    with a_real_world(cloud) as world:
        showtime = a_showtime(world, rows=ROWS, seats=12, starts_in=timedelta(days=20))
        yield Box(world, showtime.id, world.wiring.catalogue.cinema(showtime.cinema_id))


@pytest.fixture(scope="module")
def rows() -> Iterator[str]:
    return iter(row_ids(ROWS))


@pytest.fixture
def row(rows: Iterator[str]) -> str:
    """A row that no other test sells from."""
    return next(rows)
