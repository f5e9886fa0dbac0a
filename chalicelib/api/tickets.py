"""The published keys by which anyone verifies a ticket offline."""

from __future__ import annotations

from typing import Any

from chalicelib.api.access import ANYONE
from chalicelib.api.contract import Call, Payload
from chalicelib.api.routing import Routes

routes = Routes("tickets")


class TicketKey(Payload):
    """A JSON Web Key (RFC 8037): an Ed25519 public key, `x` in base64url."""

    kty: str
    crv: str
    alg: str
    use: str
    kid: str
    x: str


class TicketKeys(Payload):
    keys: tuple[TicketKey, ...]


@routes.get("/v1/tickets/keys", access=ANYONE, answer=TicketKeys, cache="public, max-age=3600")
def list_ticket_keys(call: Call[Any, Any]) -> TicketKeys:
    """Publish the public keys of ticket tokens."""
    return TicketKeys(keys=tuple(TicketKey(**key) for key in call.wiring.ticket_tokens.published()))
