"""Operations of a test's own, each with what a request can get wrong."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.access import ANYONE, CUSTOMER
from chalicelib.api.contract import Answer, Call, Payload, Query
from chalicelib.api.cursors import Paged, following, position
from chalicelib.api.fields import Day, Instant, line
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Unavailable


class Thing(Payload):
    name: Annotated[str, line(1, 10)]
    count: Annotated[int, Field(ge=0, le=10)] = 0
    note: str = ""
    on: Day | None = None
    at: Instant | None = None


class Sizes(Payload):
    sizes: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)]


class Filter(Query):
    n: Annotated[int, Field(ge=1)] | None = None
    exact: bool = False
    tag: tuple[str, ...] = ()
    on: Day | None = None


class Told(Payload):
    n: int | None
    exact: bool
    tag: tuple[str, ...]
    on: date | None


class Letters(Paged):
    kind: str = "all"


class Page(Payload):
    letters: str
    next_cursor: str | None


routes = Routes("things")


@routes.post("/v1/things", access=ANYONE, body=Thing, answer=Thing, status=201)
def create_thing(call: Call[Thing, Any]) -> Thing:
    """Make a thing."""
    return call.body


@routes.post("/v1/lists", access=ANYONE, body=Sizes, answer=Sizes, status=201)
def make_list(call: Call[Sizes, Any]) -> Sizes:
    """Make a list."""
    return call.body


@routes.put("/v1/things/{thing_id}", access=ANYONE, body=Thing, answer=Thing, if_match=True)
def replace_thing(call: Call[Thing, Any]) -> Answer:
    """Change a thing."""
    return Answer(call.body, etag=f'"{call.expected_version}"')


@routes.get("/v1/things", access=ANYONE, query=Filter, answer=Told)
def list_things(call: Call[Any, Filter]) -> Answer:
    """List things."""
    told = Told(n=call.query.n, exact=call.query.exact, tag=call.query.tag, on=call.query.on)
    return Answer(told, etag='"7"', cache="public, max-age=1")


@routes.get("/v1/letters/{kind}", access=ANYONE, query=Letters, answer=Page)
def list_letters(call: Call[Any, Letters]) -> Page:
    """List letters, a page at a time."""
    start = (position(call) or {"at": 0})["at"]
    end = start + call.query.limit
    letters = "abcdefghij"[start:end]
    return Page(letters=letters, next_cursor=following(call, {"at": end} if end < 10 else None))


@routes.post("/v1/keyed", access=ANYONE, idempotency_key=True)
def use_key(call: Call[Any, Any]) -> Answer:
    """Need a key."""
    return Answer(None, headers={"Location": f"/v1/things/{call.idempotency_key}"})


@routes.get("/v1/busy", access=ANYONE)
def be_busy(call: Call[Any, Any]) -> None:
    """Be busy."""
    raise Unavailable("The database", 3)


@routes.get("/v1/broken", access=ANYONE)
def be_broken(call: Call[Any, Any]) -> None:
    """Be broken."""
    raise RuntimeError("a secret of the inside")


@routes.get("/v1/torn", access=ANYONE)
def be_torn(call: Call[Any, Any]) -> Answer:
    """Try to answer with a header that ends early."""
    return Answer(None, headers={"Location": "/v1/x\r\nSet-Cookie: stolen=1"})


@routes.get("/v1/mine", access=CUSTOMER)
def read_mine(call: Call[Any, Any]) -> None:
    """Need a customer."""
