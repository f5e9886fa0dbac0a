"""The view around every handler: parse, admit, call, present; every failure becomes a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel

from chalicelib.api import access, problems
from chalicelib.api.contract import Answer, Call, Operation
from chalicelib.api.parameters import check_path
from chalicelib.api.reading import Reading
from chalicelib.domain.errors import DomainError
from chalicelib.observability import logger
from chalicelib.wiring import Wiring, wiring


def of(load: Callable[[], Operation], blueprint: Blueprint, operation_id: str) -> Callable[..., Response]:
    """The function Chalice calls for the operation that `load` gives at the first request."""

    @lru_cache(maxsize=1)
    def prepared() -> tuple[Operation, Reading]:
        operation = load()
        return operation, Reading(operation)

    def chalice_view(**path: str) -> Response:
        request = blueprint.current_request
        try:
            operation, reading = prepared()
            return _respond(operation, reading, request, path)
        except DomainError as error:
            return problems.response(problems.of(error))
        except problems.Refused as refused:
            return problems.response(refused.problem)
        except Exception:  # the edge: whatever else went wrong is logged with its trace and told as a 500
            logger.exception("unhandled", operation=operation_id)
            return problems.response(problems.INTERNAL)

    return chalice_view


def _respond(operation: Operation, reading: Reading, request: Any, path: dict[str, str]) -> Response:
    current = wiring()
    headers: dict[str, str] = dict(request.headers)
    principal = access.principal_of(operation.access, headers, current)
    access.admit(operation.access, principal)
    check_path(path)
    raw = reading.raw_body(request)
    call: Call[Any, Any] = Call(
        wiring=current,
        principal=principal,
        path=path,
        headers=headers,
        body=reading.body(headers, raw),
        query=reading.query(request.query_params),
        raw_body=raw,
        source_address=_source_address(request, headers, current),
        expected_version=reading.expected_version(headers) if operation.if_match else None,
        idempotency_key=reading.idempotency_key(headers)
        if operation.idempotency_key or operation.replay
        else None,
        operation_id=operation.operation_id,
    )
    access.enforce_grant(operation.access, call)
    result = _replayed(operation, call) if operation.replay else operation.handler(call)
    answer = result if isinstance(result, Answer) else Answer(result)
    return _present(operation, answer, headers)


def _source_address(request: Any, headers: Mapping[str, str], current: Wiring) -> str:
    """The caller's address: the gateway's own word; behind CloudFront, the viewer's as that tells it.

    Anybody can send CloudFront's header to the gateway itself, so it counts only beside the key of the edge: limits a
    caller could talk their way around would be none.
    """
    viewer = headers.get("cloudfront-viewer-address", "")
    if viewer and current.secrets.is_edge(headers.get("edge-key", "")):
        return viewer.rpartition(":")[0].strip("[]")
    return str(request.context.get("identity", {}).get("sourceIp", ""))


def _replayed(operation: Operation, call: Call[Any, Any]) -> Answer | BaseModel | None:
    """Run the handler once for (principal, operation, key) and repeat its answer for 24 hours."""
    from chalicelib.api import replay

    return replay.once(operation, call)


class UnfitHeader(ValueError):
    """A header that would break the answer apart: a defect of the handler that let such text through."""


def _present(operation: Operation, answer: Answer, request_headers: Mapping[str, str]) -> Response:
    headers: dict[str, Any] = {"Cache-Control": answer.cache or operation.cache, **answer.headers}
    if headers["Cache-Control"].startswith("public"):
        # What nobody in particular was told is not what someone is told.
        headers["Vary"] = "Authorization, Guest-Id"
    for name, value in answer.headers.items():
        if not (value.isascii() and value.isprintable()):
            raise UnfitHeader(name)
    if answer.cookies:
        headers["Set-Cookie"] = list(answer.cookies)
    if answer.etag is not None:
        headers["ETag"] = answer.etag
        if operation.method == "GET" and _matches(request_headers.get("if-none-match", ""), answer.etag):
            return Response(body="", status_code=304, headers=headers)
    status = answer.status or operation.status
    if answer.text is not None:
        text = answer.text
    elif answer.body is not None:
        text = answer.body.model_dump_json()
    else:
        return Response(body="", status_code=204 if status == 200 else status, headers=headers)
    headers.setdefault("Content-Type", operation.media_type)
    return Response(body=text, status_code=status, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    given = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in given or etag.removeprefix("W/") in given
