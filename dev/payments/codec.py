"""Sessions and entries as JSON, the form in which the table keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from .sessions import Card, Entry, EntryKind, Notice, Order, Refund, Session, State


def session_to_json(session: Session) -> str:
    return json.dumps(asdict(session), default=_instant)


def session_from_json(text: str) -> Session:
    fields = json.loads(text)
    order = fields["order"]
    return Session(
        session_id=fields["session_id"],
        key=fields["key"],
        state=State(fields["state"]),
        order=Order(**{**order, "expires_at": _read(order["expires_at"])}) if order else None,
        version=fields["version"],
        settles_at=_read(fields["settles_at"]) if fields["settles_at"] else None,
        card=Card(fields["card"]),
        refunds=tuple(Refund(**{**each, "done_at": _read(each["done_at"])}) for each in fields["refunds"]),
        notices=tuple(
            Notice(**{**each, "at": _read(each["at"]), "due_at": _read(each["due_at"])})
            for each in fields["notices"]
        ),
        noted=fields["noted"],
    )


def entry_to_json(entry: Entry) -> str:
    return json.dumps(asdict(entry), default=_instant)


def entry_from_json(text: str) -> Entry:
    fields = json.loads(text)
    return Entry(**{**fields, "kind": EntryKind(fields["kind"]), "at": _read(fields["at"])})


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
