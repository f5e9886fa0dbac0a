"""The stacks of Matinee and how they follow from one another.

python -m infra.stacks deploy STAGE         to AWS; docs/runbook.md names its settings
python -m infra.stacks environment STAGE    prints what commands like dev.admin need, for a shell to read
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import keys
from infra.build import BuildFailed, Package, build
from infra.deploy import Bucket, DeployFailed, deploy
from infra.keys import Secret

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a stage needs to be told. `site_url` is the origin that customers see; the API is under its /api."""

    stage: str
    site_url: str
    payments_url: str
    mail_sender: str
    mail_identity: str
    secret: Secret
    alarm_topic: str = ""


def deploy_data(bucket: Bucket, stage: str) -> dict[str, str]:
    """Tables and queues. Returns the stack's outputs."""
    return deploy(f"matinee-{stage}-data", bucket.upload_template(HERE / "data.yaml"), {})


def deploy_app(
    bucket: Bucket, package: Package, about: Surroundings, data: Mapping[str, str]
) -> dict[str, str]:
    """Functions, API, sources of events, alarms. Returns the stack's outputs."""
    bucket.upload(package.key, package.archive.read_bytes())
    return deploy(
        f"matinee-{about.stage}",
        bucket.upload_template(package.template),
        {
            "CatalogueTable": data["CatalogueTableName"],
            "SalesTable": data["SalesTableName"],
            "SalesStreamArn": data["SalesStreamArn"],
            "AccountsTable": data["AccountsTableName"],
            "MailQueueUrl": data["MailQueueUrl"],
            "MailQueueArn": data["MailQueueArn"],
            "MailDeadLettersName": data["MailDeadLettersName"],
            "OutboxDeadLettersName": data["OutboxDeadLettersName"],
            "OutboxDeadLettersArn": data["OutboxDeadLettersArn"],
            "SecretArn": about.secret.arn,
            "SecretVersion": about.secret.version,
            "Stage": about.stage,
            "SiteUrl": about.site_url,
            "PaymentsUrl": about.payments_url,
            "MailSender": about.mail_sender,
            "MailIdentity": about.mail_identity,
            "AlarmTopic": about.alarm_topic,
            "CodeBucket": bucket.name,
            "CodeKey": package.key,
        },
    )


def deploy_stage(stage: str) -> str:
    """Deploy a stage to the account and region of the SDK's environment. Returns what to tell."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = boto3.session.Session().region_name
    site, sender = _setting("SITE_URL").rstrip("/"), _setting("MAIL_SENDER")
    package = build(os.environ.get("ARCHITECTURE"))
    bucket = Bucket(f"matinee-{stage}-{account}-{region}")
    bucket.ensure()
    secret = keys.ensure(f"matinee-{stage}")
    if os.environ.get("SANDBOX"):
        payments = _sandbox(bucket, stage, site, secret.document)
    else:
        payments = _setting("PAYMENTS_URL").rstrip("/")
    about = Surroundings(
        stage=stage,
        site_url=site,
        payments_url=payments,
        mail_sender=sender,
        mail_identity=os.environ.get("MAIL_IDENTITY") or sender.rpartition("@")[2],
        secret=secret,
        alarm_topic=os.environ.get("ALARM_TOPIC", ""),
    )
    app = deploy_app(bucket, package, about, deploy_data(bucket, stage))
    return f"matinee-{stage} is deployed; its API answers under {app['EndpointURL']}"


def _sandbox(bucket: Bucket, stage: str, site: str, document: Mapping[str, Any]) -> str:
    """Its pages stand under its own API, whose address is known once it is there: the second pass tells it."""
    from dev.payments.stack import deploy_provider

    stack = f"matinee-{stage}-payments-sandbox"
    url = deploy_provider(bucket, stack, site, site, document)["ApiUrl"]
    return deploy_provider(bucket, stack, site, url, document)["ApiUrl"]


def environment(stage: str) -> str:
    """The settings of a deployed stage as lines of a shell."""
    api = boto3.client("lambda").get_function_configuration(FunctionName=f"matinee-{stage}-api")
    settings = api["Environment"]["Variables"]
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in sorted(settings.items()))


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise DeployFailed(f"set {name} (docs/runbook.md, Deploying)")
    return value


def main(arguments: list[str]) -> int:
    commands = {"deploy": deploy_stage, "environment": environment}
    if len(arguments) != 2 or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(commands[arguments[0]](arguments[1]))
    except (DeployFailed, BuildFailed, BotoCoreError, ClientError) as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
