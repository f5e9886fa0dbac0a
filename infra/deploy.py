"""Uploads artifacts and brings stacks up to date by CloudFormation: on AWS, and on the local cloud alike."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

Capability = Literal["CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
CAPABILITIES: list[Capability] = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
TIMEOUT_S = 30 * 60


class DeployFailed(Exception):
    """A stack was not brought up to date. Its text is one line for people: what failed first, and why."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where archives and templates lie for CloudFormation to fetch."""

    name: str

    def ensure(self) -> None:
        """Make it if need be: private, encrypted."""
        s3, region = boto3.client("s3"), boto3.session.Session().region_name
        try:
            s3.head_bucket(Bucket=self.name)
            return
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
                raise DeployFailed(f"the bucket {self.name} can't be used: {error}") from error
        if region == "us-east-1":
            s3.create_bucket(Bucket=self.name)
        else:
            where: Any = {"LocationConstraint": region}
            s3.create_bucket(Bucket=self.name, CreateBucketConfiguration=where)
        s3.put_public_access_block(
            Bucket=self.name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )

    def upload(self, key: str, content: bytes) -> None:
        """Keys name their content: what is there already stays."""
        s3 = boto3.client("s3")
        try:
            s3.head_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise DeployFailed(f"{key} can't be looked up in {self.name}: {error}") from error
            s3.put_object(Bucket=self.name, Key=key, Body=content)

    def upload_template(self, template: Path) -> str:
        """Returns its URL. Templates over 51,200 bytes can't be sent along."""
        content = template.read_bytes()
        key = f"templates/{template.stem}-{hashlib.sha256(content).hexdigest()[:20]}{template.suffix}"
        self.upload(key, content)
        endpoint = boto3.client("s3").meta.endpoint_url
        if "amazonaws.com" in endpoint:
            region = boto3.session.Session().region_name
            return f"https://{self.name}.s3.{region}.amazonaws.com/{key}"
        return f"{endpoint}/{self.name}/{key}"


def deploy(stack: str, template_url: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Create or update the stack, wait for it, and return its outputs. Raises DeployFailed."""
    cloudformation = boto3.client("cloudformation")
    told: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
    ]
    status = _status(cloudformation, stack)
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        # A stack that never came to be can only be deleted.
        cloudformation.delete_stack(StackName=stack)
        _settle(cloudformation, stack)
        status = None
    try:
        if status is None:
            cloudformation.create_stack(
                StackName=stack, TemplateURL=template_url, Parameters=told, Capabilities=CAPABILITIES
            )
        else:
            cloudformation.update_stack(
                StackName=stack, TemplateURL=template_url, Parameters=told, Capabilities=CAPABILITIES
            )
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" not in message:
            raise DeployFailed(f"stack {stack}: {message}") from error
        return outputs(stack)
    final = _settle(cloudformation, stack)
    if final not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployFailed(f"stack {stack}: {_first_failure(cloudformation, stack) or final}")
    return outputs(stack)


def outputs(stack: str) -> dict[str, str]:
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def outputs_if_any(stack: str) -> dict[str, str]:
    """Empty where there is no such stack, or none that has come to be."""
    exists = _status(boto3.client("cloudformation"), stack) is not None
    return outputs(stack) if exists else {}


def _status(cloudformation: CloudFormationClient, stack: str) -> str | None:
    try:
        status = str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise DeployFailed(f"stack {stack}: {error}") from error
    return None if status == "DELETE_COMPLETE" else status


def _settle(cloudformation: CloudFormationClient, stack: str) -> str | None:
    """Its state once nothing is under way any more."""
    started, pause = time.monotonic(), 0.1
    while time.monotonic() - started < TIMEOUT_S:
        status = _status(cloudformation, stack)
        if status is None or not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(pause)
        pause = min(5.0, pause * 1.5)
    raise DeployFailed(f"stack {stack} did not settle within {TIMEOUT_S // 60} minutes")


def _first_failure(cloudformation: CloudFormationClient, stack: str) -> str:
    """Of the last deployment, what failed by itself and not because something else did."""
    told = ""
    for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:
        status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
        if status.endswith("_FAILED") and "cancelled" not in reason.lower():
            told = f"{event.get('LogicalResourceId')}: {reason}"
        beginning = event.get("LogicalResourceId") == stack and status.endswith(
            ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
        )
        if beginning and told:
            break
    return " ".join(told.split())
