"""The tables as the template declares them, made on whatever endpoint a test talks to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = Path(__file__).parents[2] / "infra" / "data.yaml"
LOGICAL = ("catalogue", "sales", "accounts")
_CREATED_WITH = (
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
)


class _Template(yaml.SafeLoader):
    """YAML with CloudFormation's tags, of which nothing here needs the meaning."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix}")


@lru_cache(maxsize=1)
def definitions() -> dict[str, dict[str, Any]]:
    """The properties of each table by its logical name ("catalogue", "sales", "accounts")."""
    resources = yaml.load(TEMPLATE.read_text(), _Template)["Resources"]
    return {logical: resources[f"{logical.capitalize()}Table"]["Properties"] for logical in LOGICAL}


def create(dynamodb: DynamoDBClient, names: dict[str, str]) -> None:
    """Make the three tables; `names` gives each logical name's."""
    for logical, properties in definitions().items():
        wanted = {part: _plain(properties[part]) for part in _CREATED_WITH if part in properties}
        stream = wanted.get("StreamSpecification")
        if stream is not None:
            stream["StreamEnabled"] = True
        dynamodb.create_table(TableName=names[logical], **wanted)


def _plain(value: Any) -> Any:
    """A copy that the caller may change."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
