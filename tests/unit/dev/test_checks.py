"""What make check and make test run, and what they tell at their end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dev.checks import Report, Step

# Ends well only if the other one has begun as well.
MEETS = """
import pathlib, sys, time
own, other = map(pathlib.Path, sys.argv[1:])
print("before", flush=True)
own.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other one was not started meanwhile"
    time.sleep(0.01)
print("after", flush=True)
"""


def test_what_is_left_out_is_told_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.run(_step("fine"))
    report.leave_out("make e2e")

    assert report.tell() == 0
    assert "left out: make e2e" in capsys.readouterr().out


def test_one_failure_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.run(_step("broken", "raise SystemExit(1)"))
    report.run(_step("fine"))

    assert report.tell() == 1
    assert "FAILED broken" in capsys.readouterr().out


def test_one_failure_side_by_side_fails_the_whole_and_stops_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report()
    report.run_side_by_side(
        [_step("broken", "raise SystemExit(1)"), _step("after it")], [_step("beside it", "print('so it is')")]
    )

    assert report.tell() == 1
    told = capsys.readouterr().out
    assert [name for name, _, _ in report.shares] == ["broken", "after it", "beside it"]
    assert [fine for _, _, fine in report.shares] == [False, True, True]
    assert "FAILED broken" in told and "── beside it\nso it is\n" in told


def test_chains_run_side_by_side_and_what_each_step_says_is_told_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    report = Report(at_a_time=2)

    report.run_side_by_side([_step("one", MEETS, one, other)], [_step("other", MEETS, other, one)])

    assert report.tell() == 0
    told = capsys.readouterr().out
    assert "── one\nbefore\nafter\n" in told
    assert "── other\nbefore\nafter\n" in told


def test_step_of_a_chain_finds_what_the_one_before_has_made(tmp_path: Path) -> None:
    made = str(tmp_path / "made")
    report = Report(at_a_time=2)

    report.run_side_by_side(
        [
            _step("makes", "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", made),
            _step("needs", "import pathlib, sys; sys.exit(not pathlib.Path(sys.argv[1]).exists())", made),
        ]
    )

    assert report.tell() == 0


def test_bytecode_is_kept_wherever_the_environment_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asks = "import sys; sys.exit(sys.dont_write_bytecode)"
    report = Report()

    report.run(_step("alone", asks))
    report.run_side_by_side([_step("side by side", asks)])

    assert report.tell() == 0


def _step(name: str, code: str = "", *arguments: str) -> Step:
    return Step(name, [sys.executable, "-c", code, *arguments])
