"""What the environment tells a function, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingMissing(RuntimeError):
    """A variable that the function cannot run without is not set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of the tables, the secret and the neighbours. Region, endpoint and credentials are the SDK's own."""

    stage: str
    catalogue_table: str
    sales_table: str
    accounts_table: str
    secret_id: str
    site_url: str
    payments_url: str
    mail_queue_url: str
    mail_sender: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingMissing, naming the variable."""

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
        )
