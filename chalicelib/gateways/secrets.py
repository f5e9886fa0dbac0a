"""The keys of the box office, from one secret in Secrets Manager, read once a process."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session


@dataclass(frozen=True)
class Secrets:
    """The secret's JSON. Two access keys live at once, so that one can be rotated out while its tokens run off
    (15 minutes). docs/runbook.md tells how it is made and rotated."""

    document: Mapping[str, Any]

    @property
    def access_keys(self) -> Mapping[str, bytes]:
        return {kid: base64.b64decode(key) for kid, key in self.document["access_keys"].items()}

    @property
    def access_kid(self) -> str:
        return str(self.document["access_kid"])

    @property
    def ticket_keys(self) -> Mapping[str, bytes]:
        return {kid: base64.b64decode(key) for kid, key in self.document["ticket_keys"].items()}

    @property
    def ticket_kid(self) -> str:
        return str(self.document["ticket_kid"])

    @property
    def payments_key(self) -> str:
        return str(self.document["payments_key"])

    @property
    def payments_webhook_secret(self) -> str:
        return str(self.document["payments_webhook_secret"])

    def is_edge(self, key: str) -> bool:
        """Whether the request came by our CloudFront, which sends `edge_key` as the header Edge-Key. A stage without
        CloudFront has no such key, and no request comes by it."""
        expected = str(self.document.get("edge_key", ""))
        return bool(expected) and hmac.compare_digest(expected.encode(), key.encode())

    def derived(self, label: str) -> bytes:
        """A key of 32 bytes for one purpose; one purpose's key says nothing of another's."""
        master = base64.b64decode(self.document["signing_key"])
        return hmac.new(master, f"matinee/{label}".encode(), hashlib.sha256).digest()


def from_secrets_manager(secret_id: str) -> Secrets:
    """Read the secret from AWS; one call, so keep what it gives."""
    client: Any = botocore.session.get_session().create_client("secretsmanager")
    answer = client.get_secret_value(SecretId=secret_id)
    return Secrets(json.loads(answer["SecretString"]))
