"""The provider's two functions: `api` answers HTTP; `deliver` carries notices, by queue and each minute."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .api import Api
from .courier import Courier
from .dynamo import DynamoLedger
from .provider import Busy, Provider, UnknownKey
from .sessions import Session, next_due

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)

# What is due sooner than the schedule surely comes round goes by the queue; the schedule finds all else.
HORIZON = timedelta(seconds=90)
SWEEP = 200
STOP_BEFORE_END_MS = 15_000

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def api(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    return _api()(event)


def deliver(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Work on the sessions named by the queue's messages, or on all that is due when the schedule calls."""
    if "Records" in event:
        failures = []
        for record in event["Records"]:
            if not _work(json.loads(record["body"])["key"]):
                failures.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failures}
    for key in _provider().due(SWEEP):
        if context.get_remaining_time_in_millis() < STOP_BEFORE_END_MS:
            break
        _work(key)
    return {}


def _work(key: str) -> bool:
    try:
        _nudge(key, _courier().work(key))
    except UnknownKey:
        log.error("no session has the key %s", key)
    except Busy:
        return False
    return True


def _nudge(key: str, due_at: datetime | None) -> None:
    if due_at is None:
        return
    wait = due_at - SystemClock().now()
    if wait > HORIZON:
        return
    try:
        _queue().send_message(
            QueueUrl=os.environ["QUEUE_URL"],
            MessageBody=json.dumps({"key": key}),
            # Rounded up: a message that comes a moment too early does nothing.
            DelaySeconds=max(0, int(wait.total_seconds() + 1)),
        )
    except (ClientError, BotoCoreError):
        log.warning("the queue took no message for %s; the schedule will find it", key, exc_info=True)


def _nudge_changed(session: Session) -> None:
    _nudge(session.key, next_due(session))


def _send(headers: Mapping[str, str], body: bytes) -> bool:
    try:
        answer = _http().request("POST", os.environ["WEBHOOK_URL"], body=body, headers=dict(headers))
    except urllib3.exceptions.HTTPError as error:
        log.warning("the shop does not answer: %s", error)
        return False
    if not 200 <= answer.status < 300:
        log.warning("the shop answered %s to %s", answer.status, headers["webhook-id"])
        return False
    return True


@cache
def _api() -> Api:
    late = timedelta(seconds=int(os.environ["LATE_SECONDS"]))
    provider = Provider(_ledger(), SystemClock(), _new_id, changed=_nudge_changed, late=late)
    return Api(provider, os.environ["API_KEY"], os.environ["PUBLIC_URL"])


@cache
def _provider() -> Provider:
    return Provider(_ledger(), SystemClock(), _new_id)


@cache
def _courier() -> Courier:
    return Courier(_provider(), SystemClock(), os.environ["WEBHOOK_SECRET"], _send)


@cache
def _ledger() -> DynamoLedger:
    return DynamoLedger(boto3.client("dynamodb", config=_CONFIG), os.environ["TABLE"])


@cache
def _queue() -> SQSClient:
    return boto3.client("sqs", config=_CONFIG)


@cache
def _http() -> urllib3.PoolManager:
    # A redirect would carry a signed notice to somewhere nobody agreed on.
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=10), retries=False)


def _new_id() -> str:
    return "ps_" + secrets.token_hex(16)
