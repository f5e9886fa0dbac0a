"""moto made quicker answers and keeps what moto itself does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends

from chalicelib.stores.tables import table_name
from tests.support import quick_moto
from tests.support.customers import a_house
from tests.support.scenarios import SCENARIOS, Scenario
from tests.support.world import ACCOUNT, REGION, a_world

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM = {
    **KEY,
    "text": {"S": "é„🎬"},
    "count": {"N": "3"},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "bytes": {"B": b"\x00\xff"},
    "labels": {"SS": ["x", "y"]},
    "numbers": {"NS": ["1", "2"]},
    "list": {"L": [{"S": "one"}, {"M": {"two": {"N": "2"}}}]},
    "map": {"M": {"deep": {"M": {"er": {"S": "still"}}}}},
}
CONDITIONS = (
    "attribute_exists(pk) AND #n = :three",
    "attribute_not_exists(pk) OR (#n > :three AND NOT contains(labels, :text))",
    "#n BETWEEN :one AND :three AND size(#l) > :one",
    "#m.deep.er = :text",
    "#n IN (:one, :three)",
    "#n = :missing",
    "#nowhere = :three",
    "((#n = :three))",
    "count = :three",
    "#n ! :three",
    "begins_with(#t, :text)",
)
UPDATES = (
    "SET #n = #n + :one, #t = :text",
    "SET #n = if_not_exists(#n, :one), fresh = if_not_exists(fresh, :three)",
    "SET #l = list_append(#l, :list) REMOVE flag",
    "ADD #n :one DELETE labels :set",
    "SET #m.deep.er = :text, #l[0] = :text REMOVE #l[1]",
    "SET #m.lost.part = :text",
    "SET pk = :text",
    "SET #n = :one, #n = :three",
    "SET #n = #t + :one",
    "SET #n = :missing",
    "SETT #n = :one",
    "",
)
NAMES = {"#n": "count", "#t": "text", "#l": "list", "#m": "map"}
VALUES = {
    ":one": {"N": "1"},
    ":three": {"N": "3"},
    ":text": {"S": "still"},
    ":list": {"L": [{"N": "9"}]},
    ":set": {"SS": ["x"]},
}


def test_requests_are_answered_and_kept_as_by_moto_itself() -> None:
    with quick_moto.left_out():
        expected = _told(_ask_everything)

    assert _told(_ask_everything) == expected
    # Most of what is asked must be answered, or little is compared.
    assert sum("answer" in each for each in expected) > 50


@pytest.mark.parametrize("scenario", SCENARIOS[-2:], ids=lambda scenario: scenario.__name__)
def test_selling_leaves_the_same_behind_as_with_moto_itself(scenario: Scenario) -> None:
    def played(slowly: bool) -> Any:
        with quick_moto.left_out() if slowly else nullcontext(), a_house() as house:
            scenario(house)
            return _stored()

    assert played(slowly=False) == played(slowly=True)


def _told(ask: Callable[[Callable[..., None]], None]) -> list[dict[str, Any]]:
    """What each request was answered, and what was kept after it."""
    told: list[dict[str, Any]] = []
    with a_world():
        sdk = boto3.client("dynamodb", REGION, config=Config(retries={"total_max_attempts": 1}))

        def call(operation: str, **request: Any) -> None:
            try:
                came: dict[str, Any] = {"answer": getattr(sdk, operation)(**request)}
                for told_of_itself in ("RequestId", "HTTPHeaders"):
                    del came["answer"]["ResponseMetadata"][told_of_itself]
            except ClientError as error:
                came = {"error": [error.response["Error"], error.response.get("CancellationReasons")]}
            except (KeyError, ValueError, TypeError, AttributeError) as error:  # what moto does not foresee
                came = {"error": [type(error), str(error)]}
            told.append(came | {"operation": operation, "kept": _stored()})

        ask(call)
    return told


def _ask_everything(call: Callable[..., None]) -> None:
    table = table_name("sales")
    at: dict[str, Any] = {"TableName": table, "Key": KEY}

    def used(*expressions: str) -> dict[str, Any]:
        """DynamoDB refuses names and values that nothing uses."""
        text = " ".join(expressions)
        names = {each: NAMES[each] for each in NAMES if each in text}
        values = {each: VALUES[each] for each in VALUES if each in text}
        found = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        return {name: each for name, each in found.items() if each}

    for condition in CONDITIONS:
        asked = {"ConditionExpression": condition, **used(condition)}
        call("put_item", TableName=table, Item=ITEM)
        call("put_item", TableName=table, Item=ITEM, ReturnValues="ALL_OLD", **asked)
        call(
            "update_item", **at, **{**asked, **used(condition, ":one")}, UpdateExpression="SET further = :one"
        )
        call("delete_item", **at, **asked, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        check = {"ConditionCheck": {**at, **asked}}
        beside = {"Put": {"TableName": table, "Item": {**ITEM, "sk": {"S": condition}}}}
        call("transact_write_items", TransactItems=[check, beside])
    for update in UPDATES:
        call("put_item", TableName=table, Item=ITEM)
        for returned in ("ALL_NEW", "UPDATED_OLD"):
            call("update_item", **at, UpdateExpression=update, ReturnValues=returned, **used(update))
        absent = {"TableName": table, "Key": {**KEY, "sk": {"S": "absent"}}}
        call("update_item", **absent, UpdateExpression=update, ReturnValues="ALL_NEW", **used(update))
    call("get_item", **at, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    call("get_item", **at, ProjectionExpression="#t, #m.deep", ExpressionAttributeNames=NAMES)
    call("get_item", TableName=table, Key={"pk": {"S": "a"}})
    call("get_item", TableName="no such table", Key=KEY)
    call("batch_get_item", RequestItems={table: {"Keys": [KEY]}})
    call("batch_write_item", RequestItems={table: [{"DeleteRequest": {"Key": KEY}}]})
    for key in ("pk = :text", "pk = :a AND begins_with(sk, :b)", "pk = :a AND sk > :b"):
        values = {name: value for name, value in {":a": {"S": "a"}, ":b": {"S": "a"}}.items() if name in key}
        values = values or {":text": {"S": "still"}}
        call("query", TableName=table, KeyConditionExpression=key, ExpressionAttributeValues=values, Limit=2)
    call("scan", TableName=table, Select="COUNT")


def _stored() -> dict[str, Any]:
    tables = dynamodb_backends[ACCOUNT][REGION].tables
    return {
        name: sorted((item.to_json()["Attributes"] for item in table.all_items()), key=repr)
        for name, table in tables.items()
    }
