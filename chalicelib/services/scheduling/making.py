"""Making a showtime: into its auditorium's programme, then its rows, then on sale."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from chalicelib.clock import Ids
from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.domain.principals import Principal
from chalicelib.domain.programmes import Programme
from chalicelib.domain.showtimes import Intent, Showtime, ShowtimeStatus
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.services.scheduling import planning
from chalicelib.services.scheduling.orders import Orders
from chalicelib.services.scheduling.planning import Planner, ShowtimeDetails
from chalicelib.services.scheduling.scheduling import Scheduling, current
from chalicelib.services.selling.stock import Stock
from chalicelib.stores import showtimes
from chalicelib.stores.transactions import Transaction

CODE_LENGTH = 6


class Making:
    def __init__(
        self,
        catalogue: Catalogue,
        scheduling: Scheduling,
        stock: Stock,
        planner: Planner,
        orders: Orders,
        ids: Ids,
    ) -> None:
        self._catalogue = catalogue
        self._scheduling = scheduling
        self._stock = stock
        self._planner = planner
        self._orders = orders
        self._ids = ids

    def schedule(self, details: ShowtimeDetails, request: str, by: Principal) -> Showtime:
        """Put a showtime into its auditorium's programme and on sale.

        `request` names this very request: repeated after a crash, it goes on with the showtime it had begun. Raises
        what Planner.plan raises, ShowtimesOverlap, Unavailable.
        """
        mark = hashlib.sha256(request.encode()).hexdigest()[:16]
        for _ in range(planning.TRIES):
            planned, room = self._planner.plan(self._ids.code(CODE_LENGTH), details, by)
            days = planning.three_days(planned)
            begun = _begun(days[0], planned, mark)
            if begun is not None:
                return self._begin(current(begun))
            slot = planning.slot_of(planned, room, mark)
            planning.require_room(days, slot, self._catalogue.cinema(planned.cinema_id).time_zone)
            transaction = Transaction()
            planning.occupy(transaction, planned, room, days, slot)
            showtimes.add(transaction, planned)
            showtimes.add_order(transaction, self._orders.new(planned.id, Intent.PREPARE))
            refused = transaction.commit()
            if not refused:
                return self._begin(planned)
            planning.explain(refused, planned)
            # Another wrote one of the days, changed the room or has the code: read again.
        raise Unavailable("The programme")

    def _begin(self, showtime: Showtime) -> Showtime:
        ready = self.prepare(showtime)
        showtimes.end_preparing(showtime.id)
        return ready

    def prepare(self, showtime: Showtime) -> Showtime:
        """Make its rows, then put it on sale. It can be repeated, by two at once too."""
        if showtime.status is not ShowtimeStatus.PREPARING:
            return showtime
        plan = self._scheduling.plan_of(showtime)
        self._stock.open(showtime.id, plan, showtime.sales_close_at)
        ready = replace(showtime, status=ShowtimeStatus.ON_SALE, version=showtime.version + 1)
        try:
            showtimes.change(ready)
        except VersionStale:
            ready = current(showtime.id)  # another has put it on sale, and perhaps done more
        self._scheduling.forget(showtime.id)
        return ready


def _begun(day: Programme, planned: Showtime, mark: str) -> str | None:
    """The showtime that this request has put into the programme before, if it has."""
    for slot in day.slots:
        if slot.request == mark and (slot.starts_at, slot.movie_id) == (planned.starts_at, planned.movie_id):
            return slot.showtime_id
    return None
