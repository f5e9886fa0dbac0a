"""Loads the demo data into the stage that the environment names.

    python -m dev.demo.load

What is there already stays as it is; run on another day, it adds the days that are missing. Everything is made through
the services, so it obeys the rules that everybody obeys.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

from chalicelib.domain.errors import DomainError, Unavailable
from chalicelib.domain.payments import ProviderUnavailable
from chalicelib.settings import SettingMissing, Settings
from chalicelib.wiring import Wiring
from dev.demo.catalogue import DAYS_AFTER, DAYS_BEFORE, DAYS_SOON, make_catalogue
from dev.demo.people import make_people
from dev.demo.sales import sell_some


def load(wiring: Wiring) -> str:
    """Make what is missing; gives a line that says what was made. Raises DomainError."""
    began = time.monotonic()
    people = make_people(wiring)
    programmes = make_catalogue(wiring, people)
    made = programmes.make(range(-DAYS_BEFORE, DAYS_SOON + 1))
    # Selling is mostly waiting: for the payment provider, and for its notices.
    with ThreadPoolExecutor(1) as meanwhile:
        later = meanwhile.submit(programmes.make, range(DAYS_SOON + 1, DAYS_AFTER + 1))
        sold = sell_some(wiring, people)
        made += later.result()
    return f"{made} showtimes and {sold} bookings in {time.monotonic() - began:.0f} s"


def main() -> int:
    try:
        print(f"demo: {load(Wiring(Settings.from_environment()))}")
    except (Unavailable, ProviderUnavailable, SettingMissing) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except DomainError as error:
        print(f"demo: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
