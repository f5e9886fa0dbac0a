"""The provider's HTTP API, as a Lambda proxy handler behind API Gateway.

POST /v1/sessions        open (idempotent by `key`)
GET  /v1/sessions?key=   find
POST /v1/sessions/end    end by key
POST /v1/refunds         refund (idempotent by `refund_key`)
GET  /v1/ledger          every movement of money; ?key= of one session, ?after=<place> of the next page
GET  /pay/{session id}   the page on which a person pays; POST with their choice
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from . import page, requests
from .provider import Busy, Provider, UnknownKey, UnknownSession
from .requests import Malformed, Request
from .sessions import Choice, Entry, KeyReused, NotPaid, Order, Session, State

Response = dict[str, Any]
ENTRIES_A_PAGE = 500


class Api:
    """`public_url` is the origin under which people see the pages."""

    def __init__(self, provider: Provider, api_key: str, public_url: str) -> None:
        self._provider = provider
        self._api_key = api_key
        self._public_url = public_url.rstrip("/")

    def __call__(self, event: Mapping[str, Any]) -> Response:
        try:
            request = Request.from_event(event)
            if request.path.startswith("/pay/"):
                return self._page(request, unquote(request.path.removeprefix("/pay/")))
            return self._machine(request)
        except Malformed as exc:
            return _error(400, "malformed", str(exc))
        except Busy:
            return _error(503, "busy", "others change this session; repeat the request")

    def _machine(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._api_key}".encode()):
            return _error(401, "unauthorized", "send the API key as a bearer token")
        handler = {
            ("POST", "/v1/sessions"): self._open,
            ("GET", "/v1/sessions"): self._find,
            ("POST", "/v1/sessions/end"): self._end,
            ("POST", "/v1/refunds"): self._refund,
            ("GET", "/v1/ledger"): self._ledger,
        }.get((request.method, request.path))
        if handler is None:
            return _error(404, "no_such_route", f"{request.method} {request.path}")
        try:
            return _json(200, handler(request))
        except UnknownKey:
            return _error(404, "unknown_key", "no session was ever opened under this key")
        except KeyReused:
            return _error(409, "key_reused", "this key was used for something else")
        except NotPaid:
            return _error(409, "not_paid", "the session is not final; end it or wait, then refund")

    def _open(self, request: Request) -> dict[str, Any]:
        fields = requests.object(request.body)
        minor, currency = requests.amount(fields)
        return self._told(
            self._provider.open(
                Order(
                    key=requests.text(fields, "key"),
                    reference=requests.text(fields, "reference"),
                    minor=minor,
                    currency=currency,
                    expires_at=requests.moment(fields, "expires_at"),
                    return_url=requests.url(fields, "return_url"),
                    description=requests.text(fields, "description", longest=500),
                )
            )
        )

    def _find(self, request: Request) -> dict[str, Any]:
        return self._told(self._provider.find(requests.text(request.query, "key")))

    def _end(self, request: Request) -> dict[str, Any]:
        return self._told(self._provider.end(requests.text(requests.object(request.body), "key")))

    def _refund(self, request: Request) -> dict[str, Any]:
        fields = requests.object(request.body)
        minor, currency = requests.amount(fields)
        key, refund_key = requests.text(fields, "key"), requests.text(fields, "refund_key")
        state, reason = self._provider.refund(key, refund_key, minor, currency)
        return {"key": key, "refund_key": refund_key, "state": state, "reason": reason}

    def _ledger(self, request: Request) -> dict[str, Any]:
        if "key" in request.query:
            return {
                "entries": [
                    _entry_out(e) for e in self._provider.entries_of(requests.text(request.query, "key"))
                ]
            }
        found = self._provider.entries(request.query.get("after", ""), ENTRIES_A_PAGE)
        more = {"after": found[-1][0]} if len(found) == ENTRIES_A_PAGE else {}
        return {"entries": [_entry_out(entry) for _, entry in found], **more}

    def _page(self, request: Request, session_id: str) -> Response:
        try:
            if request.method == "GET":
                return self._html(200, self._provider.session(session_id))
            if request.method == "POST":
                return self._choose(session_id, request.body)
        except UnknownSession:
            return self._html(404, None)
        return _error(405, "no_such_method", request.method)

    def _choose(self, session_id: str, body: bytes) -> Response:
        try:
            choice = Choice(parse_qs(body.decode()).get("choice", [""])[0])
        except ValueError:
            return self._html(400, self._provider.session(session_id))
        session = self._provider.choose(session_id, choice)
        if session.order is None or session.state is State.ENDED:
            return self._html(409, session)
        headers = {"Location": session.order.return_url, "Cache-Control": "no-store"}
        return {"statusCode": 303, "headers": headers, "body": ""}

    def _html(self, status: int, session: Session | None) -> Response:
        body = page.render(session, self._provider.late)
        return {"statusCode": status, "headers": page.headers(session), "body": body}

    def _told(self, session: Session) -> dict[str, Any]:
        order = session.order
        return {
            "session_id": session.session_id,
            "key": session.key,
            "url": f"{self._public_url}/pay/{session.session_id}" if order else "",
            "state": session.state,
            "amount": {
                "minor": order.minor if order else 0,
                "currency": order.currency if order else "XXX",
            },
        }


def _entry_out(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "refund_key": entry.refund_key,
        "amount": {"minor": entry.minor, "currency": entry.currency},
        "at": entry.at.isoformat(),
    }


def _json(status: int, answer: dict[str, Any]) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(answer)}


def _error(status: int, error: str, detail: str) -> Response:
    return _json(status, {"error": error, "detail": detail})
