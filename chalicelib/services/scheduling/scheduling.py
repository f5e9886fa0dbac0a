"""Reading showtimes, as selling and mails do."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.clock import Clock
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import NotFound
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.domain.showtimes import Showtime
from chalicelib.services.catalogue.catalogue import Catalogue, found
from chalicelib.services.kept import CATALOGUE_S, Kept
from chalicelib.stores import showtimes

_SHOWTIMES_KEPT = 2000


class Scheduling:
    """Showtimes at most CATALOGUE_S old. No kept showtime can sell a seat: the rows say whether they are open."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._showtimes: Kept[str, Showtime] = Kept(clock, CATALOGUE_S, _SHOWTIMES_KEPT)

    def showtime(self, showtime_id: str) -> Showtime:
        """Whatever its status, deleted and preparing ones too. Raises NotFound."""
        return self._showtimes.get(showtime_id, lambda: found(showtimes.find, "showtime", showtime_id))

    def read_together(self, showtime_ids: Sequence[str]) -> None:
        """Read at once what is not kept of these showtimes and their movies, for whoever asks for one after another."""
        self._showtimes.read_together(showtime_ids, showtimes.find_many)
        self._catalogue.read_movies_together([self.showtime(each).movie_id for each in showtime_ids])

    def plan_of(self, showtime: Showtime) -> SeatingPlan:
        """The version it pins."""
        return self._catalogue.plan(showtime.plan_id, showtime.plan_version)

    def prices_of(self, showtime: Showtime) -> PriceList:
        return self._catalogue.price_list(showtime.price_list_id)

    def forget(self, showtime_id: str) -> None:
        """This process has just changed it."""
        self._showtimes.drop(showtime_id)


def current(showtime_id: str) -> Showtime:
    """As it is stored now. Raises NotFound."""
    showtime = showtimes.find(showtime_id)
    if showtime is None:
        raise NotFound("showtime", showtime_id)
    return showtime
