"""How objects and lists are given: with the ETag of their version, and fresh for as long as who asks allows."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import BaseModel

from chalicelib.api.contract import Answer, Call

ETAG_DIGITS = 10
PUBLIC_S = 30
"""How long a cache may keep what everyone sees, in seconds."""


def versioned(call: Call[Any, Any], body: BaseModel, version: int, *, is_public: bool = True) -> Answer:
    """An object. Its ETag is its version, for If-Match; whoever may change it always gets the newest."""
    return Answer(body, etag=f'"{version}"', cache=_cache(call, is_public))


def digested(
    call: Call[Any, Any], body: BaseModel, version: int, *, is_public: bool = True, public_s: int = PUBLIC_S
) -> Answer:
    """An object told together with what changes without it: its ETag changes with either.

    It begins with the version, which is all that If-Match looks at.
    """
    text = body.model_dump_json()
    digest = hashlib.sha256(text.encode()).hexdigest()[:ETAG_DIGITS]
    return Answer(body, text=text, etag=f'"{version}-{digest}"', cache=_cache(call, is_public, public_s))


def listed(
    call: Call[Any, Any], body: BaseModel, *, is_public: bool = True, public_s: int = PUBLIC_S
) -> Answer:
    """A list, or anything without a version: its ETag is of its text."""
    text = body.model_dump_json()
    return Answer(body, text=text, etag=etag_of(text), cache=_cache(call, is_public, public_s))


def etag_of(text: str) -> str:
    """For what has no version."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def _cache(call: Call[Any, Any], is_public: bool, public_s: int = PUBLIC_S) -> str:
    if is_public and call.principal.is_anonymous:
        return f"public, max-age={public_s}"
    return "private, no-cache"
