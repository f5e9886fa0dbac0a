"""Signed cursors: where the next page of a list begins, for that list, those filters and that caller only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field

from chalicelib.api.contract import Call, Query
from chalicelib.api.problems import INVALID_CURSOR, Refused
from chalicelib.gateways.signing import TokenRejected

DEFAULT_LIMIT = 20
LONGEST_LIMIT = 100
LONGEST_CURSOR = 1024

Cursor = Annotated[str, Field(min_length=1, max_length=LONGEST_CURSOR)]
Limit = Annotated[int, Field(ge=1, le=LONGEST_LIMIT)]


class Paged(Query):
    """Base of a list's query. `limit` is how many entries a page has at most."""

    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


def position(call: Call[Any, Any]) -> dict[str, Any] | None:
    """Where the page begins, as `following` was told; None for the first page.

    Raises Refused (400) for a cursor that is not ours, or was made for another list, filter or caller.
    """
    if call.query.cursor is None:
        return None
    try:
        claims = call.wiring.signer("cursor").read(call.query.cursor)
    except TokenRejected:
        raise Refused(INVALID_CURSOR) from None
    if claims.get("for") != _binding(call):
        raise Refused(INVALID_CURSOR)
    found: dict[str, Any] = claims["at"]
    return found


def following(call: Call[Any, Any], next_position: Mapping[str, Any] | None) -> str | None:
    """The cursor of the page that begins at `next_position` (JSON; signed, not secret); None after the last."""
    if next_position is None:
        return None
    return call.wiring.signer("cursor").sign({"for": _binding(call), "at": dict(next_position)})


def _binding(call: Call[Any, Any]) -> str:
    """One short word for all that the cursor depends on; the page's size may change on the way."""
    query: BaseModel = call.query
    filters = query.model_dump_json(exclude={"cursor", "limit"})
    parts = [
        call.operation_id,
        call.principal.id,
        *(f"{name}={call.path[name]}" for name in sorted(call.path)),
        filters,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:22]
