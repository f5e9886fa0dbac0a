"""Orders, and the provider reached in each way there is: in process, by HTTP, and by HTTP over a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import boto3
import urllib3
import yaml

from chalicelib.domain.money import Money
from chalicelib.domain.payments import PaymentOrder
from chalicelib.gateways.payments import Payments, SandboxPayments
from dev.payments.api import Api
from dev.payments.dynamo import DynamoLedger
from dev.payments.in_process import SECRET, InProcessPayments
from dev.payments.provider import Ledger, Provider
from dev.payments.sessions import Choice, Entry, Order
from tests.support.chance import START, FrozenClock, SeededIds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = "AB12CD-0123456/1"
PRICE = Money(2450, "EUR")
API_KEY = "a-key-of-the-sandbox"
TEMPLATE = Path(__file__).parents[2] / "dev/payments/template.yaml"


def an_order(key: str = KEY, *, amount: Money = PRICE, minutes: float = 14, url: str = "") -> PaymentOrder:
    return PaymentOrder(
        key=key,
        reference="AB12CD-0123456",
        amount=amount,
        expires_at=START + timedelta(minutes=minutes),
        return_url=url or "http://127.0.0.1:8000/bookings/AB12CD-0123456",
        description="2 seats: The Long Night",
    )


def a_sandbox_order(key: str = KEY, *, minor: int = 2450, minutes: float = 14) -> Order:
    order = an_order(key, minutes=minutes)
    return Order(key, order.reference, minor, "EUR", order.expires_at, order.return_url, order.description)


class Sandbox(Protocol):
    """The provider as the shop, the person on the page and the ledger's reader meet it."""

    @property
    def payments(self) -> Payments: ...

    def choose(self, key: str, choice: Choice) -> None: ...

    def ledger(self, key: str) -> list[Entry]: ...


class InProcessSandbox:
    def __init__(self, clock: FrozenClock) -> None:
        self.payments = InProcessPayments(clock)

    def choose(self, key: str, choice: Choice) -> None:
        self.payments.choose(key, choice)

    def ledger(self, key: str) -> list[Entry]:
        return self.payments.ledger(key)


class HttpSandbox:
    """The real client and the real handler, joined by API Gateway events in place of a network."""

    def __init__(self, clock: FrozenClock, ledger: Ledger) -> None:
        self.provider = Provider(ledger, clock, SeededIds(1, clock).token)
        self.api = Api(self.provider, API_KEY, "http://127.0.0.1:8000")
        self.payments = SandboxPayments(
            "http://sandbox.example/sandbox", API_KEY, SECRET, clock=clock, http=HandlerHttp(self.api)
        )

    def choose(self, key: str, choice: Choice) -> None:
        session = self.payments.find(key)
        assert session is not None
        answer = self.api(
            an_event("POST", urlsplit(session.url).path, urlencode({"choice": choice}).encode())
        )
        assert answer["statusCode"] in (303, 409)

    def ledger(self, key: str) -> list[Entry]:
        return self.provider.entries_of(key)


class HandlerHttp:
    """Urllib3's `request`, answered by a Lambda proxy handler."""

    def __init__(self, api: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        self._api = api

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        where = urlsplit(url)
        path = where.path.removeprefix("/sandbox")
        answer = self._api(an_event(method, path, body, headers, dict(parse_qsl(where.query))))
        return urllib3.HTTPResponse(
            body=answer["body"].encode(), status=answer["statusCode"], headers=answer["headers"]
        )


def an_event(
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request as API Gateway's REST API hands it to a function."""
    return {
        "httpMethod": method,
        "path": path,
        "resource": "/{proxy+}",
        "headers": dict(headers or {}) or None,
        "queryStringParameters": dict(query or {}) or None,
        "body": body.decode() if body else None,
        "isBase64Encoded": False,
    }


def a_dynamo_ledger() -> DynamoLedger:
    """The provider's table, as its template declares it, in the cloud that the SDK reaches."""
    properties = template()["Resources"]["Ledger"]["Properties"]
    client = _client()
    client.create_table(TableName="sandbox-ledger", **properties)
    return DynamoLedger(client, "sandbox-ledger")


@lru_cache(maxsize=1)
def _client() -> DynamoDBClient:
    # moto answers every client that was made while it was on, also when it is on again: one saves seconds.
    return boto3.client("dynamodb", region_name="eu-west-1")


class _CloudFormation(yaml.SafeLoader):
    """Reads the short forms of intrinsic functions as what stands behind them."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {tag: loader.construct_scalar(node)}
    assert isinstance(node, yaml.SequenceNode)
    return {tag: loader.construct_sequence(node)}


_CloudFormation.add_multi_constructor("!", _intrinsic)


def template() -> dict[str, Any]:
    with TEMPLATE.open() as stream:
        return dict(yaml.load(stream, Loader=_CloudFormation))  # noqa: S506 - a subclass of SafeLoader
