"""The packaged template: what goes to AWS, and what no local engine would notice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from chalicelib.api import problems, resources
from infra.alarms import FUNCTIONS
from tests.support import tables
from tests.support.packaged import package

# A star may end the ARN of a named log group or of a prefix of objects; nothing else.
_TAIL = re.compile(r"^arn:[^*]+:(log-group:/aws/lambda/[^*]+:|s3:::[^*]+/[^*]*)\*$")


@lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    packaged: dict[str, Any] = json.loads(package().template.read_text())
    return packaged


def _of_type(kind: str) -> dict[str, Any]:
    return {name: each for name, each in template()["Resources"].items() if each["Type"] == kind}


def _statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in _of_type("AWS::IAM::Role").items():
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(resource: Any) -> str:
    """An ARN as written, or a reference to one that somebody gave."""
    if isinstance(resource, dict):
        return str(resource.get("Fn::Sub") or f"arn:{resource['Ref']}:given")
    return str(resource)


def test_every_function_has_a_role_of_its_own() -> None:
    functions = _of_type("AWS::Serverless::Function")
    roles = [json.dumps(each["Properties"]["Role"]) for each in functions.values()]
    assert set(functions) == set(FUNCTIONS)
    assert len(set(roles)) == len(functions) == len(_of_type("AWS::IAM::Role"))


def test_no_policy_has_a_star_in_an_action() -> None:
    for role, statement in _statements():
        assert statement["Effect"] == "Allow"
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        assert not [action for action in _several(statement["Action"]) if "*" in action], role


def test_a_star_in_a_resource_only_ends_a_named_log_group_or_prefix() -> None:
    for role, statement in _statements():
        for resource in map(_text, _several(statement["Resource"])):
            assert resource.startswith("arn:"), role
            assert "*" not in resource or _TAIL.match(resource.replace("${AWS::Partition}", "aws")), (
                role,
                resource,
            )


def test_no_policy_scans_a_table_or_names_the_ledger_of_the_provider() -> None:
    for role, statement in _statements():
        assert "dynamodb:Scan" not in _several(statement["Action"]), role
    assert "payments-sandbox" not in json.dumps(template())


def test_functions_have_memory_time_and_a_log_that_forgets() -> None:
    groups = {
        _text(each["Properties"]["LogGroupName"]): each for each in _of_type("AWS::Logs::LogGroup").values()
    }
    for name, function in _of_type("AWS::Serverless::Function").items():
        properties = function["Properties"]
        expected = (1024, 29) if name == "APIHandler" else (512, 60)
        assert (properties["MemorySize"], properties["Timeout"]) == expected
        group = groups[f"/aws/lambda/{_text(properties['FunctionName'])}"]
        assert group["Properties"]["RetentionInDays"] == 30


def test_api_is_regional_and_its_stage_is_called_api() -> None:
    properties = template()["Resources"]["RestAPI"]["Properties"]
    assert properties["EndpointConfiguration"] == "REGIONAL"
    assert properties["StageName"] == "api"


def test_api_routes_are_those_that_are_declared() -> None:
    paths = template()["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    packaged = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    declared = {(operation.method, operation.path) for operation in resources.operations()}
    assert {each for each in packaged if each[0] != "OPTIONS"} == declared


@pytest.mark.parametrize(
    ("kind", "status", "slug"),
    [
        ("ACCESS_DENIED", "403", "forbidden"),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "no-such-route"),
        ("RESOURCE_NOT_FOUND", "404", "no-such-route"),
        ("REQUEST_TOO_LARGE", "413", "too-large"),
        ("UNSUPPORTED_MEDIA_TYPE", "415", "unsupported-media-type"),
        ("THROTTLED", "429", "too-many-requests"),
        ("INTEGRATION_TIMEOUT", "504", "timed-out"),
        ("DEFAULT_5XX", "500", "internal"),
        ("DEFAULT_4XX", None, "invalid-request"),
    ],
)
def test_gateway_answers_with_problems_of_ours(kind: str, status: str | None, slug: str) -> None:
    definition = template()["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    response = definition["x-amazon-apigateway-gateway-responses"][kind]
    body = json.loads(response["responseTemplates"]["application/json"])
    headers = response["responseParameters"]
    assert response.get("statusCode") == status
    assert body["type"] == f"/problems/{slug}"
    assert body.get("status") == (int(status) if status else None)
    assert headers["gatewayresponse.header.Content-Type"] == f"'{problems.MEDIA_TYPE}'"


def test_throttled_callers_hear_when_to_come_again() -> None:
    definition = template()["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    throttled = definition["x-amazon-apigateway-gateway-responses"]["THROTTLED"]
    assert "gatewayresponse.header.Retry-After" in throttled["responseParameters"]


@pytest.mark.parametrize("logical", tables.LOGICAL)
def test_tables_can_be_restored_and_not_be_deleted(logical: str) -> None:
    table = tables.definitions()[logical]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_sources_of_events_report_part_of_a_batch_and_lose_nothing() -> None:
    sources = _of_type("AWS::Lambda::EventSourceMapping")
    for source in sources.values():
        assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    stream = sources["SalesStream"]["Properties"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Ref": "OutboxDeadLettersArn"}
    pattern = json.loads(stream["FilterCriteria"]["Filters"][0]["Pattern"])
    assert pattern == {"dynamodb": {"NewImage": {"kind": {"S": ["booking"]}}}}


def test_recovery_runs_each_minute() -> None:
    (rule,) = _of_type("AWS::Events::Rule").values()
    assert rule["Properties"]["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Properties"]["Targets"][0]["Arn"] == {"Fn::GetAtt": ["Recover", "Arn"]}


def test_someone_hears_of_dead_letters_refused_refunds_and_failing_functions() -> None:
    alarms = _of_type("AWS::CloudWatch::Alarm")
    assert {"MailIsDead", "OutboxIsDead", "RefundIsRefused", "RecoverStands", "ApiFails"} <= set(alarms)
    for alarm in alarms.values():
        assert alarm["Properties"]["AlarmActions"]["Fn::If"][0] == "SomeoneIsTold"
