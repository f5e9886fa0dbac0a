"""Stand-ins for what surrounds selling, for tests of selling alone: they take no time and count nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import Principal
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.domain.showtimes import Showtime
from tests.support.customers import House


@dataclass(frozen=True)
class FixedScheduling:
    """The showtime as it was, whatever was done to it since: no guard of a seat may rest on it."""

    of_showtime: Showtime
    plan: SeatingPlan
    prices: PriceList

    @classmethod
    def of(cls, house: House) -> FixedScheduling:
        scheduling = house.world.wiring.scheduling
        showtime = house.showtime
        return cls(showtime, scheduling.plan_of(showtime), scheduling.prices_of(showtime))

    def showtime(self, showtime_id: str) -> Showtime:
        return self.of_showtime

    def plan_of(self, showtime: Showtime) -> SeatingPlan:
        return self.plan

    def prices_of(self, showtime: Showtime) -> PriceList:
        return self.prices


class NoLimits:
    """Everybody may hold as often as they like."""

    def take(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        pass

    def prolong(self, principal: Principal, address: str, own: int, expires_at: datetime) -> None:
        pass

    def give_back(self, principal: Principal, address: str, own: int) -> None:
        pass
