"""The job of every minute."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chalicelib.jobs.recover import recover
from tests.support.world import World, a_world


def replace_services(world: World, bookings: object, showtimes: object) -> None:
    vars(world.wiring).update(
        selling=SimpleNamespace(recover=bookings), showtimes=SimpleNamespace(resume_unfinished=showtimes)
    )


class TestRecover:
    def test_runs_over_an_empty_box_office(self) -> None:
        with a_world():
            recover({}, None)

    def test_fault_among_the_bookings_does_not_keep_showtimes_from_being_finished(self) -> None:
        done: list[str] = []

        def broken() -> None:
            raise LookupError("a booking without its plan")

        with a_world() as world:
            replace_services(world, broken, lambda: done.append("showtimes"))

            with pytest.raises(LookupError):
                recover({}, None)

        assert done == ["showtimes"]
