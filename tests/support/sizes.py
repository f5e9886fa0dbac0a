"""DynamoDB's own arithmetic, which no local engine does: the size of an item, and what an expression may hold.

Source: DynamoDB developer guide, "DynamoDB item sizes and formats" and "Expression size limits".
"""

from __future__ import annotations

import re
from typing import Any

KB = 1024
MOST_OPERATORS = 300
MOST_CHARACTERS = 4096


def item_size(item: dict[str, Any]) -> int:
    """Bytes of an item in DynamoDB's typed JSON: names and values of all its attributes."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(typed: dict[str, Any]) -> int:
    """Bytes of one typed value. Numbers as `number_size`, a map or list 3 and 1 more for each entry."""
    ((kind, value),) = typed.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        return number_size(str(value))
    if kind == "B":
        return len(value)
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(each) for name, each in value.items())
    if kind == "L":
        return 3 + sum(1 + value_size(each) for each in value)
    raise ValueError(f"{kind} is not used here")


def number_size(digits: str) -> int:
    """One byte for two significant digits, and one more; without zeros at either end. A sign costs one."""
    significant = digits.lstrip("-").replace(".", "").strip("0")
    return 1 + (len(significant) + 1) // 2 + (1 if digits.startswith("-") else 0)


def operators(expression: str) -> int:
    """Comparators, words, functions and commas of assignment: the most that any reading of the rule counts."""
    comparators = len(re.findall(r"<>|<=|>=|[=<>+,]", expression))
    words = len(re.findall(r"\b(?:AND|OR|NOT|BETWEEN|IN|SET|REMOVE|ADD|DELETE)\b", expression))
    functions = len(re.findall(r"\b[a-z_]+\(", expression))
    return comparators + words + functions
