"""A stack that can't be deployed says what failed first, and does not stand in the way of the next try."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import boto3
import pytest

from infra import keys, stacks
from infra.deploy import Bucket, DeployFailed, deploy
from tests.support.cloud import Cloud

FINE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}
BROKEN = {"Resources": {"Timeless": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "soon"}}}}
SETTINGS = {"SITE_URL": "https://tickets.example/", "MAIL_SENDER": "office@tickets.example", "SANDBOX": "1"}


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


def test_a_stage_is_deployed_with_its_sandbox_and_tells_its_settings(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    told = stacks.deploy_stage("staging")
    environment = stacks.environment("staging")

    assert "https://" in told
    assert "export STAGE=staging" in environment
    assert "export SITE_URL=https://tickets.example" in environment
    assert re.search(r"export PAYMENTS_URL=https://\w+\.execute-api\.[^ ]+/sandbox", environment)


def test_a_stage_is_not_deployed_without_its_settings(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    assert stacks.main(["deploy", "staging"]) == 1
    assert capsys.readouterr().err == "matinee: set SITE_URL (docs/runbook.md, Deploying)\n"


def test_keys_of_a_stage_stay_and_new_kinds_are_added(bucket: Bucket) -> None:
    first = keys.ensure("matinee-old")
    older = {name: key for name, key in first.document.items() if name != "edge_key"}
    boto3.client("secretsmanager").put_secret_value(SecretId=first.arn, SecretString=json.dumps(older))

    second = keys.ensure("matinee-old")
    third = keys.ensure("matinee-old")

    assert {name: second.document[name] for name in older} == older
    assert second.document["edge_key"]
    assert second.version != first.version
    assert third == second


def _template(bucket: Bucket, folder: Path, content: Mapping[str, object]) -> str:
    path = folder / "template.json"
    path.write_text(json.dumps(content))
    return bucket.upload_template(path)
