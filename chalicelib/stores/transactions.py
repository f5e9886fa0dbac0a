"""Several conditional writes as one: all or none, and which conditions did not hold."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import Unavailable
from chalicelib.stores.tables import CatalogueTable, Table

_BUSY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
ATTEMPTS = 6
FIRST_PAUSE_S = 0.02


class Transaction:
    """Collects writes, each with a label; `commit` tells the labels of those that were refused.

    DynamoDB answers TransactionConflict when another transaction touches an item at the same moment; that is
    no refusal, and is tried again with a growing, random pause: `pause` takes seconds, `chance` gives 0 to 1. Both are
    arguments so that tests need not wait.
    """

    def __init__(
        self, pause: Callable[[float], None] = time.sleep, chance: Callable[[], float] = random.random
    ) -> None:
        self._pause = pause
        self._chance = chance
        self._checks: list[tuple[str, type[Table], str, str, Condition]] = []
        self._deletes: list[tuple[str, Table, Condition | None]] = []
        self._puts: list[tuple[str, Table, Condition | None]] = []
        self._updates: list[tuple[str, Table, list[Action], Condition]] = []

    def check(self, label: str, model: type[Table], key: tuple[str, str], condition: Condition) -> None:
        self._checks.append((label, model, *key, condition))

    def put(self, label: str, item: Table, condition: Condition | None = None) -> None:
        self._puts.append((label, item, condition))

    def update(self, label: str, item: Table, actions: list[Action], condition: Condition) -> None:
        self._updates.append((label, item, actions, condition))

    def delete(self, label: str, item: Table, condition: Condition | None = None) -> None:
        self._deletes.append((label, item, condition))

    def commit(self) -> frozenset[str]:
        """Write all of it, or nothing and say whose conditions did not hold. Raises Unavailable."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(FIRST_PAUSE_S * 2 ** (attempt - 1) * self._chance())
            try:
                self._write()
                return frozenset()
            except TransactWriteError as error:
                refused = self._refused(error)
                if refused:
                    return refused
                if not _is_busy(error):
                    raise
        raise Unavailable("The database")

    def _write(self) -> None:
        with TransactWrite(connection=_connection()) as write:
            for _, model, pk, sk, condition in self._checks:
                write.condition_check(model, pk, sk, condition=condition)
            for _, item, deletable in self._deletes:
                write.delete(item, condition=deletable)
            for _, item, puttable in self._puts:
                write.save(item, condition=puttable)
            for _, item, actions, condition in self._updates:
                write.update(item, actions=actions, condition=condition)

    def _refused(self, error: TransactWriteError) -> frozenset[str]:
        # PynamoDB sends checks, deletes, puts, updates in this order, and so come the reasons.
        labels = [
            *(each[0] for each in self._checks),
            *(each[0] for each in self._deletes),
            *(each[0] for each in self._puts),
            *(each[0] for each in self._updates),
        ]
        reasons = zip(labels, error.cancellation_reasons, strict=True) if error.cancellation_reasons else ()
        return frozenset(
            label
            for label, reason in reasons
            if reason is not None and reason.code == "ConditionalCheckFailed"
        )


def _connection() -> Connection:
    """Any model's will do: the client behind it is one for all tables, and a transaction may span tables."""
    connection: Any = CatalogueTable._get_connection()
    return connection.connection  # type: ignore[no-any-return]  # PynamoDB gives no typed way to it


def _is_busy(error: TransactWriteError) -> bool:
    """Whether another transaction was in the way, or too much was asked of the table."""
    if error.cause_response_code in ("TransactionConflictException", "TransactionInProgressException"):
        return True
    return any(each is not None and each.code in _BUSY for each in error.cancellation_reasons or ())
