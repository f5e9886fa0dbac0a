"""The secret of a stage: made once, kept in Secrets Manager, never in a file of the project."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

KEY_BYTES = 32


def new_document() -> dict[str, Any]:
    """Fresh keys of every kind. docs/runbook.md tells how each is rotated."""
    return {
        "access_keys": {"k1": _key(), "k2": _key()},
        "access_kid": "k2",
        "signing_key": _key(),
        "ticket_keys": {"t1": _key()},
        "ticket_kid": "t1",
        "payments_key": secrets.token_urlsafe(KEY_BYTES),
        "payments_webhook_secret": f"whsec_{_key()}",
        # What CloudFront sends as Edge-Key, so that its word counts on whose address a request comes from.
        "edge_key": secrets.token_urlsafe(KEY_BYTES),
    }


@dataclass(frozen=True, slots=True)
class Secret:
    """`version` is another one after every change: functions that are told it start anew, and read the secret again."""

    arn: str
    version: str
    document: dict[str, Any]


def ensure(name: str) -> Secret:
    """The secret of that name. Made if there is none; a key that it lacks yet is added."""
    client = boto3.client("secretsmanager")
    try:
        found = client.get_secret_value(SecretId=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        document = new_document()
        made = client.create_secret(
            Name=name, SecretString=json.dumps(document), Description="Keys of the box office"
        )
        return Secret(made["ARN"], made["VersionId"], document)
    kept = json.loads(found["SecretString"])
    document = new_document() | kept
    version = found["VersionId"]
    if document != kept:
        version = client.put_secret_value(SecretId=name, SecretString=json.dumps(document))["VersionId"]
    return Secret(found["ARN"], version, document)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
