"""The secret of a stage: made once, kept in Secrets Manager, never in a file of the project."""

from __future__ import annotations

import base64
import json
import secrets
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


def ensure(name: str) -> tuple[str, dict[str, Any]]:
    """The ARN of the secret and its document. Made if there is none; a key that it lacks yet is added."""
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
        return made["ARN"], document
    kept = json.loads(found["SecretString"])
    document = new_document() | kept
    if document != kept:
        client.put_secret_value(SecretId=name, SecretString=json.dumps(document))
    return found["ARN"], document


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
