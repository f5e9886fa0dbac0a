"""`Idempotency-Key`: one effect and one answer for a request, however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.access import BUYER
from chalicelib.api.application import Application
from chalicelib.api.contract import Answer, Call, Payload
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.principals import Forbidden
from chalicelib.domain.replays import KEPT, RUN_TIME
from chalicelib.stores import replays
from tests.support.api import Api, bind_routes
from tests.support.people import a_guest
from tests.support.world import World, a_world


class Wish(Payload):
    name: str
    count: int = 1


class Made(Payload):
    id: str
    name: str


class Shop:
    """A sample resource that counts what it makes. `trouble` is raised instead, once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[str] = []
        self.trouble: BaseException | None = None
        self.during: Any = None
        routes = Routes("wishes")

        def make_wish(call: Call[Wish, Any]) -> Answer:
            """Make a wish come true."""
            if self.during is not None:
                self.during, during = None, self.during
                during()
            if self.trouble is not None:
                trouble, self.trouble = self.trouble, None
                raise trouble
            self.made.append(call.body.name)
            made = Made(id=world.wiring.ids.ulid(), name=call.body.name)
            return Answer(made, headers={"Location": f"/v1/wishes/{made.id}"}, etag='"1"')

        routes.post("/v1/wishes", access=BUYER, body=Wish, answer=Made, status=201, replay=True)(make_wish)
        routes.post("/v1/other/{other_id}", access=BUYER, body=Wish, answer=Made, replay=True)(
            make_other(make_wish)
        )
        app = Application("sample")
        bind_routes(app, routes)
        self.api = Api(app)
        self.guest = a_guest(world)


def make_other(make: Any) -> Any:
    def make_other_wish(call: Call[Wish, Any]) -> Answer:
        """Make another wish come true."""
        answer: Answer = make(call)
        return answer

    return make_other_wish


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_world() as world:
        yield Shop(world)


KEY = "6f1c8b1e-8a1c-4d55-9a3a-6d1f3a8b2c11"
BODY = {"name": "x"}


def test_a_repeated_request_has_one_effect_and_the_same_answer(shop: Shop) -> None:
    first = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    again = shop.api.post("/v1/wishes", body=b'{"count": 1,\n"name":"x"}', key=KEY.upper(), as_=shop.guest)

    assert shop.made == ["x"]
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert (again.headers["location"], again.etag) == (first.headers["location"], first.etag)
    assert "idempotency-replayed" not in first.headers and again.headers["idempotency-replayed"] == "true"


def test_another_body_under_the_same_key_is_422(shop: Shop) -> None:
    shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    answer = shop.api.post("/v1/wishes", json={"name": "y"}, key=KEY, as_=shop.guest)

    assert (answer.status, answer.problem) == (422, "idempotency-key-reused")
    assert shop.made == ["x"]


def test_another_path_under_the_same_key_is_422(shop: Shop) -> None:
    shop.api.post("/v1/other/a", json=BODY, key=KEY, as_=shop.guest)

    assert (
        shop.api.post("/v1/other/b", json=BODY, key=KEY, as_=shop.guest).problem == "idempotency-key-reused"
    )


def test_a_key_belongs_to_one_caller_and_one_route(shop: Shop) -> None:
    mine = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    theirs = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=a_guest(shop.world))
    elsewhere = shop.api.post("/v1/other/a", json=BODY, key=KEY, as_=shop.guest)

    assert len({each.json["id"] for each in (mine, theirs, elsewhere)}) == 3


def test_the_same_request_in_flight_is_409_with_a_time_to_come_again(shop: Shop) -> None:
    meanwhile = []
    shop.during = lambda: meanwhile.append(shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest))

    first = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    assert first.status == 201
    assert (meanwhile[0].status, meanwhile[0].problem) == (409, "request-in-flight")
    assert 1 <= int(meanwhile[0].headers["retry-after"]) <= 5
    assert shop.made == ["x"]


def test_another_body_in_flight_is_422(shop: Shop) -> None:
    meanwhile = []
    shop.during = lambda: meanwhile.append(
        shop.api.post("/v1/wishes", json={"name": "y"}, key=KEY, as_=shop.guest)
    )

    shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    assert meanwhile[0].problem == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("trouble", "status"), [(Forbidden(), 403), (Unavailable("The database"), 503), (RuntimeError(), 500)]
)
def test_a_refusal_or_failure_is_not_repeated(shop: Shop, trouble: Exception, status: int) -> None:
    shop.trouble = trouble

    refused = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    again = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    assert (refused.status, again.status) == (status, 201)


def test_a_refused_payload_leaves_the_key_free(shop: Shop) -> None:
    assert shop.api.post("/v1/wishes", json={}, key=KEY, as_=shop.guest).status == 422
    assert shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest).status == 201


class Killed(BaseException):
    """As a function that is stopped: nothing after it runs."""


def test_a_run_that_was_killed_is_taken_over_by_the_same_request_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.trouble = Killed()
    with monkeypatch.context() as stopped:
        stopped.setattr(replays, "forget", lambda *_: None)
        with pytest.raises(Killed):
            shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    early = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    shop.world.clock.advance(seconds=RUN_TIME.total_seconds())
    other = shop.api.post("/v1/wishes", json={"name": "y"}, key=KEY, as_=shop.guest)
    late = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    assert (early.problem, other.problem) == ("request-in-flight", "idempotency-key-reused")
    assert late.status == 201


def test_a_run_that_outlives_its_time_does_not_overwrite_the_answer_of_the_one_that_took_over(
    shop: Shop,
) -> None:
    taken_over = []

    def be_slow() -> None:
        shop.world.clock.advance(seconds=RUN_TIME.total_seconds())
        taken_over.append(shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest))

    shop.during = be_slow
    shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)

    again = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    assert again.json == taken_over[0].json


def test_after_a_day_the_key_is_free(shop: Shop) -> None:
    first = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    shop.world.clock.advance(seconds=KEPT.total_seconds() - 1)
    within = shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest)
    shop.world.clock.advance(seconds=1)
    after = shop.api.post("/v1/wishes", json={"name": "y"}, key=KEY, as_=shop.guest)

    assert within.json == first.json
    assert (after.status, after.json["name"]) == (201, "y")


def test_an_answer_that_could_not_be_kept_is_given_all_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> None:
        raise Unavailable("The database")

    monkeypatch.setattr(replays, "finish", busy)

    assert shop.api.post("/v1/wishes", json=BODY, key=KEY, as_=shop.guest).status == 201


def test_a_key_is_needed(shop: Shop) -> None:
    assert (
        shop.api.post("/v1/wishes", json=BODY, key=None, as_=shop.guest).problem == "idempotency-key-required"
    )
