"""What comes in over HTTP, taken apart and checked."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Far beyond any sum of a cinema, and exact in the floating point of every JSON reader.
LARGEST_MINOR = 2**53 - 1


class Malformed(Exception):
    """The request is not of the agreed shape; the text says where."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Request:
        """Raises Malformed for a body that is not the base 64 it is said to be."""
        body = (event.get("body") or "").encode()
        if event.get("isBase64Encoded"):
            try:
                body = base64.b64decode(body, validate=True)
            except binascii.Error as exc:
                raise Malformed("body") from exc
        return cls(
            method=str(event["httpMethod"]),
            path="/" + str(event["path"]).strip("/"),
            headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
            query=event.get("queryStringParameters") or {},
            body=body,
        )


def object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError as exc:
        raise Malformed("the body is not JSON") from exc
    if not isinstance(fields, dict):
        raise Malformed("the body is not an object")
    return fields


def text(fields: Mapping[str, Any], name: str, longest: int = 200) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Malformed(f"{name}: 1 to {longest} printable characters")
    return value


def url(fields: Mapping[str, Any], name: str) -> str:
    value = text(fields, name, longest=2000)
    # It ends in a Location header and in a link.
    if not re.fullmatch(r"https?://[!-~]+", value):
        raise Malformed(f"{name}: an absolute http or https URL")
    return value


def amount(fields: Mapping[str, Any]) -> tuple[int, str]:
    amount = fields.get("amount")
    if not isinstance(amount, dict):
        raise Malformed("amount: an object of minor and currency")
    minor, currency = amount.get("minor"), amount.get("currency")
    # type() and not isinstance(): True is an int too.
    if type(minor) is not int or not 0 < minor <= LARGEST_MINOR:
        raise Malformed("amount.minor: a whole number above 0")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
        raise Malformed("amount.currency: three capital letters")
    return minor, currency


def moment(fields: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text(fields, name))
    except ValueError as exc:
        raise Malformed(f"{name}: an ISO 8601 instant") from exc
    if moment.tzinfo is None:
        raise Malformed(f"{name}: an instant with its offset")
    return moment.astimezone(UTC)
