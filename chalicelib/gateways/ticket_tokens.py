"""Ticket tokens: what a ticket's QR carries. Signed with Ed25519, so that a door verifies it offline.

A compact JWS (RFC 7515, RFC 8037): header alg EdDSA, typ "ticket", kid; claims `ref`, `show`, `seat`, `exp`. No personal
data. Computed from the booking, never stored.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TYPE = "ticket"


class TicketTokens:
    """`seeds` are Ed25519 private keys of 32 bytes by kid; `kid` is the one that signs."""

    def __init__(self, seeds: Mapping[str, bytes], kid: str) -> None:
        self._seeds = seeds
        self._kid = kid

    @cached_property
    def _signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._seeds[self._kid])

    def sign(self, reference: str, showtime_id: str, seat: str, expires_at: datetime) -> str:
        claims = {"ref": reference, "show": showtime_id, "seat": seat, "exp": int(expires_at.timestamp())}
        return jwt.encode(
            claims, self._signing_key, algorithm="EdDSA", headers={"kid": self._kid, "typ": TYPE}
        )

    def published(self) -> list[dict[str, Any]]:
        """The public keys as JSON Web Keys (RFC 8037), every one whose tickets may still be at the door."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": _public(seed)}
            for kid, seed in sorted(self._seeds.items())
        ]


def _public(seed: bytes) -> str:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return base64.urlsafe_b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode().rstrip("=")
