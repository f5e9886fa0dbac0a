"""A stack that can't be deployed says what failed first, and does not stand in the way of the next try."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.deploy import Bucket, DeployFailed, deploy
from tests.support.cloud import Cloud

FINE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}
BROKEN = {"Resources": {"Timeless": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "soon"}}}}


@pytest.fixture
def bucket(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    made = Bucket("matinee-test-artifacts")
    made.ensure()
    return made


def test_failed_stack_is_told_in_one_line_and_can_be_repaired(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(DeployFailed) as failed:
        deploy("broken", _template(bucket, tmp_path, BROKEN), {})
    assert "\n" not in str(failed.value)
    assert "broken" in str(failed.value)
    assert "Timeless" in str(failed.value)

    outputs = deploy("broken", _template(bucket, tmp_path, FINE), {})

    assert "broken" in outputs["Url"]


def test_deploying_the_same_again_changes_nothing(bucket: Bucket, tmp_path: Path) -> None:
    url = _template(bucket, tmp_path, FINE)
    assert deploy("same", url, {}) == deploy("same", url, {})


def _template(bucket: Bucket, folder: Path, content: Mapping[str, object]) -> str:
    path = folder / "template.json"
    path.write_text(json.dumps(content))
    return bucket.upload_template(path)
