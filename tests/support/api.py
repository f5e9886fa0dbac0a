"""A thin client over Chalice's test client: JSON in, JSON out, the headers that most requests carry."""

from __future__ import annotations

import json as json_module
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from chalice.app import CaseInsensitiveMapping, Chalice
from chalice.test import Client

from chalicelib.api.routing import Route, Routes, bind

NEW_KEY = "a new key"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Header names are case-insensitive; `cookies` are the Set-Cookie headers."""

    status: int
    headers: CaseInsensitiveMapping
    body: bytes

    @property
    def json(self) -> Any:
        return json_module.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def etag(self) -> str:
        return str(self.headers["etag"])

    @property
    def cookies(self) -> list[str]:
        given = self.headers.get("set-cookie", [])
        return given if isinstance(given, list) else [given]

    @property
    def problem(self) -> str:
        """The slug of the problem; fails when the answer is not one."""
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.text)
        return str(self.json["type"]).removeprefix("/problems/")


def errors_of(reply: Reply) -> set[str]:
    """What of a request a 422 points at: pointers and parameters."""
    assert reply.status == 422, reply.text
    return {each.get("pointer", each.get("parameter")) for each in reply.json["errors"]}


def bind_routes(app: Chalice, routes: Routes) -> None:
    """Serve a test's own operations."""
    declared = {operation.operation_id: operation for operation in routes.operations}
    table = [Route(each.method, each.path, each.operation_id, "sample") for each in declared.values()]
    bind(app, table, lambda route: declared[route.operation_id])


def guest(guest_id: str) -> dict[str, str]:
    """For `as_`: ask as the guest of this signed id."""
    return {"Guest-Id": guest_id}


class Api:
    """Paths are as the routes are declared (`/v1/...`).

    as_: an access token, or headers (`guest(...)`). json: the body; body: bytes as they are. key: POSTs get a new
    Idempotency-Key each unless one is given; None leaves it out. version: sends If-Match with that version.
    """

    def __init__(self, app: Chalice, seed: int = 0) -> None:
        self._client = Client(app)
        self._random = Random(seed)

    def get(self, path: str, **details: Any) -> Reply:
        return self.request("GET", path, **details)

    def post(self, path: str, **details: Any) -> Reply:
        return self.request("POST", path, **details)

    def put(self, path: str, **details: Any) -> Reply:
        return self.request("PUT", path, **details)

    def patch(self, path: str, **details: Any) -> Reply:
        return self.request("PATCH", path, **details)

    def delete(self, path: str, **details: Any) -> Reply:
        return self.request("DELETE", path, **details)

    def new_key(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        as_: str | Mapping[str, str] | None = None,
        key: str | None = NEW_KEY,
        version: int | None = None,
    ) -> Reply:
        sent: dict[str, str] = {}
        if isinstance(as_, str):
            sent["Authorization"] = f"Bearer {as_}"
        elif as_ is not None:
            sent.update(as_)
        if json is not None:
            body = json_module.dumps(json).encode()
            sent["Content-Type"] = "application/json"
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = self.new_key() if key is NEW_KEY else key
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        sent.update(headers or {})
        if query:
            path = f"{path}?{urlencode(query, doseq=True)}"
        answer = self._client.http.request(method, path, headers=sent, body=body or b"")
        return Reply(answer.status_code, CaseInsensitiveMapping(answer.headers), answer.body)
