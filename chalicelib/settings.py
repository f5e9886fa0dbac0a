"""What the environment tells a function, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.selling_times import BOUNDS, SellingTimes, TimesRefused


class SettingMissing(RuntimeError):
    """A variable that the function cannot run without is not set."""


class SettingRefused(RuntimeError):
    """A variable says what can't be. Its text is one line for people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the tables, the secret and the neighbours, and the times of selling.

    Region, endpoint and credentials are the SDK's own.
    """

    stage: str
    catalogue_table: str
    sales_table: str
    accounts_table: str
    secret_id: str
    site_url: str
    payments_url: str
    mail_queue_url: str
    mail_sender: str
    times: SellingTimes

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingMissing, SettingRefused, naming the variable."""

        def need(name: str) -> str:
            value = environment.get(name, "")
            if not value:
                raise SettingMissing(f"set the environment variable {name}")
            return value

        return cls(
            stage=need("STAGE"),
            catalogue_table=need("CATALOGUE_TABLE"),
            sales_table=need("SALES_TABLE"),
            accounts_table=need("ACCOUNTS_TABLE"),
            secret_id=need("SECRET_ID"),
            site_url=need("SITE_URL").rstrip("/"),
            payments_url=need("PAYMENTS_URL").rstrip("/"),
            mail_queue_url=need("MAIL_QUEUE_URL"),
            mail_sender=need("MAIL_SENDER"),
            times=times_from(environment),
        )


def times_from(environment: Mapping[str, str]) -> SellingTimes:
    """HOLD_SECONDS, LONGEST_HOLD_SECONDS and PAYMENT_SECONDS; what is not set is as it is by default.

    Raises SettingRefused.
    """
    given: dict[str, timedelta] = {}
    for name, (least, most) in BOUNDS.items():
        said = environment.get(_variable(name), "")
        if not said:
            continue
        seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0
        if not least <= seconds <= most:
            raise SettingRefused(f"{_variable(name)} is a whole number from {least} to {most}, not {said!r}")
        given[name] = timedelta(seconds=seconds)
    try:
        return SellingTimes(**given)
    except TimesRefused:
        raise SettingRefused("LONGEST_HOLD_SECONDS is no less than HOLD_SECONDS") from None


def variables_of(times: SellingTimes) -> dict[str, str]:
    """What tells a function these times."""
    return {_variable(name): str(int(getattr(times, name).total_seconds())) for name in BOUNDS}


def _variable(name: str) -> str:
    return f"{name.upper()}_SECONDS"
