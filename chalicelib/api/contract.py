"""What an operation of the API is: its declaration, what its handler gets and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from chalicelib.api.access import Access
from chalicelib.domain.errors import DomainError
from chalicelib.domain.principals import Principal
from chalicelib.wiring import Wiring

PRIVATE = "private, no-store"

# Built at its first use: of a resource's models, the request that loads it needs two.
_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True)


class Payload(BaseModel):
    """Base of every body and answer: unknown fields are refused, types are not coerced."""

    model_config = _STRICT


class Query(BaseModel):
    """Base of a query string's parameters: a field a parameter, a tuple for one that may be repeated.

    Texts become integers and booleans (true, false) where the field says so, and nothing else does.
    """

    model_config = _STRICT


class Nothing(Payload):
    """No body, or no query."""


B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call(Generic[B, Q]):
    """What a handler gets. `path` holds the path's parameters; header names are lower case."""

    wiring: Wiring
    principal: Principal
    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: B
    query: Q
    raw_body: bytes = b""
    source_address: str = ""
    expected_version: int | None = None
    idempotency_key: str | None = None
    operation_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives when it says more than a body.

    `etag` makes the answer conditional (304). `text` is a body that is written already.
    """

    body: BaseModel | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    etag: str | None = None
    cache: str | None = None
    text: str | None = None


Handler = Callable[[Call[Any, Any]], "Answer | BaseModel | None"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `problems` are the domain errors it may answer with, beside the common ones.

    idempotency_key: the header is required and reaches the handler as `call.idempotency_key`.
    replay: the framework keeps the answer of (principal, route, key) for 24 hours and repeats it; implies it.
    if_match: PUT, PATCH and DELETE go by `If-Match`, which reaches the handler as `call.expected_version`.
    headers: further request headers, name → what it is, for the document.
    answer_headers: further headers of the answer, name → what it is, for the document.
    raw: the body is any JSON; the handler reads it from `call.raw_body`.
    text: the handler writes the body itself (`Answer.text`), and no model describes it.
    also: other statuses of success, status → what it means, with the same body.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    tag: str
    handler: Handler
    access: Access
    description: str = ""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    problems: tuple[type[DomainError], ...] = ()
    cache: str = PRIVATE
    idempotency_key: bool = False
    replay: bool = False
    if_match: bool = False
    conditional: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, str] = field(default_factory=dict)
    raw: bool = False
    text: bool = False
    media_type: str = "application/json"
