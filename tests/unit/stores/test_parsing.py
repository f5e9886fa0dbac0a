"""Answers of DynamoDB, read as botocore reads them."""

from __future__ import annotations

import json

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory

from chalicelib.stores.parsing import Parsers

EVERY_TYPE = {
    "S": {"S": "F"},
    "N": {"N": "1763769600148151623420"},
    "B": {"B": "AAEC"},
    "yes": {"BOOL": True},
    "none": {"NULL": True},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2"]},
    "BS": {"BS": ["AAEC", "AwQF"]},
    "M": {"M": {"12": {"N": "0"}, "deep": {"M": {"b": {"B": "AAEC"}}}, "empty": {"M": {}}}},
    "L": {"L": [{"S": "x"}, {"B": "AAEC"}, {"L": []}]},
}


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("GetItem", 200, {"Item": EVERY_TYPE}),
        ("GetItem", 200, {}),
        ("Query", 200, {"Items": [EVERY_TYPE, {}], "Count": 2, "LastEvaluatedKey": {"pk": {"S": "p"}}}),
        ("BatchGetItem", 200, {"Responses": {"t": [EVERY_TYPE]}, "UnprocessedKeys": {}}),
        ("UpdateItem", 200, {"Attributes": EVERY_TYPE, "ConsumedCapacity": {"CapacityUnits": 1.0}}),
        (
            "UpdateItem",
            400,
            {"__type": "com.amazonaws#ConditionalCheckFailedException", "message": "no", "Item": EVERY_TYPE},
        ),
        (
            "TransactWriteItems",
            400,
            {
                "__type": "com.amazonaws#TransactionCanceledException",
                "Message": "no",
                "CancellationReasons": [{"Code": "None"}, {"Code": "Refused", "Item": EVERY_TYPE}],
            },
        ),
    ],
)
def test_answer_reads_the_same(operation: str, status: int, body: object) -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")
    headers = {"x-amzn-requestid": "7", "content-type": "application/x-amz-json-1.0"}
    answer = {"body": json.dumps(body).encode(), "headers": headers, "status_code": status}
    shape = model.operation_model(operation).output_shape
    assert shape is not None

    read = Parsers().create_parser("json").parse(answer, shape)

    theirs = ResponseParserFactory().create_parser("json").parse(answer, shape)
    if status == 200:
        theirs["ResponseMetadata"] = {"RequestId": "7"}
    assert read == theirs
