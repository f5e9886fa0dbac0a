"""What stands in the way of deleting or changing something that other things rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import DomainError

NAMED = 10
"""How many obstacles an error names; it counts them all."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`noun` is the glossary's, lower case ("showtime")."""

    noun: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class BookedObstacle(Obstacle):
    """A booking, as its owner knows it: by its showtime. `starts_at` is shown in `time_zone`, the cinema's."""

    movie_title: str
    cinema_name: str
    starts_at: datetime
    time_zone: str


class InUse(DomainError):
    """`verb` ("delete", "change the time zone of") can't be done to the object while the obstacles stand."""

    def __init__(self, verb: str, noun: str, id: str, obstacles: Sequence[Obstacle]) -> None:
        self.noun = noun
        self.id = id
        self.obstacles = tuple(obstacles[:NAMED])
        self.count = len(obstacles)
        names = ", ".join(f"{each.noun} {each.name}" for each in self.obstacles)
        more = f" and {self.count - NAMED} more" if self.count > NAMED else ""
        super().__init__(f"We can't {verb} this {noun}: {names}{more} would be left without it.")
