"""Requests to DynamoDB, sent to the byte as botocore sends them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError

from chalicelib.stores import requesting, tables

WRITE = {
    "TableName": "sales",
    "Key": {"pk": {"S": "S#1"}, "sk": {"S": "R#Ä"}},
    "UpdateExpression": "SET claims.#12 = :m",
    "ExpressionAttributeNames": {"#12": "12"},
    "ExpressionAttributeValues": {":m": {"N": "1763769600148151623420"}},
}
SENT_ALONE = {"user-agent", "amz-sdk-invocation-id", "amz-sdk-request"}
"""botocore tells of itself; neither signs it."""


class _Raw:
    def stream(self, **_: object) -> list[bytes]:
        return [b"{}"]


def sent(client: Any, operation: str, request: dict[str, Any], *, refused: int = 0) -> list[Any]:
    """What goes over the wire, attempt by attempt, the first `refused` of which are answered by 500."""
    requests: list[Any] = []

    def answer(request: Any, **_: object) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 500 if len(requests) <= refused else 200, HTTPHeaders(), _Raw())

    client.meta.events.register("before-send.dynamodb", answer)
    try:
        getattr(client, operation)(**request)
    finally:
        client.meta.events.unregister("before-send.dynamodb", answer)
    return requests


def told(request: Any) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return {
        "method": request.method,
        "url": request.url,
        "body": request.body,
        "headers": {name: value for name, value in headers.items() if name not in SENT_ALONE},
    }


@pytest.fixture(autouse=True)
def a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a function, and a clock that stands."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("time.sleep", lambda _: None)
    for module in ("botocore.auth", "chalicelib.stores.requesting"):
        monkeypatch.setattr(
            f"{module}.get_current_datetime", lambda: datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
        )
    tables.forget_clients()
    requesting._signing_key.cache_clear()


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("update_item", WRITE),
        ("get_item", {"TableName": "sales", "Key": WRITE["Key"], "ConsistentRead": True}),
        ("transact_write_items", {"TransactItems": [{"Update": WRITE}], "ClientRequestToken": "t"}),
        ("list_tables", {}),
    ],
)
@pytest.mark.parametrize("token", ["", "AQoDYXdzEPT//////////wEXAMPLE"])
def test_request_is_the_one_that_botocore_sends(
    monkeypatch: pytest.MonkeyPatch, operation: str, request_: dict[str, Any], token: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    [theirs] = sent(boto3.Session().client("dynamodb"), operation, dict(request_))

    monkeypatch.setattr(SigV4Auth, "add_auth", None)
    [ours] = sent(tables.client(), operation, dict(request_))

    assert told(ours) == told(theirs)


@pytest.mark.parametrize(
    "region", ["us-east-1", "ap-south-1", "eu-central-2", "us-gov-west-1", "cn-north-1", "mx-central-1"]
)
def test_request_goes_to_the_endpoint_of_its_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    [theirs] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)

    [ours] = sent(tables.client(), "update_item", WRITE)

    assert told(ours) == told(theirs)


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:4566", "http://localhost:80/", "https://ddb.example:443", "http://[::1]:8000"],
)
def test_request_goes_to_the_endpoint_that_is_told(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    [theirs] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)

    [ours] = sent(tables.client(), "update_item", WRITE)

    assert told(ours) == told(theirs)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
@pytest.mark.parametrize("wish", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_request_goes_to_the_kind_of_endpoint_that_is_wished_for(
    monkeypatch: pytest.MonkeyPatch, region: str, wish: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    [plain] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)
    monkeypatch.setenv(wish, "true")
    [theirs] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)

    [ours] = sent(tables.client(), "update_item", WRITE)

    assert told(ours) == told(theirs)
    assert told(ours) != told(plain)


def test_request_is_signed_by_the_credentials_of_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    [before] = sent(tables.client(), "update_item", WRITE)
    # The same client, and the same day: only who signs is another.
    renewed = ReadOnlyCredentials("AKIDRENEWED", "another secret", "another token")
    monkeypatch.setattr("botocore.credentials.Credentials.get_frozen_credentials", lambda _: renewed)
    [theirs] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)

    [ours] = sent(tables.client(), "update_item", WRITE)

    assert told(ours) == told(theirs)
    assert told(ours) != told(before)


def test_repeat_is_signed_anew_by_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    times = iter(
        [datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)]
    )
    monkeypatch.setattr("chalicelib.stores.requesting.get_current_datetime", lambda: next(times))

    first, repeat = sent(tables.client(), "update_item", WRITE, refused=1)

    monkeypatch.setattr(
        "botocore.auth.get_current_datetime", lambda: datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)
    )
    [theirs] = sent(boto3.Session().client("dynamodb"), "update_item", WRITE)
    assert told(repeat) == told(theirs)
    assert told(first) != told(repeat)


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: None)

    with pytest.raises(NoCredentialsError):
        sent(tables.client(), "update_item", WRITE)
