"""`Idempotency-Key`: the answer of (principal, operation, key) is kept for 24 hours and repeated."""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.api.contract import Answer, Call, Operation
from chalicelib.domain.replays import KeptAnswer, Request

REPLAYED = "Idempotency-Replayed"


def once(operation: Operation, call: Call[Any, Any]) -> Answer:
    """Run the handler, or give the answer that it gave to the same request before.

    Raises what the handler raises, KeyReused (422) and StillRunning (409).
    """
    assert call.idempotency_key is not None
    request = Request(call.principal.id, operation.operation_id, call.idempotency_key, _digest(call))
    kept, is_repeated = call.wiring.replays.once(request, lambda: _kept(operation, operation.handler(call)))
    headers = {**kept.headers, REPLAYED: "true"} if is_repeated else kept.headers
    return Answer(None, status=kept.status, headers=headers, text=kept.text)


def _kept(operation: Operation, result: Any) -> KeptAnswer:
    answer = result if isinstance(result, Answer) else Answer(result)
    assert not answer.cookies, "a cookie is nobody else's to repeat"
    headers = dict(answer.headers)
    if answer.etag is not None:
        headers["ETag"] = answer.etag
    text = answer.text if answer.body is None else answer.body.model_dump_json()
    status = answer.status or (204 if text is None and operation.status == 200 else operation.status)
    return KeptAnswer(status, headers, text)


def _digest(call: Call[Any, Any]) -> str:
    """Of all that decides the answer; the body as it was read, so that its spaces and order do not count."""
    parts = [
        *(f"{name}={call.path[name]}" for name in sorted(call.path)),
        call.query.model_dump_json(),
        call.body.model_dump_json() if type(call.body).model_fields else call.raw_body.hex(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
