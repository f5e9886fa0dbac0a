"""Builds the one conditional update of a row from named clauses.

Each clause has a name and each write an operation, so that a test can leave any one of them out and show that
something notices (tests/properties/test_negative_controls.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chalicelib.stores.keys import Key

# Short, because an expression may have 4,096 characters (DynamoDB developer guide, "Expression size limits").
_ATTRIBUTES = {"claims": "#c", "open_until": "#o", "cancelled": "#x"}
_PLACEHOLDER = re.compile(r"[#:]\w+")


@dataclass
class RowExpression:
    """Assignments and clauses of one UpdateItem. `operation` is the step of selling that writes."""

    operation: str
    _names: dict[str, str] = field(default_factory=dict)
    _values: dict[str, dict[str, Any]] = field(default_factory=dict)
    _sets: list[str] = field(default_factory=list)
    _clauses: list[str] = field(default_factory=list)

    def attribute(self, name: str) -> str:
        placeholder = _ATTRIBUTES[name]
        self._names[placeholder] = name
        return placeholder

    def claim(self, number: str) -> str:
        """The path of a seat's claim. A seat's number may begin with a digit, so it needs a placeholder."""
        placeholder = f"#s{number}"
        self._names[placeholder] = number
        return f"{self.attribute('claims')}.{placeholder}"

    def number(self, name: str, value: int) -> str:
        self._values[f":{name}"] = {"N": str(value)}
        return f":{name}"

    def boolean(self, name: str, value: bool) -> str:
        self._values[f":{name}"] = {"BOOL": value}
        return f":{name}"

    def assign(self, path: str, value: str) -> None:
        self._sets.append(f"{path} = {value}")

    def require(self, clause: str, text: str) -> None:
        """Add a clause of the condition under its name."""
        self._clauses.append(text)

    def require_any(self, alternatives: dict[str, str]) -> None:
        """Add a clause that holds when any of the named alternatives does."""
        self._clauses.append(
            f"({' OR '.join(alternatives.values())})" if alternatives else "attribute_exists(pk)"
        )

    def update(self, table: str, key: Key) -> dict[str, Any]:
        """The parameters of UpdateItem, or of an Update in a transaction. A refusal returns the item it found."""
        update = "SET " + ", ".join(self._sets)
        condition = " AND ".join(self._clauses)
        used = set(_PLACEHOLDER.findall(f"{update} {condition}"))
        parameters: dict[str, Any] = {
            "TableName": table,
            "Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "UpdateExpression": update,
            "ExpressionAttributeNames": {name: real for name, real in self._names.items() if name in used},
            "ExpressionAttributeValues": {
                name: value for name, value in self._values.items() if name in used
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if condition:
            parameters["ConditionExpression"] = condition
        return parameters
