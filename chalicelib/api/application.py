"""Chalice as this API needs it: whatever it answers by itself is a problem too."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from chalice.app import Chalice, Request

from chalicelib.api import problems
from chalicelib.api.problems import Problem
from chalicelib.observability import logger

_request: ContextVar[Request | None] = ContextVar("request", default=None)
_context: ContextVar[Any] = ContextVar("context", default=None)


class Application(Chalice):
    """Where threads serve it, requests run side by side: each has its own `current_request`."""

    def __init__(self, app_name: str) -> None:
        super().__init__(app_name, configure_logs=False)
        self.log = logger  # type: ignore[assignment]  # a logger in all that Chalice asks of one

    @property
    def current_request(self) -> Request | None:
        return _request.get()

    @current_request.setter
    def current_request(self, request: Request | None) -> None:
        _request.set(request)

    @property
    def lambda_context(self) -> Any:
        return _context.get()

    @lambda_context.setter
    def lambda_context(self, context: Any) -> None:
        _context.set(context)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        about = event.get("requestContext") or {}
        logger.set_correlation_id(about.get("requestId"))
        path, method = about.get("resourcePath"), about.get("httpMethod")
        if path not in self.routes:
            return _told(problems.NO_SUCH_ROUTE)
        if method not in self.routes[path]:
            return _told(problems.method_not_allowed(self.routes[path]))
        answer: dict[str, Any] = super().__call__(event, context)
        if answer["statusCode"] >= 400 and answer["headers"].get("Content-Type") != problems.MEDIA_TYPE:
            # Only what failed outside the view comes here: Chalice has logged it.
            return _told(problems.INTERNAL if answer["statusCode"] >= 500 else problems.INVALID_REQUEST)
        return answer


def _told(problem: Problem) -> dict[str, Any]:
    answer: dict[str, Any] = problems.response(problem).to_dict([])
    return answer
