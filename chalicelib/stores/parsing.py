"""Reads DynamoDB's answers without looking, for each value, for every type that it might have been.

botocore asks each attribute value for all ten of its types in turn. A showtime's rows are some three hundred numbers,
which made that a third of the CPU of an availability. On the wire a value is {type: value} already.
"""

from __future__ import annotations

from base64 import b64decode
from http import HTTPStatus
from typing import Any

from botocore.parsers import JSONParser, ResponseParserFactory


class _Parser(JSONParser):
    def parse(self, response: Any, shape: Any) -> Any:
        """Of a success, what it says and its request's id: botocore adds a copy of all headers, which nobody reads."""
        if response["status_code"] != HTTPStatus.OK:
            return super().parse(response, shape)
        return self._do_parse(response, shape)  # type: ignore[attr-defined]  # its types leave it out

    def _handle_structure(self, shape: Any, value: Any) -> Any:
        if shape.name == "AttributeValue" and value:
            return self._attribute(value)
        return super()._handle_structure(shape, value)  # type: ignore[misc]  # its types leave it out

    def _attribute(self, typed: dict[str, Any]) -> dict[str, Any]:
        for kind, value in typed.items():
            if kind == "M":
                return {kind: {name: self._attribute(each) for name, each in value.items()}}
            if kind == "L":
                return {kind: [self._attribute(each) for each in value]}
            if kind == "B":
                return {kind: b64decode(value)}
            if kind == "BS":
                return {kind: [b64decode(each) for each in value]}
            break
        return typed


class Parsers(ResponseParserFactory):
    """For a session whose only client is DynamoDB's."""

    def create_parser(self, protocol_name: str) -> Any:
        return _Parser() if protocol_name == "json" else super().create_parser(protocol_name)
