"""The OpenAPI document says what the views do, whole, and the page that shows it brings everything itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.api import openapi, problem_table, resources
from chalicelib.api.access import Who
from chalicelib.api.contract import Operation
from chalicelib.api.parameters import PATTERNS
from tests.support.world import World, a_world

OPERATIONS = resources.operations()
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.operation_id)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        yield world


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["info"]["title"] == "Matinee"


def test_every_route_of_chalice_is_in_the_document_and_the_reverse(document: dict[str, Any]) -> None:
    from app import app

    routed = {(method, path) for path, methods in app.routes.items() for method in methods}
    documented = {(method.upper(), path) for path, item in document["paths"].items() for method in item}

    assert routed == documented


def test_operation_ids_are_unique_words(document: dict[str, Any]) -> None:
    ids = [operation.operation_id for operation in OPERATIONS]

    assert len(ids) == len(set(ids))
    assert [each for each in ids if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", each)] == []


@each_operation
def test_every_parameter_of_a_path_has_a_pattern(operation: Operation) -> None:
    unknown = [name for name in re.findall(r"{(\w+)}", operation.path) if name not in PATTERNS]

    assert unknown == []


@each_operation
def test_every_input_of_a_date_or_instant_reads_what_its_pattern_says(operation: Operation) -> None:
    """pydantic by itself also reads numbers as dates: `api/fields.py` has types that do not."""
    for model in (operation.body, operation.query):
        for form in _forms(model.model_json_schema() if model else {}):
            if form.get("format") in ("date", "date-time", "time"):
                assert "pattern" in form, (model, form)


@each_operation
def test_every_problem_an_operation_declares_has_a_place_in_the_table(operation: Operation) -> None:
    assert [error.__name__ for error in operation.problems if error not in problem_table.TABLE] == []


@each_operation
def test_every_change_goes_by_the_version_it_is_based_on_or_is_none(operation: Operation) -> None:
    if operation.method in ("PUT", "PATCH", "DELETE") and not operation.if_match:
        assert operation.operation_id in WITHOUT_IF_MATCH


# What each needs no version for: what it changes has no other writer, or its own rule decides.
WITHOUT_IF_MATCH = {"releaseHold": "the token names the exact claims that are given back"}


@each_operation
def test_every_answer_that_depends_on_who_asks_is_private(operation: Operation) -> None:
    if operation.access.who not in (Who.NOBODY, Who.ANYONE):
        assert "public" not in operation.cache


def test_a_token_of_a_hold_or_booking_is_a_security_scheme(document: dict[str, Any]) -> None:
    assert set(document["components"]["securitySchemes"]) == {
        "bearer",
        "guestId",
        "holdToken",
        "bookingToken",
    }
    for item in document["paths"].values():
        for operation in item.values():
            assert not [each for each in operation["parameters"] if each["name"].endswith("-Token")]


def test_every_component_is_used(document: dict[str, Any]) -> None:
    told = str(document["paths"]) + str(document["components"])
    unused = [
        name for name in document["components"]["schemas"] if f"#/components/schemas/{name}'" not in told
    ]

    assert [name for name in unused if not name.endswith("Problem")] == []


class TestServing:
    def test_the_document_is_served_and_not_twice(self, world: World, document: dict[str, Any]) -> None:
        first = world.api.get("/openapi.json")
        again = world.api.get("/openapi.json", headers={"If-None-Match": first.etag})

        assert first.json["paths"].keys() == document["paths"].keys()
        assert (first.headers["content-type"], again.status) == ("application/json", 304)

    def test_the_page_brings_everything_itself_and_allows_nothing_else(self, world: World) -> None:
        page = world.api.get("/docs")

        linked = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
        assert sorted(set(linked)) == ["docs/docs.css", "docs/docs.js", "openapi.json"]
        assert all(world.api.get(f"/{path}").status == 200 for path in linked)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "style=" not in page.text and "<style" not in page.text

    def test_no_answer_invites_another_origin(self, world: World) -> None:
        for path in ("/docs", "/openapi.json", "/health"):
            assert (
                "access-control-allow-origin"
                not in world.api.get(path, headers={"Origin": "http://x"}).headers
            )


def _forms(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for each in schema:
            yield from _forms(each)
    elif isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from _forms(each)
