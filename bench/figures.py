"""A figure and its bound, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`at_most` and `at_least` are its bounds; without one it is only told. `note` says what went into it."""

    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        too_much = self.at_most is not None and self.value > self.at_most
        too_little = self.at_least is not None and self.value < self.at_least
        return too_much or too_little

    @property
    def bound(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


def show(title: str, figures: Iterable[Figure]) -> None:
    print(f"\n{title}")
    for each in figures:
        verdict = "MISSED" if each.is_missed else ("met" if each.bound else "")
        print(f"  {each.name:<58}{each.value:>9.2f}  {each.bound:<7}{verdict:<8}{each.note}")
