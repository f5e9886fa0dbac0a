"""A stack that can't be deployed says what failed first, and does not stand in the way of the next try."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import boto3
import pytest

from infra import keys, site, stacks, web
from infra.deploy import Bucket, DeployFailed, deploy, outputs
from tests.support.cloud import Cloud

FINE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}
BROKEN = {"Resources": {"Timeless": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "soon"}}}}
SETTINGS = {"MAIL_SENDER": "office@tickets.example", "SANDBOX": "1"}
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/1b2c"


@pytest.fixture
def bucket(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("SITE_URL", "CERTIFICATE", "MAIL_SENDER", "PAYMENTS_URL", "SANDBOX"):
        monkeypatch.delenv(name, raising=False)
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


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is deployed instead of web/dist."""
    dist = tmp_path / "dist"
    for name in ("index.html", "assets/main-1.js", "posters/a.svg"):
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(name)
    monkeypatch.setattr(web, "build", lambda: dist)
    return dist


def test_a_stage_is_deployed_with_page_and_sandbox_and_tells_its_settings(
    bucket: Bucket, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    told = stacks.deploy_stage("staging")
    environment = stacks.environment("staging")

    placed = outputs(site.stack_name("staging"))
    url = f"https://{placed['DomainName']}"
    assert told == f"matinee-staging is deployed: {url}"
    assert "export STAGE=staging" in environment
    assert f"export SITE_URL={url}\n" in environment
    assert re.search(r"export PAYMENTS_URL=https://\w+\.execute-api\.[^ ]+/sandbox", environment)
    index = boto3.client("s3").get_object(Bucket=placed["Bucket"], Key="index.html")
    assert index["Body"].read() == b"index.html"
    assert (index["ContentType"], index["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")

    # Again, and with another page: only what changed goes up, and the older parts stay.
    (page / "assets" / "main-1.js").rename(page / "assets" / "main-2.js")
    (page / "index.html").write_text("another")
    assert stacks.deploy_stage("staging") == told
    invalidated = boto3.client("cloudfront").list_invalidations(DistributionId=placed["DistributionId"])
    listed = boto3.client("s3").list_objects_v2(Bucket=placed["Bucket"])["Contents"]
    assert {each["Key"] for each in listed} == {
        "index.html",
        "assets/main-1.js",
        "assets/main-2.js",
        "posters/a.svg",
    }
    assert invalidated["InvalidationList"]["Quantity"] == 2


def test_a_stage_with_a_name_of_its_own_is_deployed_under_it(
    bucket: Bucket, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"SITE_URL": "https://tickets.example/", "CERTIFICATE": CERTIFICATE}
    for name, value in (SETTINGS | named).items():
        monkeypatch.setenv(name, value)

    told = stacks.deploy_stage("named")

    placed = outputs(site.stack_name("named"))
    assert "https://tickets.example " in told
    assert placed["DomainName"] in told
    assert "export SITE_URL=https://tickets.example\n" in stacks.environment("named")
    distribution = boto3.client("cloudfront").get_distribution(Id=placed["DistributionId"])["Distribution"]
    config = distribution["DistributionConfig"]
    assert config["Aliases"]["Items"] == ["tickets.example"]
    origins = {origin["Id"]: origin for origin in config["Origins"]["Items"]}
    key = keys.ensure("matinee-named").document["edge_key"]
    assert origins["api"]["CustomHeaders"]["Items"] == [{"HeaderName": "Edge-Key", "HeaderValue": key}]
    assert re.fullmatch(r"\w+\.execute-api\.[^/]+", origins["api"]["DomainName"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "set MAIL_SENDER (docs/runbook.md, Deploying)"),
        ({"MAIL_SENDER": "a@b.example"}, "set PAYMENTS_URL (docs/runbook.md, Deploying)"),
        (SETTINGS | {"SITE_URL": "https://tickets.example"}, "SITE_URL and CERTIFICATE go together"),
        (SETTINGS | {"SITE_URL": "http://a.example/x", "CERTIFICATE": CERTIFICATE}, "SITE_URL is an origin"),
    ],
)
def test_a_stage_is_not_deployed_without_its_settings(
    bucket: Bucket,
    page: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: Mapping[str, str],
    told: str,
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert stacks.main(["deploy", "never"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"matinee: {told}")
    assert said.count("\n") == 1


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
