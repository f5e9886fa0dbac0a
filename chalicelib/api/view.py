"""The view around every handler: parse, admit, call, present; every failure becomes a problem."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ValidationError

from chalicelib.api import access, problems
from chalicelib.api.problems import Problem
from chalicelib.domain.errors import DomainError
from chalicelib.observability import logger
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from chalicelib.api.routing import Answer, Call, Operation

_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_ETAG_VERSION = re.compile(r'^(?:W/)?"(\d{1,12})"$')


def of(operation: Operation, blueprint: Blueprint) -> Callable[..., Response]:
    """The function Chalice calls for the operation."""

    def chalice_view(**path: str) -> Response:
        request = blueprint.current_request
        try:
            return _respond(operation, request, path)
        except DomainError as error:
            return problems.response(problems.of(error))
        except problems.Refused as refused:
            return problems.response(refused.problem)
        except Exception:  # the edge: whatever else went wrong is logged with its trace and told as a 500
            logger.exception("unhandled", operation=operation.operation_id)
            return problems.response(problems.INTERNAL)

    return chalice_view


def _respond(operation: Operation, request: Any, path: dict[str, str]) -> Response:
    from chalicelib.api.routing import Answer

    headers = {name.lower(): value for name, value in dict(request.headers).items()}
    call = _call(operation, request, headers, path)
    access.enforce_grant(operation.access, call)
    result = _replayed(operation, call) if operation.replay else operation.handler(call)
    answer = result if isinstance(result, Answer) else Answer(result)
    return _present(operation, answer, headers)


def _call(operation: Operation, request: Any, headers: dict[str, str], path: dict[str, str]) -> Call[Any, Any]:
    from chalicelib.api.routing import Call, Nothing

    current = wiring()
    principal = access.principal_of(headers, current)
    access.admit(operation.access, principal)
    raw = request.raw_body if operation.method in _BODY_METHODS else b""
    return Call(
        wiring=current,
        principal=principal,
        path=path,
        headers=headers,
        body=_body(operation, headers, raw) if operation.body else Nothing(),
        query=_query(operation, request.query_params) if operation.query else _no_query(request.query_params),
        raw_body=raw,
        source_address=_source_address(request, headers),
        expected_version=_expected_version(headers) if operation.if_match else None,
        idempotency_key=_idempotency_key(headers) if operation.idempotency_key else None,
    )


def _source_address(request: Any, headers: Mapping[str, str]) -> str:
    """The caller's address: the gateway's own word; behind CloudFront, the viewer's as CloudFront tells it."""
    viewer = headers.get("cloudfront-viewer-address", "")
    if viewer:
        return viewer.rpartition(":")[0]
    return str(request.context.get("identity", {}).get("sourceIp", ""))


def _body(operation: Operation, headers: Mapping[str, str], raw: bytes) -> BaseModel:
    assert operation.body is not None
    content_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise problems.Refused(problems.unsupported_media_type(content_type))
    try:
        return operation.body.model_validate_json(raw or b"null")
    except ValidationError as error:
        raise problems.Refused(problems.invalid_body(error)) from None


def _query(operation: Operation, params: Any) -> BaseModel:
    assert operation.query is not None
    values = _all_values(params)
    many = {
        name for name, info in operation.query.model_fields.items() if "tuple" in str(info.annotation)
    }
    repeated = [name for name, given in values.items() if len(given) > 1 and name not in many]
    if repeated:
        raise problems.Refused(problems.invalid_query_names(repeated, "is given twice"))
    flat = {name: tuple(given) if name in many else given[0] for name, given in values.items()}
    try:
        return operation.query.model_validate(flat)
    except ValidationError as error:
        raise problems.Refused(problems.invalid_query(error)) from None


def _no_query(params: Any) -> BaseModel:
    from chalicelib.api.routing import Nothing

    if params:
        raise problems.Refused(problems.invalid_query_names(sorted(_all_values(params)), "is not known here"))
    return Nothing()


def _all_values(params: Any) -> dict[str, list[str]]:
    return {name: list(params.getlist(name)) for name in params} if params else {}


def _expected_version(headers: Mapping[str, str]) -> int:
    value = headers.get("if-match", "").strip()
    if not value:
        raise problems.Refused(problems.PRECONDITION_REQUIRED)
    match = _ETAG_VERSION.match(value)
    if match is None:
        raise problems.Refused(problems.PRECONDITION_FAILED)
    return int(match.group(1))


def _idempotency_key(headers: Mapping[str, str]) -> str:
    value = headers.get("idempotency-key", "").strip()
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise problems.Refused(problems.IDEMPOTENCY_KEY_REQUIRED) from None


def _replayed(operation: Operation, call: Call[Any, Any]) -> Answer | BaseModel | None:
    """Run the handler once for (principal, operation, key) and repeat its answer for 24 hours."""
    from chalicelib.api import replay

    return replay.once(operation, call)


def _present(operation: Operation, answer: Answer, request_headers: Mapping[str, str]) -> Response:
    headers: dict[str, Any] = {"Cache-Control": answer.cache or operation.cache, **answer.headers}
    if answer.cookies:
        headers["Set-Cookie"] = list(answer.cookies)
    if answer.etag is not None:
        headers["ETag"] = answer.etag
        if operation.method == "GET" and _matches(request_headers.get("if-none-match", ""), answer.etag):
            return Response(body="", status_code=304, headers=headers)
    status = answer.status or operation.status
    if answer.body is None:
        return Response(body="", status_code=204 if status == 200 else status, headers=headers)
    headers.setdefault("Content-Type", operation.media_type)
    return Response(body=answer.body.model_dump_json(exclude_none=False), status_code=status, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    given = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in given or etag.removeprefix("W/") in given


def problem_of_plain(status: int, body: str) -> Problem:
    """A problem for an answer Chalice made by itself (unknown method, unreadable request)."""
    try:
        told = json.loads(body).get("Message", "")
    except (ValueError, AttributeError):
        told = ""
    return problems.plain(status, told)
