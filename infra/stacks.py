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
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.selling_times import USUAL, SellingTimes
from chalicelib.settings import SettingRefused, times_from, variables_of
from infra import keys, site, web
from infra.build import BuildFailed, Package, build
from infra.deploy import Bucket, DeployFailed, deploy, outputs_if_any
from infra.keys import Secret

HERE = Path(__file__).parent
# RFC 2606: a name that never is anybody's. Nobody knows the API yet that is told it.
UNKNOWN_SITE = "https://site.invalid"


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
    times: SellingTimes = USUAL


def deploy_data(bucket: Bucket, stage: str) -> dict[str, str]:
    """Tables and queues. Returns the stack's outputs."""
    return deploy(f"matinee-{stage}-data", bucket.upload_template(HERE / "data.yaml"), {})


def deploy_app(
    bucket: Bucket, package: Package, about: Surroundings, data: Mapping[str, str]
) -> dict[str, str]:
    """Functions, API, sources of events, alarms. Returns the stack's outputs."""
    bucket.upload(package.key, package.archive.read_bytes())
    times = variables_of(about.times)
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
            "HoldSeconds": times["HOLD_SECONDS"],
            "LongestHoldSeconds": times["LONGEST_HOLD_SECONDS"],
            "PaymentSeconds": times["PAYMENT_SECONDS"],
            "CodeBucket": bucket.name,
            "CodeKey": package.key,
        },
    )


def deploy_stage(stage: str) -> str:
    """Deploy a stage to the account and region of the SDK's environment. Returns what to tell."""
    named = _own_domain()
    sender = _setting("MAIL_SENDER")
    if not os.environ.get("SANDBOX"):
        _setting("PAYMENTS_URL")
    times = times_from(os.environ)
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = boto3.session.Session().region_name
    page, package = web.build(), build(os.environ.get("ARCHITECTURE"))
    bucket = Bucket(f"matinee-{stage}-{account}-{region}")
    bucket.ensure()
    secret = keys.ensure(f"matinee-{stage}")
    data = deploy_data(bucket, stage)

    def deploy_api(site_url: str) -> dict[str, str]:
        about = Surroundings(
            stage=stage,
            site_url=site_url,
            payments_url=_payments(bucket, stage, site_url, secret.document),
            mail_sender=sender,
            mail_identity=os.environ.get("MAIL_IDENTITY") or sender.rpartition("@")[2],
            secret=secret,
            alarm_topic=os.environ.get("ALARM_TOPIC", ""),
            times=times,
        )
        return deploy_app(bucket, package, about, data)

    # CloudFront names itself only once it is there, and it wants to know the API: a stage's first deployment without a
    # name of its own tells the API in a second pass.
    before = named.url or _known_site(stage) or UNKNOWN_SITE
    api = deploy_api(before)
    placed = site.deploy_stack(bucket, stage, api["EndpointURL"], secret, named.parameters | _site_settings())
    url = named.url or f"https://{placed['DomainName']}"
    if url != before:
        deploy_api(url)
    # The page comes last: it may ask for what the API has only just learnt.
    site.invalidate(placed["DistributionId"], site.upload(placed["Bucket"], page))
    told = f"matinee-{stage} is deployed: {url}"
    if named.url:
        told += f" (its name is to point to {placed['DomainName']})"
    return told


@dataclass(frozen=True, slots=True)
class OwnDomain:
    """A name of the stage's own, or none: then url is empty. `parameters` are the site's stack's."""

    url: str
    parameters: dict[str, str]


def _own_domain() -> OwnDomain:
    """Raises DeployFailed."""
    url, certificate = os.environ.get("SITE_URL", "").rstrip("/"), os.environ.get("CERTIFICATE", "")
    if bool(url) != bool(certificate):
        raise DeployFailed("SITE_URL and CERTIFICATE go together (docs/runbook.md, Deploying)")
    if not url:
        return OwnDomain("", {})
    host = urlsplit(url).netloc
    if url != f"https://{host}" or not host:
        raise DeployFailed(f"SITE_URL is an origin like https://tickets.example, not {url}")
    return OwnDomain(url, {"Domain": host, "Certificate": certificate})


def _known_site(stage: str) -> str:
    """Its address at CloudFront, if it was deployed before."""
    found = outputs_if_any(site.stack_name(stage)).get("DomainName")
    return f"https://{found}" if found else ""


def _site_settings() -> dict[str, str]:
    told = {"LogBucket": os.environ.get("LOG_BUCKET"), "PriceClass": os.environ.get("PRICE_CLASS")}
    return {name: value for name, value in told.items() if value}


def _payments(bucket: Bucket, stage: str, site_url: str, document: Mapping[str, Any]) -> str:
    if os.environ.get("SANDBOX"):
        return _sandbox(bucket, stage, site_url, document)
    return _setting("PAYMENTS_URL").rstrip("/")


def _sandbox(bucket: Bucket, stage: str, shop: str, document: Mapping[str, Any]) -> str:
    """Its pages stand under its own API, whose address is known once it is there: the second pass tells it."""
    from dev.payments.stack import deploy_provider

    stack = f"matinee-{stage}-payments-sandbox"
    url = (
        outputs_if_any(stack).get("ApiUrl") or deploy_provider(bucket, stack, shop, shop, document)["ApiUrl"]
    )
    return deploy_provider(bucket, stack, shop, url, document)["ApiUrl"]


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
    except (SettingRefused, DeployFailed, BuildFailed, BotoCoreError, ClientError) as failed:
        print(f"matinee: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
