"""Verify a ticket offline: python -m dev.verify_ticket KEYS.json < token, KEYS.json being /api/v1/tickets/keys."""

import base64
import json
import sys
import time
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


keys = {key["kid"]: key["x"] for key in json.loads(Path(sys.argv[1]).read_text())["keys"]}
header, payload, signature = sys.stdin.read().strip().split(".")
public = Ed25519PublicKey.from_public_bytes(decode(keys[json.loads(decode(header))["kid"]]))
try:
    public.verify(decode(signature), f"{header}.{payload}".encode())
except InvalidSignature:
    sys.exit("not a ticket of ours")
ticket = json.loads(decode(payload))
sys.exit("expired") if ticket["exp"] < time.time() else print(ticket["seat"], ticket["show"], ticket["ref"])
