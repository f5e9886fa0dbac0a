"""The page's types of the API are what its document gives."""

from __future__ import annotations

from pathlib import Path

from dev import types


def a_document(kind: str) -> dict[str, object]:
    schema = {"type": "object", "required": ["seats"], "properties": {"seats": {"type": kind}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Seats", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Row": schema}},
    }


def test_types_follow_the_document() -> None:
    assert "seats: number;" in types.made(a_document("integer"))
    assert "seats: string;" in types.made(a_document("string"))


def test_types_of_another_document_are_not_current(tmp_path: Path) -> None:
    written = tmp_path / "schema.d.ts"
    assert not types.is_current(written)
    written.write_text(types.made(a_document("string")))
    assert not types.is_current(written)
