"""The frame around every job."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.jobs.job import Record, Run, in_parts, job
from chalicelib.observability import logger
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


class TestJob:
    def test_hands_in_the_event_the_wiring_and_the_time_left(self, world: World) -> None:
        seen: list[Any] = []

        @job
        def look(event: dict[str, Any], run: Run) -> str:
            seen.extend([event, run.wiring, run.seconds_left()])
            return "done"

        result = look({"a": 1}, SimpleNamespace(get_remaining_time_in_millis=lambda: 1500))

        assert result == "done"
        assert seen == [{"a": 1}, world.wiring, 1.5]

    def test_keeps_the_name_that_lambda_finds_it_by(self) -> None:
        @job
        def sweep(event: dict[str, Any], run: Run) -> None:
            """Sweeps."""

        assert (sweep.__name__, sweep.__doc__) == ("sweep", "Sweeps.")

    @pytest.mark.usefixtures("world")
    def test_fault_goes_on_to_lambda_and_leaves_no_trace_in_the_next_runs_logs(self) -> None:
        @job
        def broken(event: dict[str, Any], run: Run) -> None:
            raise LookupError("nothing there")

        with pytest.raises(LookupError):
            broken({}, SimpleNamespace(aws_request_id="r-1"))

        assert "job" not in logger.get_current_keys()


class TestInParts:
    @staticmethod
    def records() -> list[Record]:
        return [Record(name, {}) for name in "abc"]

    @staticmethod
    def fail_on_b(record: Record) -> None:
        if record.id == "b":
            raise ValueError("b")

    def test_one_failure_in_a_queue_leaves_the_others_done(self) -> None:
        done: list[str] = []

        def handle(record: Record) -> None:
            self.fail_on_b(record)
            done.append(record.id)

        result = in_parts(self.records(), handle, ordered=False)

        assert result == {"batchItemFailures": [{"itemIdentifier": "b"}]}
        assert done == ["a", "c"]

    def test_first_failure_in_a_stream_ends_the_batch_there(self) -> None:
        tried: list[str] = []

        def handle(record: Record) -> None:
            tried.append(record.id)
            self.fail_on_b(record)

        result = in_parts(self.records(), handle, ordered=True)

        assert result == {"batchItemFailures": [{"itemIdentifier": "b"}]}
        assert tried == ["a", "b"]
