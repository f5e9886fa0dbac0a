"""The rows of a showtime: one item a row, one number a claim, and every write that changes one.

Written through the boto3 client, because PynamoDB gives the refused item back only from transactions. Seats in one row
are one conditional update, one write unit; seats in several rows one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.clock import Ids
from chalicelib.domain.claims import Claim, threshold
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.neighbours import NeighbourClause
from chalicelib.domain.rows import RowState
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.stores import keys, tables
from chalicelib.stores.expressions import RowExpression

# Long enough for bookings to be looked up, short enough to keep the table small; DynamoDB deletes rows after it.
SWEEP_AFTER_S = 90 * 24 * 3600
_CONFLICT_TRIES = 5
_REFUSAL = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})

Exchange = Mapping[str, tuple[int, int]]
"""Seat number → (the claim that must stand there, the claim to put)."""

Refused = dict[str, RowState | None]
"""Each refused row as the write saw it, by id; None where there is no such row."""


def every(seats: Mapping[str, Sequence[str]], old: int, new: int) -> dict[str, Exchange]:
    """The same exchange of claims for every seat (numbers by row id)."""
    return {row_id: dict.fromkeys(numbers, (old, new)) for row_id, numbers in seats.items()}


class RowsRefused(Exception):
    """The condition did not hold. `found` is each refused row as the write saw it; None where there is no such row."""

    def __init__(self, found: Refused) -> None:
        super().__init__(f"refused in {', '.join(found)}")
        self.found = found


class Rows:
    """`pause` takes seconds; it is an argument so that tests need not wait."""

    def __init__(self, ids: Ids, pause: Callable[[float], None] = time.sleep) -> None:
        self._ids = ids
        self._pause = pause

    # --- reading

    def read(self, showtime_id: str, *, consistent: bool) -> list[RowState]:
        """All rows of a showtime: 300 seats cost 1 read unit, 2 when consistent."""
        states: list[RowState] = []
        request: dict[str, Any] = {
            "TableName": tables.table_name("sales"),
            "KeyConditionExpression": "pk = :p AND begins_with(sk, :r)",
            "ExpressionAttributeValues": {
                ":p": {"S": keys.showtime_sales(showtime_id)},
                ":r": {"S": keys.ROW_PREFIX},
            },
            "ConsistentRead": consistent,
        }
        while True:
            page = tables.client().query(**request)
            states.extend(_state(item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return states
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    # --- making and closing

    def create_missing(self, showtime_id: str, plan: SeatingPlan, open_until_s: int) -> None:
        """Put each row if absent. A job that resumes over sold rows changes nothing."""
        for row in plan.rows:
            key = keys.row(showtime_id, row.id)
            put = {
                "TableName": tables.table_name("sales"),
                "Item": {
                    "pk": {"S": key.pk},
                    "sk": {"S": key.sk},
                    "claims": {"M": {seat.number: {"N": "0"} for seat in row.seats}},
                    "open_until": {"N": str(open_until_s)},
                    "cancelled": {"BOOL": False},
                    "sweep_at": {"N": str(open_until_s + SWEEP_AFTER_S)},
                },
                "ConditionExpression": "attribute_not_exists(pk)",
            }
            self._through_conflicts(partial(_put_if_absent, put))

    def set_open_until(self, showtime_id: str, row_ids: Iterable[str], open_until_s: int) -> None:
        """Let the rows be sold until then; 0 withdraws them. A cancelled row stays as it is."""
        for row_id in row_ids:
            expression = RowExpression("open")
            expression.assign(expression.attribute("open_until"), expression.number("u", open_until_s))
            _require_not_cancelled(expression)
            try:
                self._write(showtime_id, {row_id: expression})
            except RowsRefused as refused:
                row = refused.found[row_id]
                if row is None or not row.cancelled:
                    raise

    def cancel(self, showtime_id: str, row_ids: Iterable[str]) -> None:
        """Flag every row: from here on nothing is held, checked out, confirmed or rescued in it."""
        for row_id in row_ids:
            expression = RowExpression("cancel")
            expression.assign(expression.attribute("cancelled"), expression.boolean("yes", True))
            # Without it the update would make a row that never was.
            expression.require("exists", "attribute_exists(pk)")
            self._write(showtime_id, {row_id: expression})

    # --- seats

    def take(
        self,
        operation: str,
        showtime_id: str,
        seats: Mapping[str, Sequence[str]],
        mine: Claim,
        now_s: int,
        neighbours: Mapping[str, Sequence[NeighbourClause]],
    ) -> None:
        """Put `mine` on free or lapsed seats (numbers by row id). Raises RowsRefused, Unavailable.

        A repeat finds its own claim and succeeds. `neighbours` are the clauses of the neighbour rule, by row id.
        """
        writes: dict[str, RowExpression] = {}
        for row_id, numbers in seats.items():
            expression = RowExpression(operation)
            claim = expression.number("m", mine.number)
            now = expression.number("n", threshold(now_s))
            for number in numbers:
                path = expression.claim(number)
                expression.assign(path, claim)
                expression.require_any({"lapsed": f"{path} < {now}", "mine": f"{path} = {claim}"})
            for clause in neighbours.get(row_id, ()):
                expression.require("neighbour", _neighbour(expression, clause, now))
            expression.require(
                "open", f"{expression.attribute('open_until')} > {expression.number('t', now_s)}"
            )
            _require_not_cancelled(expression)
            writes[row_id] = expression
        self._write(showtime_id, writes)

    def exchange(
        self, operation: str, showtime_id: str, seats: Mapping[str, Exchange], *, unless_cancelled: bool
    ) -> None:
        """Replace each exact claim by another (by row id). Raises RowsRefused, Unavailable.

        A repeat finds the new claim and succeeds, but for a release: a free seat is nobody's.
        """
        writes: dict[str, RowExpression] = {}
        for row_id, changes in seats.items():
            expression = RowExpression(operation)
            placeholders = {
                value: expression.number(f"v{i}", value)
                for i, value in enumerate(sorted({claim for pair in changes.values() for claim in pair}))
            }
            for number, (old, new) in changes.items():
                path = expression.claim(number)
                expression.assign(path, placeholders[new])
                alternatives = {"exact": f"{path} = {placeholders[old]}"}
                if new:
                    alternatives["mine"] = f"{path} = {placeholders[new]}"
                expression.require_any(alternatives)
            if unless_cancelled:
                _require_not_cancelled(expression)
            writes[row_id] = expression
        self._write(showtime_id, writes)

    # --- the write itself

    def _write(self, showtime_id: str, writes: Mapping[str, RowExpression]) -> None:
        table = tables.table_name("sales")
        updates = [
            expression.update(table, keys.row(showtime_id, row_id)) for row_id, expression in writes.items()
        ]
        row_ids = list(writes)
        self._through_conflicts(
            partial(_try_one, updates[0], row_ids[0])
            if len(updates) == 1
            else partial(_try_all, updates, row_ids)
        )

    def _through_conflicts(self, write: Callable[[], Refused | None]) -> None:
        """Repeat the write while another transaction is in its way. Raises RowsRefused, Unavailable."""
        for attempt in range(_CONFLICT_TRIES):
            if attempt:
                # DynamoDB refuses a write whose item another transaction holds, and the SDK does not repeat it.
                self._pause((1 + self._ids.below(100) / 100) * 0.02 * 2**attempt)
            refused = write()
            if refused is None:
                return
            if refused:
                raise RowsRefused(refused)
        raise Unavailable("The row")


def _put_if_absent(put: dict[str, Any]) -> Refused | None:
    """None when the row is there now, whoever made it; {} when another transaction was in the way."""
    try:
        tables.client().put_item(**put)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "TransactionConflictException":
            return {}
        if code != "ConditionalCheckFailedException":
            raise
    return None


def _try_one(update: dict[str, Any], row_id: str) -> Refused | None:
    """None when written, the refused row when refused, {} when another transaction was in the way."""
    try:
        tables.client().update_item(**update)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            return {row_id: _found(error.response)}
        if code == "TransactionConflictException":
            return {}
        raise
    return None


def _try_all(updates: list[Any], row_ids: list[str]) -> Refused | None:
    """As _try_one. A cancellation that names both a refusal and a conflict is a refusal."""
    try:
        tables.client().transact_write_items(TransactItems=[{"Update": update} for update in updates])
    except ClientError as error:
        if error.response["Error"]["Code"] == "TransactionInProgressException":
            return {}  # our own, repeated by the SDK after a lost reply
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        reasons = error.response["CancellationReasons"]
        refused = {
            row_id: _found(reason)
            for row_id, reason in zip(row_ids, reasons, strict=True)
            if reason.get("Code") == _REFUSAL
        }
        codes = {reason.get("Code") for reason in reasons}
        if refused or _CONFLICT in codes:
            return refused
        if codes & _THROTTLED:
            raise Unavailable("The database") from error
        raise
    return None


def _neighbour(expression: RowExpression, clause: NeighbourClause, now: str) -> str:
    alternatives = [f"{expression.claim(clause.left)} >= {now}"]
    if clause.beyond is not None:
        alternatives.append(f"{expression.claim(clause.beyond)} < {now}")
    far = " AND ".join(f"{expression.claim(number)} >= {now}" for number in clause.far)
    alternatives.append(f"({far})" if len(clause.far) > 1 else far)
    return f"({' OR '.join(alternatives)})"


def _require_not_cancelled(expression: RowExpression) -> None:
    expression.require(
        "cancelled", f"{expression.attribute('cancelled')} = {expression.boolean('no', False)}"
    )


def _found(answer: Any) -> RowState | None:
    return _state(answer["Item"]) if answer.get("Item") else None


def _state(item: Mapping[str, Any]) -> RowState:
    return RowState(
        row_id=item["sk"]["S"].removeprefix(keys.ROW_PREFIX),
        claims={number: int(value["N"]) for number, value in item["claims"]["M"].items()},
        open_until_s=int(item["open_until"]["N"]),
        cancelled=item["cancelled"]["BOOL"],
    )
