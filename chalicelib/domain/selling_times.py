"""How long a hold and a payment last. A chain may set it for a stage (docs/runbook.md, Times of selling)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# Whole seconds. A person needs some to choose, and at the provider's page after SESSION_MARGIN is taken off; seats that
# wait longer than these for nobody are lost to the cinema.
BOUNDS = {"hold": (20, 3600), "longest_hold": (20, 7200), "payment": (90, 7200)}
# No claim that may lapse is set to stand longer, by whichever stage's times it was made.
LONGEST = timedelta(seconds=max(most for _, most in BOUNDS.values()))


class TimesRefused(ValueError):
    """Times that can't be sold by. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class SellingTimes:
    """`hold` counts from a hold's first moment and from each extension; none goes past `longest_hold` from the first.

    `payment` counts from check-out to when the claims lapse. Raises TimesRefused.
    """

    hold: timedelta = timedelta(minutes=10)
    longest_hold: timedelta = timedelta(minutes=20)
    payment: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            given = getattr(self, name).total_seconds()
            if not least <= given <= most or given % 1:
                raise TimesRefused(f"{name} is a whole number of seconds from {least} to {most}")
        if self.longest_hold < self.hold:
            raise TimesRefused("longest_hold is at least as long as hold")


USUAL = SellingTimes()
