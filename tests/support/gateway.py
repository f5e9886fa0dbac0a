"""API Gateway as far as a handler sees it: requests become its events, its answers become responses (WSGI)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

from chalice.app import Chalice

from chalicelib.api import problems

STAGE = "/api"


class Gateway:
    """Serves the handler under the stage's path. Path parameters come decoded, bodies as text, headers once each."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        # Concrete paths before those with parameters, as the gateway prefers them.
        self._routes = [
            (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), path)
            for path in sorted(app.routes, key=lambda path: ("{" in path, path))
        ]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raw_path = environ.get("REQUEST_URI", environ["PATH_INFO"]).partition("?")[0]
        answer = self.handle(
            environ["REQUEST_METHOD"],
            raw_path.removeprefix(STAGE),
            environ.get("QUERY_STRING", ""),
            _headers(environ),
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        )
        body = answer["body"].encode()
        headers = list(answer["headers"].items()) + [
            (name, value) for name, values in answer.get("multiValueHeaders", {}).items() for value in values
        ]
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def handle(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> dict[str, Any]:
        """The handler's answer, or the gateway's own for a path or a method it does not know."""
        for pattern, resource in self._routes:
            match = pattern.fullmatch(path)
            if match is not None and method in self._app.routes[resource]:
                event = _event(method, resource, match.groupdict(), query, headers, body)
                # A packaged Chalice has no context to lend, and no handler of ours asks for one.
                answer: dict[str, Any] = self._app(event, None)
                return answer
        unknown: dict[str, Any] = problems.response(problems.NO_SUCH_ROUTE).to_dict([])
        return unknown


def _event(
    method: str, resource: str, parameters: dict[str, str], query: str, headers: dict[str, str], body: bytes
) -> dict[str, Any]:
    try:
        text, is_encoded = body.decode(), False
    except UnicodeDecodeError:
        text, is_encoded = base64.b64encode(body).decode(), True
    return {
        "resource": resource,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None,
        "pathParameters": {name: unquote(value) for name, value in parameters.items()} or None,
        "stageVariables": None,
        "body": text or None,
        "isBase64Encoded": is_encoded,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": resource,
            "requestId": "test",
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        found["Content-Type"] = environ["CONTENT_TYPE"]
    return found
