"""Makes moto's DynamoDB quicker: most of a test's time went into what moto does over and over, or in vain.

Each of these answers as moto's own does (tests/unit/support/test_quick_moto.py compares them), and is left out for
what it isn't made for: another service, another kind of request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

from moto.core.parse import BaseJSONParser
from moto.core.request import Request
from moto.core.serialize import ResponseSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser

# Of these moto tells no types.
ast_nodes: Any = import_module("moto.dynamodb.parsing.ast_nodes")
expressions: Any = import_module("moto.dynamodb.parsing.expressions")
responses: Any = import_module("moto.core.responses")

_serialize_slowly = ResponseSerializer._serialize_type_structure
_parse_slowly: Callable[..., Any] = BaseJSONParser._parse_structure
_request_slowly = Request.from_primitives.__func__  # type: ignore[attr-defined]  # a class's own method
_names_slowly = responses.method_names_from_class
_lex_slowly = ConditionExpressionParser._lex_condition_expression
_condition_slowly = ConditionExpressionParser.parse
_update_slowly = expressions.UpdateExpressionParser.make.__func__


def _is_dynamodb(self: Any) -> bool:
    return bool(self.operation_model.service_model.service_name == "dynamodb")


def _serialize_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """moto looks every member of a shape up, under some eight possible names.

    What its DynamoDB hands over is a plain dict with the very names of the shape, ten of them (S, N, M, …) for each
    attribute, nine of which are absent.
    """
    if type(value) is not dict or not _is_dynamodb(self):
        _serialize_slowly(self, serialized, value, shape, key)
        return
    wrapper = self.MAP_TYPE() if key else serialized
    for name, member in value.items():
        if member is not None and name in shape.members:
            self._serialize(wrapper, member, shape.members[name], name)
    if key:
        self._default_serialize(serialized, wrapper, shape, key)


def _parse_structure(self: Any, shape: Any, value: Any) -> Any:
    """As above, of what is asked."""
    if type(value) is not dict or shape.is_document_type or not _is_dynamodb(self):
        return _parse_slowly(self, shape, value)
    members = shape.members
    parsed = self.MAP_TYPE()
    for name, raw in value.items():
        if raw is not None and name in members:
            parsed[name] = self._parse_shape(members[name], raw)
    return parsed


def _request(cls: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
    """What werkzeug makes by way of a form, its files and its URL, for a request that has none of them."""
    parts = urlsplit(url)
    target = headers.get("X-Amz-Target") or b""
    is_plain = method == "POST" and parts.path == "/" and not parts.query and type(body) is bytes
    if not is_plain or not _text(target).startswith("DynamoDB_"):
        return _request_slowly(cls, method, url, headers, body)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": "",
        "REQUEST_URI": parts.path,
        "RAW_URI": parts.path,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or {"http": 80, "https": 443}[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = _text(value)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return cls(environ)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@lru_cache
def _names(responder: type) -> frozenset[str]:
    """A class has the same methods at each request."""
    return frozenset(_names_slowly(responder))


def _lex(self: Any) -> deque[Any]:
    return deque(_lexed(self.condition_expression))


@lru_cache(maxsize=1024)
def _lexed(expression: str) -> tuple[Any, ...]:
    """The words of a condition are the same, whatever it is asked of."""
    return tuple(_lex_slowly(ConditionExpressionParser(expression, None, None)))


def _condition(self: Any) -> Any:
    """moto reads each condition twice: to check the request, and to carry it out."""
    names, values = self.expression_attribute_names, self.expression_attribute_values
    operation, names_found, values_found = _read(self.condition_expression, _Same(names), _Same(values))
    self.expr_attr_names_found.extend(names_found)
    self.expr_attr_values_found.extend(values_found)
    return operation


class _Same:
    """Stands for what it holds, which can't be hashed."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self._told = repr(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)


@lru_cache(maxsize=16)
def _read(expression: str | None, names: _Same, values: _Same) -> tuple[Any, list[str], list[str]]:
    parser = ConditionExpressionParser(expression, names.value, values.value)
    operation = _condition_slowly(parser)
    return operation, parser.expr_attr_names_found, parser.expr_attr_values_found


def _update(cls: Any, expression: str) -> Any:
    return _updates(cls, expression)


@lru_cache(maxsize=1024)
def _updates(parser: type, expression: str) -> Any:
    """Whoever changes what was read does so on a copy of it."""
    return _update_slowly(parser, expression)


def _copy(self: Any, memo: dict[int, Any]) -> Any:
    """What deepcopy comes to for such a tree, without its asking everything how it wants to be copied."""
    made = object.__new__(type(self))
    made.__dict__.update(self.__dict__)
    memo[id(self)] = made
    if self.children is not None:
        made.children = [deepcopy(each, memo) for each in self.children]
        for child in made.children:
            if isinstance(child, ast_nodes.Node) and child.parent is not None:
                child.parent = made
    return made


def _to_be_processed(self: Any) -> tuple[type, ...]:
    """Kept by who asks it of every node of a tree."""
    kept = vars(self).get("_to_be_processed")
    if kept is None:
        kept = self._to_be_processed = tuple(self._processing_map())
    return cast(tuple[type, ...], kept)


_QUICK: tuple[tuple[Any, str, Any], ...] = (
    (ResponseSerializer, "_serialize_type_structure", _serialize_structure),
    (BaseJSONParser, "_parse_structure", _parse_structure),
    (Request, "from_primitives", classmethod(_request)),
    (responses, "method_names_from_class", _names),
    (ConditionExpressionParser, "_lex_condition_expression", _lex),
    (ConditionExpressionParser, "parse", _condition),
    (expressions.UpdateExpressionParser, "make", classmethod(_update)),
    (ast_nodes.Node, "__deepcopy__", _copy),
    (ast_nodes.DepthFirstTraverser, "nodes_to_be_processed", _to_be_processed),
)


def install() -> None:
    for owner, name, quick in _QUICK:
        setattr(owner, name, quick)


@contextmanager
def left_out() -> Iterator[None]:
    """moto as it is, to compare with."""
    for owner, name, _ in _QUICK:
        slow = _SLOW[owner, name]
        if slow is None:
            delattr(owner, name)
        else:
            setattr(owner, name, slow)
    try:
        yield
    finally:
        install()


_SLOW = {(owner, name): vars(owner).get(name) for owner, name, _ in _QUICK}
