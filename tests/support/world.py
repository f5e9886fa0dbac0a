"""A whole box office inside one test: moto's cloud, a clock that stands, chance that repeats, a provider in process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws
from moto.ses.models import ses_backends

from chalicelib import wiring as wiring_module
from chalicelib.gateways.secrets import Secrets
from chalicelib.settings import Settings
from chalicelib.stores import tables as store_tables
from chalicelib.wiring import Wiring
from dev.payments.in_process import InProcessPayments
from tests.support import secret, tables
from tests.support.api import Api
from tests.support.chance import START, FrozenClock, SeededIds

if TYPE_CHECKING:
    from datetime import datetime

ACCOUNT = "123456789012"
REGION = "eu-west-1"
SENDER = "box-office@matinee.example"
NAMES = {logical: f"matinee-test-{logical}" for logical in tables.LOGICAL}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "STAGE": "test",
    "CATALOGUE_TABLE": NAMES["catalogue"],
    "SALES_TABLE": NAMES["sales"],
    "ACCOUNTS_TABLE": NAMES["accounts"],
    "SECRET_ID": "matinee-test",
    "SITE_URL": "http://127.0.0.1:8000",
    "PAYMENTS_URL": "http://sandbox.example",
    "MAIL_QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/matinee-test-mail",
    "MAIL_SENDER": SENDER,
    "POWERTOOLS_SERVICE_NAME": "matinee",
}


@dataclass
class World:
    wiring: Wiring
    clock: FrozenClock
    payments: InProcessPayments
    seed: int

    @cached_property
    def api(self) -> Api:
        from app import app

        return Api(app, self.seed)

    def queued_mail(self) -> list[dict[str, Any]]:
        """Take everything off the mail queue."""
        taken: list[dict[str, Any]] = []
        while (
            batch := _client("sqs")
            .receive_message(QueueUrl=ENVIRONMENT["MAIL_QUEUE_URL"], MaxNumberOfMessages=10)
            .get("Messages")
        ):
            for message in batch:
                _client("sqs").delete_message(
                    QueueUrl=ENVIRONMENT["MAIL_QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"]
                )
                taken.append(json.loads(message["Body"]))
        return taken

    def sent_mail(self) -> list[Any]:
        """What SES was given to send, in order: moto's messages."""
        return list(ses_backends[ACCOUNT][REGION].sent_messages)


@contextmanager
def a_world(*, now: datetime = START, seed: int = 0) -> Iterator[World]:
    """Empty tables, an empty mail queue, and the wiring in place for whatever asks for it. One thread only."""
    with environment(ENVIRONMENT), mock_aws(config={"core": {"mock_credentials": False}}):
        store_tables.forget_clients()
        tables.create(_client("dynamodb"), NAMES)
        _client("sqs").create_queue(QueueName="matinee-test-mail")
        _client("ses").verify_email_identity(EmailAddress=SENDER)
        clock = FrozenClock(now)
        payments = InProcessPayments(clock, secret.DOCUMENT["payments_webhook_secret"])
        wiring = Wiring(Settings.from_environment(), clock, SeededIds(seed, clock))
        wiring.secrets = Secrets(secret.DOCUMENT)
        wiring.payments = payments
        wiring_module.use(wiring)
        try:
            yield World(wiring, clock, payments, seed)
        finally:
            wiring_module.use(None)
            store_tables.forget_clients()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These variables, while it lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@lru_cache
def _client(service: str) -> Any:
    """Making a client costs more than a test does; moto's clients serve every world."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
