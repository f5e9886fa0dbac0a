"""Every operation × every role, against a table written by hand; an operation that is not in it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chalicelib.api import resources
from tests.api.access_requests import REQUESTS, body_of, names
from tests.api.access_table import TABLE
from tests.support.api import Reply
from tests.support.chain import ROLES, Chain
from tests.support.snapshots import Snapshot
from tests.support.world import a_world

OPERATIONS = {operation.operation_id: operation for operation in resources.operations()}
LETTERS = {403: "F", 404: "N", 409: "X", 422: "I"}


@dataclass(frozen=True)
class Stage:
    chain: Chain
    snapshot: Snapshot


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_world() as world:
        chain = Chain(world)
        yield Stage(chain, Snapshot(world))


def test_the_table_has_every_operation_and_no_other() -> None:
    assert {case.partition(" ")[0] for case in TABLE} == set(OPERATIONS)
    assert set(TABLE) == set(REQUESTS)


@pytest.mark.parametrize("case", sorted(REQUESTS))
def test_each_role_hears_what_the_table_says(stage: Stage, case: str) -> None:
    expected = TABLE[case].replace(" ", "").replace("|", "")
    assert len(expected) == len(ROLES)

    heard = {role: _heard(_ask(stage, case, role)) for role in ROLES}

    assert heard == dict(zip(ROLES, expected, strict=True))


def test_a_logged_out_customer_is_out_after_fifteen_minutes(stage: Stage) -> None:
    stage.snapshot.restore()
    stage.chain.world.clock.advance(minutes=15)

    assert stage.chain.world.api.get("/v1/me", as_=stage.chain.as_("ended")).problem == "not-signed-in"


def _ask(stage: Stage, case: str, role: str) -> Reply:
    stage.snapshot.restore()
    chain = stage.chain
    operation = OPERATIONS[case.partition(" ")[0]]
    request = REQUESTS[case](chain, role)
    return chain.world.api.request(
        operation.method,
        operation.path.format(**{**names(chain), **request.path}),
        as_=chain.as_(role),
        query=request.query,
        headers={"Content-Type": "application/json", **request.headers},
        body=body_of(request),
        version=request.version,
    )


def _heard(reply: Reply) -> str:
    if reply.status < 300:
        return "A"
    if reply.status == 401:
        return "S" if reply.problem == "not-signed-in" else "R"
    return LETTERS.get(reply.status, f"{reply.status} {reply.problem}: {reply.text[:200]}")
