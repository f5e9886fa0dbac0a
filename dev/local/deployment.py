"""Matinee on the local cloud: the stacks that go to AWS, and the sandbox payment provider beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import boto3

from chalicelib.domain.selling_times import USUAL, SellingTimes
from chalicelib.settings import variables_of
from dev.local.cloud import HOST, LocalCloud
from dev.payments.sessions import LATE
from dev.payments.stack import deploy_provider
from infra import keys, stacks
from infra.build import Package
from infra.deploy import Bucket

STAGE = "local"
SENDER = "box-office@matinee.example"
PROVIDER = "payments-sandbox"


@dataclass(frozen=True, slots=True)
class Deployment:
    """`settings` are the environment that functions run in."""

    api_id: str
    payments_id: str
    payments_stage: str
    settings: dict[str, str]


def bring_up(
    cloud: LocalCloud,
    port: int,
    package: Callable[[], Package],
    times: SellingTimes = USUAL,
    late: timedelta = LATE,
) -> Deployment:
    """Create or update everything. The SDK's environment must be the cloud's. `package` may take its time.

    `late` is how long after a session's end the sandbox's late bank takes the money.

    Raises infra.deploy.DeployFailed, infra.build.BuildFailed.
    """
    site = f"http://{HOST}:{port}"
    bucket = Bucket("matinee-local-artifacts")
    bucket.ensure()
    boto3.client("ses").verify_email_identity(EmailAddress=SENDER)
    secret = keys.ensure(f"matinee-{STAGE}")
    with ThreadPoolExecutor(3) as side_by_side:
        packaging = side_by_side.submit(package)
        data_stack = side_by_side.submit(stacks.deploy_data, bucket, STAGE)
        payments_stack = side_by_side.submit(
            deploy_provider, bucket, PROVIDER, site, site, secret.document, late
        )
        data, payments = data_stack.result(), payments_stack.result()
        about = stacks.Surroundings(
            stage=STAGE,
            site_url=site,
            payments_url=f"{cloud.endpoint}/_aws/execute-api/{payments['ApiId']}/{payments['StageName']}",
            mail_sender=SENDER,
            mail_identity=SENDER,
            secret=secret,
            times=times,
        )
        app = stacks.deploy_app(bucket, packaging.result(), about, data)
    _let_mail_out()
    return Deployment(
        api_id=app["ApiId"],
        payments_id=payments["ApiId"],
        payments_stage=payments["StageName"],
        settings={
            "STAGE": STAGE,
            "CATALOGUE_TABLE": data["CatalogueTableName"],
            "SALES_TABLE": data["SalesTableName"],
            "ACCOUNTS_TABLE": data["AccountsTableName"],
            "SECRET_ID": secret.arn,
            "SITE_URL": about.site_url,
            "PAYMENTS_URL": about.payments_url,
            "MAIL_QUEUE_URL": data["MailQueueUrl"],
            "MAIL_SENDER": SENDER,
            **variables_of(times),
        },
    )


def _let_mail_out() -> None:
    """ministack checks every sending of mail against the resource `*`, whatever identity it names.

    The policy that goes to AWS names the identity; only here the mailer gets this beside it.
    """
    role = boto3.client("cloudformation").describe_stack_resource(
        StackName=f"matinee-{STAGE}", LogicalResourceId="MailerRole"
    )["StackResourceDetail"]["PhysicalResourceId"]
    statement = {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}
    boto3.client("iam").put_role_policy(
        RoleName=role,
        PolicyName="mail-on-ministack",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
