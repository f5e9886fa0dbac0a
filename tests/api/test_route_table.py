"""A package carries its routes as a table, so that a function starts without loading what no request asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.api import resources
from infra import route_table

ROOT = Path(__file__).parents[2]

STARTED = """
import json, sys
from pathlib import Path
from chalicelib.api import resources
resources.TABLE = Path(sys.argv[1])
from app import app
from tests.support.gateway import Gateway

def loaded():
    return [name for name in resources.MODULES if f"chalicelib.api.{name}" in sys.modules]

before = loaded()
answer = Gateway(app).handle("GET", "/v1/seating-plans/schema", "", {}, b"")
print(json.dumps([before, answer["statusCode"], loaded(), sorted(app.routes)]))
"""


def test_the_table_is_what_the_modules_declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "routes.json"
    route_table.write(path)
    monkeypatch.setattr(resources, "TABLE", path)

    assert resources.table() == resources.declared()
    assert [resources.load(route) for route in resources.table()] == resources.operations()


def test_a_function_starts_without_any_resource_and_loads_the_one_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "routes.json"
    route_table.write(path)

    script = (
        "from tests.support.world import ENVIRONMENT; import os; os.environ.update(ENVIRONMENT)" + STARTED
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    before, status, after, routes = json.loads(done.stdout.splitlines()[-1])
    assert (before, status) == ([], 200)
    assert "seating_plans" in after and "bookings" not in after
    assert len(routes) == len({operation.path for operation in resources.operations()})
