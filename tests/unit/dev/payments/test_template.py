"""What is deployed: an archive that needs boto3 alone, and roles that reach nothing but the provider's own."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.payments import bundle
from tests.support.payments import template

RESOURCES: dict[str, Any] = template()["Resources"]
FUNCTIONS = [name for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::Function"]


def statements() -> Iterator[dict[str, Any]]:
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"]["Policies"]:
                yield from policy["PolicyDocument"]["Statement"]


def test_the_functions_import_without_the_box_office(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(bundle.archive()))
    archive.extractall(tmp_path)
    program = (
        "import sys, payments.functions; "
        "sys.exit(any(name.split('.')[0] in ('chalicelib', 'pydantic', 'chalice') for name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert run.returncode == 0


def test_the_same_sources_make_the_same_archive() -> None:
    assert bundle.object_key(bundle.archive()) == bundle.object_key(bundle.archive())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_named_in_the_template_exists(name: str) -> None:
    module, handler = RESOURCES[name]["Properties"]["Handler"].rsplit(".", 1)
    path = f"{module.replace('.', '/')}.py"
    source = zipfile.ZipFile(io.BytesIO(bundle.archive())).read(path).decode()
    assert f"def {handler}(event" in source


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [RESOURCES[name]["Properties"]["Role"]["GetAtt"] for name in FUNCTIONS]
    assert len(set(roles)) == len(FUNCTIONS) == 2


def test_no_role_may_do_everything_or_reach_everything() -> None:
    for statement in statements():
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not any("*" in action for action in actions)
        assert not any(action.split(":")[1] in ("DeleteItem", "UpdateItem", "Scan") for action in actions)
        resource = statement["Resource"]
        assert resource != "*"
        text = str(next(iter(resource.values())))
        assert "*" not in text or (text.endswith(":*") and ":log-group:/aws/lambda/" in text)
