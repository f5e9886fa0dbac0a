"""Money on the wire: integer minor units and an ISO 4217 currency."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.api.contract import Payload
from chalicelib.domain.money import Money


class MoneyOut(Payload):
    """`minor` is in the currency's minor unit: 1250 EUR is €12.50."""

    minor: int
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class MoneyIn(MoneyOut):
    minor: Annotated[int, Field(ge=0)]


def money(amount: Money) -> MoneyOut:
    return MoneyOut(minor=amount.minor, currency=amount.currency)


def money_of(given: MoneyIn) -> Money:
    return Money(given.minor, given.currency)
