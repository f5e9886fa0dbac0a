"""The alarms of the application stack. docs/runbook.md tells what to do about each."""

from __future__ import annotations

from typing import Any

# Logical id of a function in the template → the tail of its name.
FUNCTIONS = {"APIHandler": "api", "Recover": "recover", "MailOutbox": "mail_outbox", "Mailer": "mailer"}
JOBS = ("Recover", "MailOutbox", "Mailer")


def alarms() -> dict[str, Any]:
    """Logical id → resource."""
    made = {
        "MailIsDead": _alarm("Mail could not be sent", _waiting("MailDeadLettersName")),
        "MailIsLate": _alarm(
            "Mails wait for more than half an hour",
            _metric(
                "AWS/SQS",
                "ApproximateAgeOfOldestMessage",
                "Maximum",
                QueueName={"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "MailQueueArn"}]}]},
            ),
            threshold=1800,
        ),
        "MailIsRefused": _alarm(
            "SES refuses a mail for good: its customer must be reached in another way",
            _metric("Matinee", {"Fn::Sub": "${AWS::StackName}-mails-refused"}, "Sum"),
        ),
        "OutboxIsDead": _alarm("Changes of bookings ordered no mail", _waiting("OutboxDeadLettersName")),
        "RefundIsRefused": _alarm(
            "The provider refuses a refund for good: a person must pay it back",
            _metric("Matinee", {"Fn::Sub": "${AWS::StackName}-refunds-refused"}, "Sum"),
        ),
        "RecoverStands": _alarm(
            "Nothing that came due is finished or undone",
            _metric("AWS/Lambda", "Invocations", "Sum", FunctionName={"Ref": "Recover"}),
            threshold=1,
            comparison="LessThanThreshold",
            missing="breaching",
        ),
        "OutboxIsLate": _alarm(
            "Mails about bookings are more than ten minutes late",
            _metric("AWS/Lambda", "IteratorAge", "Maximum", FunctionName={"Ref": "MailOutbox"}),
            threshold=600_000,
        ),
        "ApiFails": _alarm(
            "Requests end in a fault of ours",
            _metric("AWS/ApiGateway", "5XXError", "Sum", ApiName={"Ref": "AWS::StackName"}),
            threshold=5,
        ),
    }
    for logical in JOBS:
        name = f"{logical}Fails"
        errors = _metric("AWS/Lambda", "Errors", "Sum", FunctionName={"Ref": logical})
        made[name] = _alarm(f"Runs of {FUNCTIONS[logical]} fail", errors, threshold=3)
    return made


def _alarm(
    description: str,
    metric: dict[str, Any],
    *,
    threshold: int = 0,
    comparison: str = "GreaterThanThreshold",
    missing: str = "notBreaching",
) -> dict[str, Any]:
    told = {"Fn::If": ["SomeoneIsTold", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": description,
            **metric,
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": threshold,
            "ComparisonOperator": comparison,
            "TreatMissingData": missing,
            "AlarmActions": told,
            "OKActions": told,
        },
    }


def _metric(namespace: str, name: str | dict[str, str], statistic: str, **dimensions: Any) -> dict[str, Any]:
    of = [{"Name": each, "Value": value} for each, value in dimensions.items()]
    told = {"Namespace": namespace, "MetricName": name, "Statistic": statistic}
    return told | ({"Dimensions": of} if of else {})


def _waiting(queue: str) -> dict[str, Any]:
    return _metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", QueueName={"Ref": queue})
