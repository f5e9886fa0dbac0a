"""Writes as fast as it can, in a process that has nothing but the package: python -I -S throughput_worker.py <folder>

Told on standard input: one JSON document, then "go" or "end". Answers each "go" with the seconds it took.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def main(folder: str) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.path.insert(0, folder)
    import app as packaged
    from chalicelib import wiring
    from chalicelib.stores import tables

    told = json.loads(sys.stdin.readline())
    if not told["limits"]:
        wiring.wiring().hoarding = NoLimits()  # type: ignore[assignment]  # it acts as a Hoarding

    def write(event: dict[str, Any]) -> None:
        tables.client().update_item(
            TableName=tables.table_name("sales"),
            Key={"pk": {"S": "RAW"}, "sk": {"S": event["raw"]}},
            UpdateExpression="SET #c = :m",
            ConditionExpression="attribute_not_exists(#c) OR #c < :m",
            ExpressionAttributeNames={"#c": "claim"},
            ExpressionAttributeValues={":m": {"N": str(time.monotonic_ns())}},
        )

    def hold(event: dict[str, Any]) -> None:
        answer = packaged.app(event, Context())
        assert answer["statusCode"] == 201, answer["body"]

    with ThreadPoolExecutor(told["threads"]) as pool:
        serve = write if "raw" in told["events"][0] else hold
        list(pool.map(serve, told["warm"]))
        print("ready", file=answers, flush=True)
        assert sys.stdin.readline().strip() == "go"
        started = time.monotonic()
        for _ in pool.map(serve, told["events"]):
            pass
        print(json.dumps(time.monotonic() - started), file=answers, flush=True)


class NoLimits:
    """In the place of the counters against hoarding, to tell what they cost."""

    def take(self, *_: object) -> None: ...

    def prolong(self, *_: object) -> None: ...

    def give_back(self, *_: object) -> None: ...


class Context:
    """What Lambda hands a function."""

    function_name = "api"
    memory_limit_in_mb = 1024
    aws_request_id = "bench"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:api"


if __name__ == "__main__":
    main(sys.argv[1])
