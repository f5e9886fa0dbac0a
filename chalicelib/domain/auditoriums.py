"""An auditorium: one room of a cinema."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class Auditorium:
    """`plan_id` names its current seating plan, "" while it has none. `cleaning_minutes` follow each showtime.

    `uses` counts the showtimes ever scheduled in it.
    """

    id: str
    cinema_id: str
    name: str
    plan_id: str
    plan_version: int
    cleaning_minutes: int
    formats: tuple[str, ...]
    deleted: bool
    version: int
    uses: int = field(default=0, compare=False)


class AuditoriumIdTaken(DomainError):
    """The cinema has, or had, an auditorium of this id."""

    def __init__(self, auditorium_id: str) -> None:
        super().__init__(f"The auditorium {auditorium_id} exists already. Choose another code.")
        self.auditorium_id = auditorium_id


class AuditoriumHasNoPlan(DomainError):
    """Nothing can be scheduled in a room whose seats nobody knows."""

    def __init__(self, auditorium: Auditorium) -> None:
        super().__init__(f"{auditorium.name} has no seating plan. Give it one first.")
        self.auditorium_id = auditorium.id


def cinema_of(auditorium_id: str) -> str:
    """An auditorium's id begins with its cinema's, so that its key needs no index."""
    return auditorium_id.partition("-")[0]
