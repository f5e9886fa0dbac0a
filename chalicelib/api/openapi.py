"""The OpenAPI 3.1 document, made from the declared operations: what it says and what the views do are one source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api import problem_schemas
from chalicelib.api.access import Access, Who
from chalicelib.api.contract import Operation
from chalicelib.api.parameters import OTHER, PATTERNS
from chalicelib.api.reading import ETAG_PATTERN, TEXT_PATTERN, UUID_PATTERN, present_form
from chalicelib.api.replay import REPLAYED
from chalicelib.api.sessions import DEVICE_COOKIE, REFRESH_COOKIE

API_VERSION = "1.0.0"
DESCRIPTION = """\
The box office of a cinema chain: find a showtime, hold seats, pay, have tickets.

**Who asks.** Users send `Authorization: Bearer <access token>`; guests send `Guest-Id`. A token that does not count is
refused, also where none is needed; only the operations of `auth/` do not look at it.

**Repeating.** Every POST that makes something takes an `Idempotency-Key` (a UUID): send the same one when you repeat.
PUT, PATCH and DELETE take `If-Match` with the ETag of what you read.

**Errors** are `application/problem+json` (RFC 9457). Their `type` is stable: `/problems/` and a slug.

**Lists** are paged: `next` of one page is `cursor` of the following, null on the last.

**Money** is in minor units of its currency. **Instants** are UTC; a showtime also has its cinema's local time."""

_REF = "#/components/schemas/{model}"
_BODY_OF_ANY_KIND = {"type": "object"}
_TOKENS = {
    "Hold-Token": ("holdToken", "The token a hold was answered with. Whoever has it has the seats."),
    "Booking-Token": ("bookingToken", "The token of the link that opens a guest's booking."),
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole API's. Built at the first request for it, never while a function starts."""
    from chalicelib.api import resources

    return build(resources.operations())


def build(operations: Iterable[Operation]) -> dict[str, Any]:
    """The document of these operations."""
    declared = list(operations)
    schemas, names = _schemas(declared)
    paths: dict[str, dict[str, Any]] = {}
    for operation in declared:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Matinee", "version": API_VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/api"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in declared)],
        "paths": paths,
        "components": {
            "schemas": {**schemas, **problem_schemas.schemas()},
            "responses": problem_schemas.responses(),
            "securitySchemes": _security_schemes(),
        },
    }


def _schemas(operations: list[Operation]) -> tuple[dict[str, Any], dict[tuple[type[BaseModel], str], str]]:
    """The components' schemas, and the name that each (model, mode) has among them."""
    wanted: dict[tuple[type[BaseModel], str], None] = {}
    for operation in operations:
        for model, mode in ((operation.body, "validation"), (operation.answer, "serialization")):
            if model is not None:
                wanted[model, mode] = None
    inputs: Any = list(wanted)
    references, definitions = models_json_schema(inputs, ref_template=_REF)
    names: dict[tuple[type[BaseModel], str], str] = {
        (model, mode): str(references[model, mode]["$ref"]).rpartition("/")[2]  # type: ignore[index]  # Literal there
        for model, mode in wanted
    }
    return {name: _tidy(schema) for name, schema in definitions.get("$defs", {}).items()}, names


def _tidy(schema: Any, *, is_property: bool = False) -> Any:
    """Without the titles that only repeat a property's name; and no text without a word on NUL, which none may hold."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidy: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "properties":
            tidy[name] = {each: _tidy(part, is_property=True) for each, part in value.items()}
        elif name in ("default", "examples", "enum", "const"):
            tidy[name] = value
        elif not (is_property and name == "title"):
            tidy[name] = _tidy(value)
    if tidy.get("type") == "string" and not tidy.keys() & {"pattern", "enum", "const", "format"}:
        tidy["pattern"] = TEXT_PATTERN
    return tidy


def _operation(operation: Operation, names: Mapping[tuple[type[BaseModel], str], str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "description": "\n\n".join(part for part in (operation.description, _who(operation.access)) if part),
        "tags": [operation.tag],
        "security": _security(operation),
        "parameters": [*_path(operation), *_query(operation), *_headers(operation), *_cookies(operation)],
        "responses": {**_answers(operation, names), **problem_schemas.of(operation)},
        "x-access": {"who": operation.access.who.value, "roles": sorted(operation.access.roles)},
    }
    if operation.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(names[operation.body, "validation"])}},
        }
    elif operation.raw:
        told["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _BODY_OF_ANY_KIND}},
        }
    return told


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=name)}


def _who(access: Access) -> str:
    match access.who:
        case Who.NOBODY | Who.ANYONE:
            return ""
        case Who.BUYER:
            return "For users and guests."
        case Who.CUSTOMER:
            return "For users."
        case Who.ADMIN:
            return "For admins."
        case Who.GRANTED:
            roles = ", ".join(sorted(access.roles))
            return f"For admins, and users with a role in the cinema: {roles}."


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """Alternatives, any one of which will do. A token that is needed besides stands in each."""
    bearer: dict[str, list[str]] = {"bearer": []}
    guest: dict[str, list[str]] = {"guestId": []}
    match operation.access.who:
        case Who.NOBODY:
            return []
        case Who.ANYONE:
            ways: list[dict[str, list[str]]] = [{}, bearer, guest]
        case Who.BUYER:
            ways = [bearer, guest]
        case _:
            ways = [bearer]
    if "Hold-Token" in operation.headers:
        ways = [{**way, "holdToken": []} for way in ways]
    if "Booking-Token" in operation.headers:
        ways = [bearer, {"bookingToken": []}]
    return ways


def _security_schemes() -> dict[str, Any]:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token.",
        },
        "guestId": {
            "type": "apiKey",
            "in": "header",
            "name": "Guest-Id",
            "description": "The signed id of a guest, from auth/guests.",
        },
        **{
            scheme: {"type": "apiKey", "in": "header", "name": header, "description": description}
            for header, (scheme, description) in _TOKENS.items()
        },
    }


def _path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": PATTERNS.get(name, OTHER)},
        }
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    required = schema.get("required", [])
    parameters = []
    for name, declared in schema.get("properties", {}).items():
        form = _tidy(_inlined(present_form(declared), schema.get("$defs", {})), is_property=True)
        if declared.get("default") is not None:
            form["default"] = declared["default"]
        description = form.pop("description", None) or declared.get("description")
        parameter: dict[str, Any] = {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": form,
        }
        if description:
            parameter["description"] = description
        if form.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        parameters.append(parameter)
    return parameters


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """With enumerations in place: parameters are read one by one."""
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        found = definitions[schema["$ref"].rpartition("/")[2]]
        return {**_inlined(found, definitions), **{k: v for k, v in schema.items() if k != "$ref"}}
    return {name: _inlined(value, definitions) for name, value in schema.items()}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.if_match:
        told = "The ETag of what you read; another has come since: 412."
        found.append(_header("If-Match", told, ETAG_PATTERN, is_required=True))
    if operation.idempotency_key or operation.replay:
        told = "A new UUID for a new request; the same one when you repeat it."
        found.append(_header("Idempotency-Key", told, UUID_PATTERN, is_required=True))
    if operation.conditional:
        found.append(_header("If-None-Match", "The ETag of what you have; unchanged: 304.", TEXT_PATTERN))
    return found + [
        _header(name, description, TEXT_PATTERN)
        for name, description in operation.headers.items()
        if name not in _TOKENS and name != "Cookie"
    ]


def _cookies(operation: Operation) -> list[dict[str, Any]]:
    """Browsers send them by themselves; other clients have their tokens in bodies."""
    if "Cookie" not in operation.headers:
        return []
    schema = {"type": "string"}
    description = operation.headers["Cookie"]
    return [
        {"name": name, "in": "cookie", "required": False, "description": description, "schema": schema}
        for name in (REFRESH_COOKIE, DEVICE_COOKIE)
    ]


def _header(name: str, description: str, pattern: str, *, is_required: bool = False) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {
        "name": name,
        "in": "header",
        "required": is_required,
        "description": description,
        "schema": schema,
    }


def _answers(operation: Operation, names: Mapping[tuple[type[BaseModel], str], str]) -> dict[str, Any]:
    headers = {name: _answer_header(told) for name, told in _answer_headers(operation).items()}
    status = operation.status
    content: dict[str, Any] = {}
    if operation.answer is not None:
        schema: dict[str, Any] = _ref(names[operation.answer, "serialization"])
        content = {"content": {operation.media_type: {"schema": schema}}}
    elif operation.media_type != "application/json":
        content = {"content": {operation.media_type: {"schema": {"type": "string"}}}}
    elif operation.text:
        content = {"content": {"application/json": {"schema": _BODY_OF_ANY_KIND}}}
    elif status == 200:
        status = 204
    answers = {str(status): {"description": HTTPStatus(status).phrase, "headers": headers, **content}}
    for other, meaning in operation.also.items():
        answers[str(other)] = {"description": meaning, "headers": headers, **content}
    if operation.conditional:
        answers["304"] = {"description": "You have it already", "headers": headers}
    return answers


def _answer_headers(operation: Operation) -> dict[str, str]:
    found = {"Cache-Control": "Who may keep the answer, and for how long."}
    if operation.conditional or operation.if_match:
        found["ETag"] = "The version of the answer."
    if operation.replay:
        found[REPLAYED] = "`true` when the answer was given before."
    return {**found, **operation.answer_headers}


def _answer_header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
