"""A grant: what a user may do in one cinema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import DomainError
from chalicelib.domain.principals import Role


@dataclass(frozen=True, slots=True)
class Grant:
    user_id: str
    cinema_id: str
    roles: frozenset[Role]
    version: int
    updated_at: datetime


class OwnerStays(DomainError):
    """The cinema's owner can't lose the role that lets them hand out roles."""

    def __init__(self, cinema_id: str) -> None:
        super().__init__("This user owns the cinema, and hands out its roles.")
        self.cinema_id = cinema_id
