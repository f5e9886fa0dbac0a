"""Building the page: once for the same sources, and told in one line when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import web
from infra.build import BuildFailed

BUILDS = """#!/bin/sh
mkdir -p dist
echo built >> ../builds
echo page > dist/index.html
"""
FAILS = """#!/bin/sh
cat <<'SAID'
vite v8.3.8 building client environment for production...
transforming...
SAID
cat >&2 <<'SAID'
error during build:
Build failed with 1 error:

\x1b[31m[builtin:vite-transform] \x1b[0mUnexpected token
    \x1b[38;5;246m╭\x1b[0m\x1b[38;5;246m─\x1b[0m\x1b[38;5;246m[\x1b[0m src/main.ts:19:10 \x1b[38;5;246m]\x1b[0m
    at someone (parser.js:1)
SAID
exit 1
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as web/ is, with an npm that only counts its builds."""
    page = tmp_path / "web"
    for name in ("package.json", "src/App.vue", "src/seats.test.ts", "public/icon.svg"):
        (page / name).parent.mkdir(parents=True, exist_ok=True)
        (page / name).write_text("1")
    monkeypatch.setattr(web, "WEB", page)
    monkeypatch.setattr(web, "DIST", page / "dist")
    monkeypatch.setattr(web, "PROGRAMS", tmp_path / "bin")
    monkeypatch.setattr(web, "BUILD", tmp_path / "made")
    monkeypatch.setattr(web, "LOG", tmp_path / "made" / "web.log")
    monkeypatch.setattr(web, "_STAMP", tmp_path / "made" / "web.made-from")
    an_npm(page, BUILDS)
    return page


def an_npm(page: Path, script: str) -> None:
    npm = page.parent / "bin" / "npm"
    npm.parent.mkdir(exist_ok=True)
    npm.write_text(script)
    npm.chmod(0o755)


def counted(page: Path) -> int:
    return len((page.parent / "builds").read_text().splitlines())


def test_page_is_built_once_for_the_same_sources(page: Path) -> None:
    assert web.build() == page / "dist"
    web.build()
    assert counted(page) == 1


@pytest.mark.parametrize("name", ["package.json", "src/App.vue", "src/New.vue", "public/icon.svg"])
def test_page_is_built_again_when_a_source_changes(page: Path, name: str) -> None:
    web.build()
    (page / name).write_text("2")
    web.build()
    assert counted(page) == 2


def test_page_is_built_again_when_it_is_gone(page: Path) -> None:
    web.build()
    (page / "dist" / "index.html").unlink()
    web.build()
    assert counted(page) == 2


def test_changed_test_builds_nothing(page: Path) -> None:
    web.build()
    (page / "src" / "seats.test.ts").write_text("2")
    web.build()
    assert counted(page) == 1


def test_failed_build_is_told_in_one_line_and_tried_again(page: Path) -> None:
    an_npm(page, FAILS)
    with pytest.raises(BuildFailed) as failed:
        web.build()
    told, _, log = str(failed.value).partition(" (log: ")
    assert told == "the page could not be built: [builtin:vite-transform] Unexpected token src/main.ts:19:10"
    assert log == f"{web.LOG})"
    assert "transforming" in web.LOG.read_text()

    an_npm(page, BUILDS)
    web.build()
    assert counted(page) == 1


def test_missing_node_is_told_with_what_brings_it(page: Path) -> None:
    (page.parent / "bin" / "npm").unlink()
    with pytest.raises(BuildFailed, match="make env-node"):
        web.build()
