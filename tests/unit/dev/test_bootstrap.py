"""Which Node the page is built with: the machine's if it fits, else one from PyPI."""

from __future__ import annotations

from pathlib import Path

import pytest

from dev import bootstrap


def a_node(folder: Path, version: str) -> str:
    """A door to the Node of that version, as version managers have them."""
    path = folder / "node"
    path.write_text(f"#!/bin/sh\necho {version}/opt/node/bin/node\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.13.1", "v24.0.0", "v26.1.0"])
def test_node_that_fits_is_taken_past_its_door(tmp_path: Path, version: str) -> None:
    assert bootstrap._fitting_node(a_node(tmp_path, version)) == "/opt/node/bin/node"


@pytest.mark.parametrize("version", ["v18.20.0", "v20.18.3", "v21.7.0", "v22.12.0", "v23.11.0", "mystery"])
def test_node_that_vite_or_eslint_refuse_is_not_taken(tmp_path: Path, version: str) -> None:
    assert bootstrap._fitting_node(a_node(tmp_path, version)) is None


def test_machine_without_node_has_none_that_fits() -> None:
    assert bootstrap._fitting_node(None) is None
