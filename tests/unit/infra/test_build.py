"""The archive that goes to Lambda."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import build as building
from infra.build import BUILD, SERVICES, BuildFailed, build
from tests.support.packaged import package


def test_same_sources_make_the_same_archive() -> None:
    assert package().key == build().key


def test_archive_holds_every_library_that_the_functions_import(tmp_path: Path) -> None:
    with zipfile.ZipFile(package().archive) as bundle:
        bundle.extractall(tmp_path)
    # -I and -S: nothing but the archive and the standard library.
    load = "import sys; sys.path.insert(0, sys.argv[1]); import app, importlib; "
    load += "[importlib.import_module(n) for n in json.loads(sys.argv[2])]"
    modules = ["chalicelib.gateways.mail_templates", "chalicelib.gateways.passwords", "idna", "cryptography"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import json; {load}", str(tmp_path), json.dumps(modules)],
        capture_output=True,
        text=True,
        env={"AWS_DEFAULT_REGION": "eu-west-1", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr


def test_every_module_is_compiled_and_only_called_services_are_described() -> None:
    with zipfile.ZipFile(package().archive) as bundle:
        names = bundle.namelist()
    assert len(names) == len(set(names))
    compiled = {name for name in names if name.endswith(".pyc")}
    version = f"{sys.version_info.major}{sys.version_info.minor}"
    for name in names:
        if name.startswith("chalicelib/") and name.endswith(".py"):
            folder, _, module = name.removesuffix(".py").rpartition("/")
            assert f"{folder}/__pycache__/{module}.cpython-{version}.pyc" in compiled
    described = {
        name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2
    }
    assert described == set(SERVICES)


def test_no_tool_goes_to_lambda() -> None:
    with zipfile.ZipFile(package().archive) as bundle:
        top = {name.split("/")[0] for name in bundle.namelist()}
    assert not top & {"pip", "setuptools", "moto", "hypothesis", "pytest", "mypy", "tests", "dev", "infra"}


def test_code_that_does_not_load_fails_the_build_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text(
        (building.ROOT / ".chalice" / "config.json").read_text()
    )
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "app.yaml").write_text((building.ROOT / "infra" / "app.yaml").read_text())
    (tmp_path / "app.py").write_text("import nothing_of_this_name\n")
    monkeypatch.setattr(building, "ROOT", tmp_path)
    with pytest.raises(BuildFailed, match="nothing_of_this_name") as failed:
        build()
    assert "\n" not in str(failed.value)
    monkeypatch.undo()
    assert BUILD.exists()
