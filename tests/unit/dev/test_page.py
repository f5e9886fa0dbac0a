"""make run and the build of the page beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dev.local import children, page
from infra.build import BuildFailed


def a_process(log: Path, script: str) -> children.Child:
    return children.start("a build", [sys.executable, "-c", script], log, environment=os.environ)


def test_failed_build_ends_the_run_in_its_own_words(tmp_path: Path) -> None:
    building = a_process(
        tmp_path / "log", "import sys; sys.exit('matinee: the page could not be built: why')"
    )
    with pytest.raises(BuildFailed, match=r"^the page could not be built: why$"):
        page.await_built(building, [])


def test_build_that_is_through_is_waited_for_and_no_longer(tmp_path: Path) -> None:
    building = a_process(tmp_path / "log", "print('built')")
    page.await_built(building, [])
    assert building.process.returncode == 0


def test_what_dies_meanwhile_is_noticed(tmp_path: Path) -> None:
    dead = a_process(tmp_path / "dead", "import sys; sys.exit('no room')")
    dead.process.wait()
    building = a_process(tmp_path / "log", "import time; time.sleep(60)")
    try:
        with pytest.raises(children.ChildDied, match="no room"):
            page.await_built(building, [dead])
    finally:
        building.stop()
