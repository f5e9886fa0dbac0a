"""Reading a request as its operation declares it; whatever does not fit is refused before any use case."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from chalicelib.api import problems
from chalicelib.api.contract import Nothing, Operation
from chalicelib.api.problems import Refused

LONGEST_BODY = 512 * 1024
UUID_PATTERN = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
TEXT_PATTERN = r"^[^\x00]*$"
# A version, and what may follow it where an answer tells more than the object.
ETAG_PATTERN = r'^(W/)?"[0-9]{1,12}(-[0-9a-f]{10})?"$'

_UUID = re.compile(UUID_PATTERN)
_ETAG = re.compile(ETAG_PATTERN)
_INTEGER = re.compile(r"^(-?(?:0|[1-9][0-9]{0,17}))(?:\.0+)?$")
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_NUL = re.compile(rb"\\u0000")
_NOTHING = Nothing()


class Reading:
    """Prepared once an operation, so that a request pays only for its own values."""

    def __init__(self, operation: Operation) -> None:
        self._takes_body = operation.method in _BODY_METHODS
        self._body_model = operation.body
        self._query_model = operation.query
        self._parameters = _parameters(operation.query) if operation.query else {}

    def raw_body(self, request: Any) -> bytes:
        """Raises Refused for what cannot be a body of bytes, or is too long for one."""
        if not self._takes_body:
            return b""
        try:
            raw: bytes = request.raw_body
        except (binascii.Error, UnicodeEncodeError):
            raise Refused(problems.INVALID_REQUEST) from None
        if len(raw) > LONGEST_BODY:
            raise Refused(problems.TOO_LARGE)
        return raw

    def body(self, headers: Mapping[str, str], raw: bytes) -> BaseModel:
        if self._body_model is None:
            return _NOTHING
        content_type = headers.get("content-type", "application/json")
        if content_type != "application/json" and not _is_json(content_type):
            raise Refused(problems.unsupported_media_type(content_type))
        try:
            body = self._body_model.model_validate_json(raw)
        except ValidationError as error:
            body = _with_whole_numbers(self._body_model, raw, error)
        if _NUL.search(raw) is not None:
            _refuse_nul(raw)
        return body

    def query(self, params: Any) -> BaseModel:
        if self._query_model is None:
            if params:
                raise Refused(problems.invalid_query_names(sorted(params), "is not known here"))
            return _NOTHING
        values: dict[str, Any] = {}
        for name in params or ():
            given = params.getlist(name)
            kind, many = self._parameters.get(name, ("string", False))
            if len(given) > 1 and not many:
                raise Refused(problems.invalid_query_names([name], "is given twice"))
            if any("\0" in each for each in given):
                raise Refused(problems.invalid_query_names([name], "holds the character U+0000"))
            values[name] = [_value(kind, each) for each in given] if many else _value(kind, given[0])
        try:
            # By JSON, so that dates, enumerations and tuples read as they do in a body.
            return self._query_model.model_validate_json(json.dumps(values))
        except ValidationError as error:
            raise Refused(problems.invalid_query(error)) from None

    def expected_version(self, headers: Mapping[str, str]) -> int:
        value = headers.get("if-match", "").strip()
        if not value:
            raise Refused(problems.PRECONDITION_REQUIRED)
        if _ETAG.match(value) is None:
            raise Refused(problems.PRECONDITION_FAILED)
        return int(value.removeprefix("W/").strip('"').partition("-")[0])

    def idempotency_key(self, headers: Mapping[str, str]) -> str:
        value = headers.get("idempotency-key", "").strip()
        if _UUID.match(value) is None:
            raise Refused(problems.IDEMPOTENCY_KEY_REQUIRED)
        return value.lower()


def _parameters(model: type[BaseModel]) -> dict[str, tuple[str, bool]]:
    """Of each parameter the JSON type of one value, and if it may be repeated, as the document has it."""
    schema = model.model_json_schema()
    found = {}
    for name, declared in schema.get("properties", {}).items():
        part = present_form(declared)
        many = part.get("type") == "array"
        if many:
            part = part.get("items", {})
        found[name] = (str(part.get("type", "string")), many)
    return found


def present_form(declared: dict[str, Any]) -> dict[str, Any]:
    """Without the null that only says that the parameter may be left out."""
    forms = [form for form in declared.get("anyOf", [declared]) if form.get("type") != "null"]
    return dict(forms[0])


def _value(kind: str, given: str) -> Any:
    """Other text stays text, and the model says what is wrong with it."""
    if kind == "integer" and (whole := _INTEGER.match(given)) is not None:
        return int(whole.group(1))
    if kind == "boolean" and given in ("true", "false"):
        return given == "true"
    return given


def _with_whole_numbers(model: type[BaseModel], raw: bytes, error: ValidationError) -> BaseModel:
    """To JSON, and to the document, 1.0 and 1e1 are integers as well: the rare body that says so is read again."""
    not_whole = {each["type"] for each in error.errors(include_url=False, include_input=False)}
    if "int_type" not in not_whole:
        raise Refused(problems.invalid_body(error)) from None
    try:
        return model.model_validate_json(json.dumps(json.loads(raw, parse_float=_number)))
    except ValidationError as still:
        raise Refused(problems.invalid_body(still)) from None


def _number(text: str) -> int | float:
    number = float(text)
    # Beyond 2^53 a float does not say which integer it is.
    return int(number) if number.is_integer() and abs(number) <= 2**53 else number


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != "application/json":
        return False
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', parameters, re.IGNORECASE)
    return charset is None or charset.group(1).lower() in ("utf-8", "utf8", "us-ascii")


def _refuse_nul(raw: bytes) -> None:
    """No text of ours holds the character NUL: half of what comes after would end at it."""
    found = [
        {"pointer": at, "detail": "The character U+0000 is not allowed"} for at in _nul(json.loads(raw), "")
    ]
    if found:
        raise Refused(problems.invalid(found))


def _nul(value: Any, at: str) -> list[str]:
    if isinstance(value, str):
        return [at] if "\0" in value else []
    if isinstance(value, list):
        return [found for number, each in enumerate(value) for found in _nul(each, f"{at}/{number}")]
    if isinstance(value, dict):
        return [
            found
            for name, each in value.items()
            for found in ([at] if "\0" in name else _nul(each, at + problems.pointer(name)))
        ]
    return []
