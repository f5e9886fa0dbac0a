"""What make check and make test tell at their end."""

from __future__ import annotations

import sys

import pytest

from dev.checks import Report


def test_what_is_left_out_is_told_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.run("fine", [sys.executable, "-c", ""])
    report.leave_out("make e2e")

    assert report.tell() == 0
    assert "left out: make e2e" in capsys.readouterr().out


def test_one_failure_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.run("broken", [sys.executable, "-c", "raise SystemExit(1)"])
    report.run("fine", [sys.executable, "-c", ""])

    assert report.tell() == 1
    assert "FAILED broken" in capsys.readouterr().out
