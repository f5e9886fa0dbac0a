"""What API Gateway answers by itself, worded like the rest: the same problems, from the same table."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.api import problem_table, problems
from chalicelib.domain.principals import Forbidden

# Gateway responses: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
# No route of ours is behind IAM, a key or an authorizer, so only a path or a method that does not exist is refused
# for a missing or unreadable signature.
_SLUGS = {
    "MISSING_AUTHENTICATION_TOKEN": "no-such-route",
    "INVALID_SIGNATURE": "no-such-route",
    "RESOURCE_NOT_FOUND": "no-such-route",
    "REQUEST_TOO_LARGE": "too-large",
    "UNSUPPORTED_MEDIA_TYPE": "unsupported-media-type",
    "BAD_REQUEST_BODY": "invalid-request",
    "BAD_REQUEST_PARAMETERS": "invalid-request",
    "THROTTLED": "too-many-requests",
    "QUOTA_EXCEEDED": "too-many-requests",
    "INTEGRATION_TIMEOUT": "timed-out",
    "INTEGRATION_FAILURE": "internal",
    "API_CONFIGURATION_ERROR": "internal",
    "DEFAULT_5XX": "internal",
}
_FORBIDDEN = ("ACCESS_DENIED", "WAF_FILTERED", "EXPIRED_TOKEN", "INVALID_API_KEY")
_RETRY_AFTER = {"THROTTLED": "1", "QUOTA_EXCEEDED": "60"}


def gateway_responses() -> dict[str, Any]:
    """The value of `x-amazon-apigateway-gateway-responses` in the API's definition."""
    known = {problem.slug: problem for problem in (*problems.OF_HTTP, *problems.OF_THE_GATEWAY)}
    made = {kind: _response(known[slug], kind) for kind, slug in _SLUGS.items()}
    kind = problem_table.TABLE[Forbidden]
    forbidden = problems.Problem(kind.status, kind.slug, kind.title)
    made |= {name: _response(forbidden, name) for name in _FORBIDDEN}
    # Its status is whatever it is, so the body can't repeat it.
    other = _response(known["invalid-request"], "DEFAULT_4XX", with_status=False)
    return made | {"DEFAULT_4XX": other}


def _response(problem: problems.Problem, kind: str, *, with_status: bool = True) -> dict[str, Any]:
    body: dict[str, Any] = {"type": f"/problems/{problem.slug}", "title": problem.title}
    if with_status:
        body["status"] = problem.status
    body["detail"] = problem.detail or problem.title
    headers = {"Content-Type": f"'{problems.MEDIA_TYPE}'", "Cache-Control": "'no-store'"}
    if kind in _RETRY_AFTER:
        headers["Retry-After"] = f"'{_RETRY_AFTER[kind]}'"
    response: dict[str, Any] = {
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": json.dumps(body)},
    }
    return response | ({"statusCode": str(problem.status)} if with_status else {})
