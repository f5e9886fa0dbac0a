"""The ledger in a DynamoDB table of the provider's own.

pk                 sk                              holds
K#<key>            session                         the session; `due_shard`, `due_at` while something is due
S#<session id>     key                             the session's key, for its page
L#<shard>          ["<key>", "<kind>", "<refund>"]   one movement of money: put once, never changed
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .codec import entry_from_json, entry_to_json, session_from_json, session_to_json
from .sessions import Entry, Session, next_due

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

# One partition takes 1,000 writes a second; sixteen are plenty for a sandbox.
SHARDS = "0123456789abcdef"
DUE_INDEX = "due"


class DynamoLedger:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def session(self, key: str) -> Session | None:
        item = self._get(f"K#{key}", "session")
        return session_from_json(item["doc"]["S"]) if item else None

    def key_of(self, session_id: str) -> str | None:
        item = self._get(f"S#{session_id}", "key")
        return str(item["key"]["S"]) if item else None

    def create(self, session: Session) -> bool:
        pointer = {
            "pk": {"S": f"S#{session.session_id}"},
            "sk": {"S": "key"},
            "key": {"S": session.key},
        }
        return self._write(
            [
                self._put(_session_item(session), "attribute_not_exists(pk)"),
                self._put(pointer, "attribute_not_exists(pk)"),
            ]
        )

    def save(self, session: Session, entries: Sequence[Entry]) -> bool:
        before = {":before": {"N": str(session.version - 1)}}
        puts = [self._put(_session_item(session), "version = :before", before)]
        puts += [self._put(_entry_item(entry), "attribute_not_exists(pk)") for entry in entries]
        return self._write(puts)

    def due(self, now: datetime, limit: int) -> list[str]:
        keys: list[str] = []
        for shard in SHARDS:
            found = self._client.query(
                TableName=self._table,
                IndexName=DUE_INDEX,
                KeyConditionExpression="due_shard = :shard AND due_at <= :now",
                ExpressionAttributeValues={":shard": {"S": shard}, ":now": {"N": str(_seconds(now))}},
                Limit=limit,
            )
            keys += [item["pk"]["S"].removeprefix("K#") for item in found["Items"]]
        return keys[:limit]

    def entries(self, after: str, limit: int) -> list[tuple[str, Entry]]:
        first, place = (after[:1], after[1:]) if after else (SHARDS[0], "")
        page: list[tuple[str, Entry]] = []
        for shard in SHARDS:
            if shard < first or len(page) >= limit:
                continue
            start = place if shard == first else ""
            page += self._query_entries(shard, "sk > :sk", start or " ", limit - len(page))
        return page

    def entries_of(self, key: str) -> list[Entry]:
        # Every place of this key begins with it, closed by its quote: no other key's does.
        prefix = json.dumps([key])[:-1] + ","
        return [
            entry for _, entry in self._query_entries(_shard(key), "begins_with(sk, :sk)", prefix, limit=None)
        ]

    def _query_entries(
        self, shard: str, condition: str, value: str, limit: int | None
    ) -> list[tuple[str, Entry]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=f"pk = :pk AND {condition}",
            ExpressionAttributeValues={":pk": {"S": f"L#{shard}"}, ":sk": {"S": value}},
            ConsistentRead=True,
            PaginationConfig={"MaxItems": limit} if limit is not None else {},
        )
        return [
            (shard + item["sk"]["S"], entry_from_json(item["doc"]["S"]))
            for page in pages
            for item in page["Items"]
        ]

    def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        found = self._client.get_item(
            TableName=self._table, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        return dict(found["Item"]) if "Item" in found else None

    def _put(
        self, item: dict[str, Any], condition: str, values: dict[str, Any] | None = None
    ) -> TransactWriteItemTypeDef:
        put: dict[str, Any] = {"TableName": self._table, "Item": item, "ConditionExpression": condition}
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}  # type: ignore[typeddict-item]  # put together piece by piece, so mypy knows no keys

    def _write(self, puts: list[TransactWriteItemTypeDef]) -> bool:
        try:
            self._client.transact_write_items(TransactItems=puts)
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            # A conflict is another writer in the same moment: as with a refusal, the caller reads anew.
            if any(
                reason.get("Code") in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons
            ):
                return False
            raise
        return True


def _session_item(session: Session) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pk": {"S": f"K#{session.key}"},
        "sk": {"S": "session"},
        "version": {"N": str(session.version)},
        "doc": {"S": session_to_json(session)},
    }
    due_at = next_due(session)
    if due_at is not None:
        item["due_shard"] = {"S": _shard(session.key)}
        item["due_at"] = {"N": str(_seconds(due_at))}
    return item


def _entry_item(entry: Entry) -> dict[str, Any]:
    return {
        "pk": {"S": f"L#{_shard(entry.key)}"},
        "sk": {"S": json.dumps([entry.key, entry.kind, entry.refund_key])},
        "doc": {"S": entry_to_json(entry)},
    }


def _shard(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[0]


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
