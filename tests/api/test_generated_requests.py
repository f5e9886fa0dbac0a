"""Requests made from the document: whatever it allows is understood, whatever it forbids is refused, nothing breaks.

A payload that the document allows may still be refused by a rule of the domain, by a problem that the operation
documents; it may not be refused for its shape.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from app import app
from chalicelib.api import openapi, problems, resources
from tests.api.access_requests import REQUESTS, Request, names
from tests.conftest import SEED
from tests.support.chain import Chain
from tests.support.gateway import Gateway
from tests.support.snapshots import Snapshot
from tests.support.world import a_world

THOROUGH = bool(os.environ.get("PROOF"))
CASES = {"admin": 50 if THOROUGH else 20, "owner": 50 if THOROUGH else 20} | dict.fromkeys(
    ("anonymous", "guest", "customer", "staff", "finance", "manager"), 10 if THOROUGH else 4
)
OF_SHAPE = {"invalid-json", "unsupported-media-type", "idempotency-key-required", "precondition-failed"}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = resources.operations()


@dataclass
class Stage:
    chain: Chain
    snapshot: Snapshot
    schema: Any
    # What the last request was refused for by its shape.
    refusals: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_world() as world:
        chain = Chain(world)
        schema = schemathesis.openapi.from_dict(openapi.document())
        schema.app = Gateway(app)
        yield Stage(chain, Snapshot(world), schema)


@pytest.mark.parametrize("operation_id", [operation.operation_id for operation in OPERATIONS])
def test_generated_requests_are_answered_as_the_document_says(
    stage: Stage, operation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _note_refusals_of_shape(stage, monkeypatch)
    cases = _cases(stage, operation_id)
    for role, examples in CASES.items():
        _ask_as(stage, role, cases, examples)


def _ask_as(stage: Stage, role: str, cases: st.SearchStrategy[Case[Any]], examples: int) -> None:
    @seed(SEED)
    @settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
    )
    @given(case=cases)
    def asked(case: Case[Any]) -> None:
        stage.snapshot.restore()
        stage.refusals.clear()
        headers = dict(stage.chain.as_(role))
        if role == "customer":
            headers["Hold-Token"] = stage.chain.bookings.hold
        note(f"as {role}")
        response = case.call(headers=headers)
        note(f"{response.status_code} {response.text[:2000]}")
        case.validate_response(response, checks=CHECKS, headers=headers)
        _check_problem_is_documented(case, response)
        if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            assert stage.refusals == [], "the document allows it"
        elif response.status_code < 400:
            case.validate_response(response, checks=[checks.negative_data_rejection], headers=headers)

    asked()


def _check_problem_is_documented(case: Case[Any], response: Any) -> None:
    if response.status_code >= 400:
        slug = response.json()["type"].removeprefix("/problems/")
        told = openapi.document()["paths"][case.path][case.method.lower()]["responses"]
        found = told[str(response.status_code)]
        if "$ref" in found:
            found = openapi.document()["components"]["responses"][found["$ref"].rpartition("/")[2]]
        assert f"`{slug}`" in found["description"], f"{slug} is not documented"


def _cases(stage: Stage, operation_id: str) -> st.SearchStrategy[Case[Any]]:
    """As the document has it, half of them about things that exist; and such that it forbids."""
    operation = stage.schema.find_operation_by_id(operation_id)
    # Of an object that exists, what the access table asks for: nothing stands in the way of that one.
    example = REQUESTS[operation_id](stage.chain, "owner") if "{" in operation.path else Request()
    known = {**names(stage.chain), **example.path}
    wanted = {
        each.name: known[each.name] for each in operation.iter_parameters() if each.location.value == "path"
    }
    positive = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    about = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=wanted or None)
    negative = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=wanted or None)
    made = st.one_of(about.map(lambda case: _about_known(case, stage.chain, example.version)), positive)
    return st.one_of(made, negative) if _can_be_wrong(operation) else made


def _can_be_wrong(operation: Any) -> bool:
    """Whether there is anything in a request that could be against the document."""
    return bool(list(operation.iter_parameters()) or operation.body)


def _about_known(case: Case[Any], chain: Chain, version: int | None) -> Case[Any]:
    """With the ids in its body and query such as exist, times to come, and the version that is stored."""
    own = chain.own
    known = {
        **names(chain),
        "cinema": own.cinema.id,
        "auditorium": own.auditorium.id,
        "movie": chain.movie.id,
        "seat": "B-8",
        "starts_at": "2026-11-25T20:15",
        "time_zone": own.cinema.time_zone,
        "currency": own.cinema.currency,
        "language": "en",
        "format": "2D",
        "email": chain.users["another customer"].email,
    }
    for part in (case.body, case.query):
        _replace(part, known)
    body: Any = case.body
    if isinstance(body, dict) and body.get("seats") and case.path.endswith("/holds"):
        # All are the same now, and a seat is held once.
        case.body = {"seats": body["seats"][:1]}
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{version or 1}"'
    return case


def _replace(part: Any, known: Mapping[str, str]) -> None:
    if isinstance(part, list):
        for each in part:
            _replace(each, known)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in known and isinstance(value, str):
                part[key] = known[key]
            else:
                _replace(value, known)


def _note_refusals_of_shape(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit the document is refused by these; the domain refuses elsewhere."""

    def noting(make: Any) -> Any:
        def noted(*args: Any) -> Any:
            problem = make(*args)
            stage.refusals.append((problem.slug, problem.detail, problem.extensions))
            return problem

        return noted

    for name in ("invalid_body", "invalid_query", "invalid_query_names", "unsupported_media_type"):
        monkeypatch.setattr(problems, name, noting(getattr(problems, name)))
