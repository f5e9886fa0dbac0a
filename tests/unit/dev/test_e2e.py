"""Which browser drives the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import e2e


def a_browser(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def only_these(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_browser_that_is_named_comes_before_any_that_is_found(tmp_path: Path) -> None:
    a_browser(tmp_path, "chromium")
    named = a_browser(tmp_path, "my-chromium")
    assert e2e.chromium({"CHROMIUM": str(named)}) == str(named)


@pytest.mark.parametrize("name", e2e.BROWSERS)
def test_any_chromium_that_is_installed_will_do(tmp_path: Path, name: str) -> None:
    installed = a_browser(tmp_path, name)
    assert e2e.chromium({"CHROMIUM": ""}) == str(installed)


def test_missing_browser_is_told_with_what_to_do() -> None:
    with pytest.raises(e2e.Refused, match=r"there is no Chromium .* CHROMIUM="):
        e2e.chromium({})


def test_named_browser_that_is_missing_is_not_replaced_by_another(tmp_path: Path) -> None:
    a_browser(tmp_path, "chromium")
    with pytest.raises(e2e.Refused, match="CHROMIUM names gone"):
        e2e.chromium({"CHROMIUM": "gone"})
