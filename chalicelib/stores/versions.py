"""Writing an object that carries a version: only over the one the writer has read.

The SDK repeats a write whose answer was lost, and is then refused by its own success: so a refusal over an object
that is already as wanted is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import VersionStale
from chalicelib.stores.tables import Table, is_refusal


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


T = TypeVar("T")
V = TypeVar("V", bound=Versioned)

# Written by others, whatever the version: a change leaves them alone.
_NOT_OURS = frozenset({"pk", "sk", "uses", "last_seen_on"})


def storable(instant: datetime) -> datetime:
    """To the millisecond, as instants are stored: so that what is read back equals what was written."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def add(item: Table, wanted: T, read: Callable[[], T | None], noun: str) -> None:
    """Put the item if its key is free; raises VersionStale if another has it."""
    try:
        item.save(Table.pk.does_not_exist())
    except PutError as error:
        if not is_refusal(error):
            raise
        _accept_own(wanted, read(), noun, error)


def change(
    item: Table, wanted: V, read: Callable[[], V | None], noun: str, *, uses: int | None = None
) -> None:
    """Set the attributes of the stored item to this one's, if it has the version before; else raises VersionStale.

    `uses`: and if it was used no oftener than this.
    """
    stored = type(item).get_attributes()
    condition = stored["version"] == wanted.version - 1
    if uses is not None:
        condition &= stored["uses"] == uses
    try:
        item.update(actions=actions(item), condition=condition)
    except UpdateError as error:
        if not is_refusal(error):
            raise
        _accept_own(wanted, read(), noun, error)


def actions(item: Table) -> list[Action]:
    """What an update must set and remove to leave the stored attributes as this item's."""
    values = item.attribute_values
    return [
        attribute.set(values[name]) if values.get(name) is not None else attribute.remove()
        for name, attribute in type(item).get_attributes().items()
        if name not in _NOT_OURS
    ]


def _accept_own(wanted: T, stored: T | None, noun: str, error: Exception) -> None:
    if stored != wanted:
        raise VersionStale(noun, getattr(stored, "version", 0)) from error
