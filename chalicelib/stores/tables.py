"""How the stores reach DynamoDB: one client for all, PynamoDB's base models, the codes of refusal.

PynamoDB would make a client a model, some 20 ms each at every cold start; its connections are handed the one
boto3 client instead. So there is one pool, one retry configuration, and one place where faults are translated.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import HTTPClientError
from botocore.handlers import add_retry_headers
from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.constants import NUMBER
from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.domain.errors import Unavailable
from chalicelib.stores import requesting
from chalicelib.stores.parsing import Parsers

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A request that hangs must fail well within the function's time, so that a repeat still fits in.
CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 4

_CONNECTING = threading.Lock()
_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "InternalServerError",
        "ServiceUnavailable",
    }
)


@lru_cache(maxsize=1)
def client() -> DynamoDBClient:
    """The boto3 client of this process, thread-safe. What it can't reach after its retries is Unavailable.

    botocore makes the same client; boto3 itself would bring the transfer manager of S3 into every cold start.
    """
    session = requesting.session()
    session.register_component("response_parser_factory", Parsers())
    made = session.create_client(
        "dynamodb",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": 4},
            max_pool_connections=16,
            # botocore composes its own anew, twice a call, from nine parts: an eighth of the CPU of a small call.
            user_agent="matinee",
            # It looks through every name and value that DynamoDB looks through as well: a twelfth of the CPU of a hold.
            parameter_validation=False,
        ),
    )
    # The first to answer decides, and spares asking what else a request might be signed by: a fortieth.
    made.meta.events.register_first(
        "choose-signer.dynamodb",
        requesting.choose_signer,  # type: ignore[arg-type]  # its types forget that the answer counts
    )
    # A name and a number for each attempt, which DynamoDB does not read: a twenty-fifth of the CPU of a small call.
    made.meta.events.unregister("request-created", add_retry_headers)
    made.meta.events.register("after-call.dynamodb", _raise_when_busy)
    made.meta.events.register("after-call-error.dynamodb", _raise_when_out_of_reach)
    return cast("DynamoDBClient", made)


def forget_clients() -> None:
    """Drop the client and PynamoDB's connections; the next call makes new ones. For tests and forks."""
    client.cache_clear()
    for table in (CatalogueTable, SalesTable, AccountsTable):
        for model in table.__subclasses__():
            model._connection = None


def _raise_when_busy(parsed: dict[str, Any], **_: object) -> None:
    if parsed.get("Error", {}).get("Code") in _BUSY:
        raise Unavailable("The database")


def _raise_when_out_of_reach(exception: Exception, **_: object) -> None:
    if isinstance(exception, BotoConnectionError | HTTPClientError):
        raise Unavailable("The database") from exception


def table_name(logical: str) -> str:
    """The deployed name of "catalogue", "sales" or "accounts"."""
    return os.environ[f"{logical.upper()}_TABLE"]


class Table(Model):
    """Base of every model. Nothing of it leaves `stores/`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    logical: str
    # PynamoDB asks for the whole item after each update, and reads it; the models of every sale go without.
    is_read_back = True

    def save(
        self, condition: Condition | None = None, *, add_version_condition: bool = True
    ) -> dict[str, Any]:
        with _busy_by_conflict():
            return super().save(condition, add_version_condition=add_version_condition)

    def update(
        self, actions: list[Action], condition: Condition | None = None, *, add_version_condition: bool = True
    ) -> Any:
        with _busy_by_conflict():
            if self.is_read_back:
                return super().update(actions, condition, add_version_condition=add_version_condition)
            key, sort = self._get_hash_range_key_serialized_values()
            return self._get_connection().update_item(key, sort, actions=actions, condition=condition)

    def delete(self, condition: Condition | None = None, *, add_version_condition: bool = True) -> Any:
        with _busy_by_conflict():
            return super().delete(condition, add_version_condition=add_version_condition)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        name = table_name(cls.logical)
        meta = cls.Meta
        # Two threads that each put a new connection in place of an old one can crash CPython 3.11.
        with _CONNECTING:
            if meta.table_name != name:
                meta.table_name = name
            if "_connection" not in vars(cls):
                # Its base's connection, which a transaction may have made before, knows none of its indexes.
                cls._connection = None
            connection = super()._get_connection()
            # A botocore client either way; PynamoDB names a private type of its own for it.
            connection.connection._client = cast(Any, client())
        return connection


class CatalogueTable(Table):
    logical = "catalogue"

    class Meta:
        table_name = "catalogue"


class SalesTable(Table):
    logical = "sales"

    class Meta:
        table_name = "sales"


class AccountsTable(Table):
    logical = "accounts"

    class Meta:
        table_name = "accounts"


def is_refusal(error: PynamoDBException) -> bool:
    """Whether the write's condition did not hold."""
    return error.cause_response_code == "ConditionalCheckFailedException"


@contextmanager
def _busy_by_conflict() -> Iterator[None]:
    """A single write whose item a transaction holds is refused by DynamoDB, and not repeated by the SDK."""
    try:
        yield
    except (PutError, UpdateError, DeleteError) as error:
        if error.cause_response_code == "TransactionConflictException":
            raise Unavailable("The database") from error
        raise


class InstantAttribute(Attribute[datetime]):
    """An aware UTC instant as whole milliseconds since 1970."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(milliseconds(value))

    def deserialize(self, value: str) -> datetime:
        return datetime.fromtimestamp(int(value) / 1000, UTC)


def milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
