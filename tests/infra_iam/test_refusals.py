"""What the policies do not allow is refused: each function is tried with its own role's credentials."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dev.local.deployment import STAGE
from tests.support.deployed import Deployed

ROLES = {
    "api": "ApiHandlerRole",
    "recover": "RecoverRole",
    "mail_outbox": "MailOutboxRole",
    "mailer": "MailerRole",
}
KEY = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}


class Function:
    """Calls AWS as one of the functions would."""

    def __init__(self, deployed: Deployed, name: str) -> None:
        role = _resource(deployed, f"matinee-{STAGE}", ROLES[name])
        told = deployed.cloud.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::000000000000:role/{role}", RoleSessionName=name
        )["Credentials"]
        self.settings = deployed.settings
        self.ledger = _resource(deployed, "payments-sandbox", "Ledger")
        self._client = partial(
            boto3.client,
            endpoint_url=deployed.cloud.endpoint,
            region_name=deployed.settings["AWS_DEFAULT_REGION"],
            aws_access_key_id=told["AccessKeyId"],
            aws_secret_access_key=told["SecretAccessKey"],
            aws_session_token=told["SessionToken"],
        )

    def table(self, name: str) -> str:
        return self.ledger if name == "ledger" else self.settings[f"{name.upper()}_TABLE"]

    def get(self, table: str) -> None:
        self._client("dynamodb").get_item(TableName=self.table(table), Key=KEY)

    def put(self, table: str) -> None:
        self._client("dynamodb").put_item(TableName=self.table(table), Item=KEY)

    def query(self, table: str) -> None:
        self._client("dynamodb").query(
            TableName=self.table(table),
            KeyConditionExpression="pk = :value",
            ExpressionAttributeValues={":value": {"S": "nobody"}},
        )

    def get_many(self, table: str) -> None:
        self._client("dynamodb").batch_get_item(RequestItems={self.table(table): {"Keys": [KEY]}})

    def scan(self, table: str) -> None:
        self._client("dynamodb").scan(TableName=self.table(table), Limit=1)

    def query_index(self, table: str, index: str, key: str) -> None:
        self._client("dynamodb").query(
            TableName=self.table(table),
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": key},
            ExpressionAttributeValues={":value": {"S": "nobody"}},
        )

    def delete_table(self, table: str) -> None:
        self._client("dynamodb").delete_table(TableName=self.table(table))

    def order_mail(self) -> None:
        self._client("sqs").send_message(QueueUrl=self.settings["MAIL_QUEUE_URL"], MessageBody="{}")

    def take_mail(self) -> None:
        self._client("sqs").receive_message(QueueUrl=self.settings["MAIL_QUEUE_URL"], WaitTimeSeconds=0)

    def send_mail(self) -> None:
        self._client("ses").send_raw_email(
            Source=self.settings["MAIL_SENDER"],
            Destinations=["nobody@example.com"],
            RawMessage={"Data": b"To: nobody@example.com\r\nSubject: none\r\n\r\n"},
        )

    def read_keys(self) -> None:
        self._client("secretsmanager").get_secret_value(SecretId=self.settings["SECRET_ID"])

    def read_other_secret(self) -> None:
        self._client("secretsmanager").get_secret_value(SecretId="somebody-elses")

    def grant_itself(self) -> None:
        self._client("iam").put_role_policy(
            RoleName="any", PolicyName="more", PolicyDocument=json.dumps({"Statement": []})
        )


Call = Callable[[Function], None]


def call(method: str, *arguments: Any) -> Any:
    """A call, named in the test's id."""

    def make(function: Function) -> None:
        getattr(function, method)(*arguments)

    return pytest.param(make, id=" ".join([method, *arguments]))


# What no function may do.
NEVER = [
    call("get", "ledger"),
    call("put", "ledger"),
    call("delete_table", "sales"),
    call("read_other_secret"),
    call("grant_itself"),
    *(call("scan", table) for table in ("catalogue", "sales", "accounts", "ledger")),
]
ALLOWED = {
    "api": [
        call("get", "sales"),
        call("get_many", "catalogue"),
        call("order_mail"),
        call("query_index", "sales", "by_user", "customer"),
    ],
    "recover": [call("put", "sales"), call("query_index", "sales", "due", "due_shard"), call("read_keys")],
    "mail_outbox": [call("order_mail")],
    "mailer": [call("get", "sales"), call("put", "accounts"), call("take_mail")],
}
REFUSED = {
    "api": [
        call("take_mail"),
        call("send_mail"),
        call("query_index", "sales", "due", "due_shard"),
    ],
    "recover": [
        call("get", "accounts"),
        call("put", "accounts"),
        call("get_many", "sales"),
        call("query_index", "sales", "by_user", "customer"),
        call("send_mail"),
        call("take_mail"),
    ],
    "mail_outbox": [
        call("get", "catalogue"),
        call("get", "sales"),
        call("get", "accounts"),
        call("put", "sales"),
        call("read_keys"),
        call("take_mail"),
        call("send_mail"),
    ],
    "mailer": [
        call("query", "sales"),
        call("query", "catalogue"),
        call("put", "sales"),
        call("put", "catalogue"),
        call("order_mail"),
    ],
}


def _pairs(calls: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(name, *each.values, id=f"{name}: {each.id}")
        for name, those in calls.items()
        for each in those
    ]


@pytest.mark.parametrize(("name", "make"), _pairs(ALLOWED))
def test_function_may_do_its_work(deployed: Deployed, name: str, make: Call) -> None:
    make(Function(deployed, name))


@pytest.mark.parametrize(("name", "make"), _pairs({name: REFUSED[name] + NEVER for name in ROLES}))
def test_function_may_do_nothing_else(deployed: Deployed, name: str, make: Call) -> None:
    with pytest.raises(ClientError) as refused:
        make(Function(deployed, name))
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")


def _resource(deployed: Deployed, stack: str, logical: str) -> str:
    """The name that CloudFormation gave it."""
    told = deployed.cloud.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId=logical
    )
    return str(told["StackResourceDetail"]["PhysicalResourceId"])
