"""Makes moto's answers of DynamoDB quicker: half of a test's time went into looking for names that are not there.

moto looks every member of every shape up under some eight possible names. What its DynamoDB hands over is a plain
dict with the very names of the shape, ten of them (S, N, M, …) for each attribute, nine of which are absent.
"""

from __future__ import annotations

from typing import Any

from moto.core.serialize import ResponseSerializer

_SLOW = ResponseSerializer._serialize_type_structure


def _serialize_type_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if type(value) is not dict or self.operation_model.service_model.service_name != "dynamodb":
        _SLOW(self, serialized, value, shape, key)
        return
    wrapper = self.MAP_TYPE() if key else serialized
    for name, member in value.items():
        if member is not None and name in shape.members:
            self._serialize(wrapper, member, shape.members[name], name)
    if key:
        self._default_serialize(serialized, wrapper, shape, key)


def install() -> None:
    ResponseSerializer._serialize_type_structure = _serialize_type_structure  # type: ignore[method-assign]
