"""Making and changing showtimes.

Rows first: a showtime is on sale once its rows are there, and is moved, deleted or cancelled only after its rows say
so. docs/scheduling.md tells the order of the writes and what each crash between two of them leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from chalicelib.clock import Clock, Ids
from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.bookings import LATE_WRITE, BookingState
from chalicelib.domain.errors import DomainError, Unavailable, VersionStale
from chalicelib.domain.principals import NotFound, Principal
from chalicelib.domain.showtimes import (
    Intent,
    Showtime,
    ShowtimeFinal,
    ShowtimeHasBookings,
    ShowtimeStatus,
)
from chalicelib.observability import logger
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.services.scheduling import planning
from chalicelib.services.scheduling.making import Making
from chalicelib.services.scheduling.orders import Orders
from chalicelib.services.scheduling.planning import Contended, Planner, ShowtimeDetails
from chalicelib.services.scheduling.scheduling import Scheduling, current
from chalicelib.services.selling.stock import Stock
from chalicelib.stores import movies, programmes, showtimes
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.transactions import Transaction

_MAY_BE_PAID = frozenset({BookingState.PENDING, BookingState.LAPSED, BookingState.RESCUING})


class Showtimes:
    """`cancel_sales` flags the rows of a showtime and has every booking of it undone (selling)."""

    def __init__(
        self,
        catalogue: Catalogue,
        scheduling: Scheduling,
        stock: Stock,
        bookings: Bookings,
        cancel_sales: Callable[[str], None],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._catalogue = catalogue
        self._scheduling = scheduling
        self._stock = stock
        self._bookings = bookings
        self._cancel_sales = cancel_sales
        self._planner = Planner(catalogue, clock)
        self._orders = Orders(clock, ids)
        self._making = Making(catalogue, scheduling, stock, self._planner, self._orders, ids)

    def schedule(self, details: ShowtimeDetails, request: str, by: Principal) -> Showtime:
        """As Making.schedule."""
        return self._making.schedule(details, request, by)

    # --- changing

    def read(self, showtime_id: str) -> Showtime:
        """As it is now. Raises NotFound for one that is deleted, or not ready yet."""
        showtime = current(showtime_id)
        if showtime.status in (ShowtimeStatus.DELETED, ShowtimeStatus.PREPARING):
            raise NotFound("showtime", showtime_id)
        return showtime

    def change(self, showtime_id: str, version: int, details: ShowtimeDetails, by: Principal) -> Showtime:
        """Replace all that is said of it. Price list and sales' close change at any time, for new holds.

        Raises ShowtimeHasBookings when anything else differs and seats are sold or being bought; NotFound,
        VersionStale, ShowtimeFinal, and what `schedule` raises.
        """
        # Said first, while nothing is touched: what is wrong with the details alone.
        self._planner.plan(showtime_id, details, by)
        with self._at_work(showtime_id, Intent.SETTLE, version) as old:
            new, room = self._planned(old, details, by)
            if _is_other_screening(old, new):
                self._require_no_sales(old)
            self._write(old, new, room)
            self._settle(new)
        return new

    def withdraw(self, showtime_id: str) -> Showtime:
        """Sell nothing more of it; its bookings stay. It can be repeated. Raises NotFound, ShowtimeFinal."""
        with self._at_work(showtime_id, Intent.SETTLE) as old:
            self._stock.withdraw(old.id, self._scheduling.plan_of(old))
            return self._with_status(old, ShowtimeStatus.WITHDRAWN)

    def reopen(self, showtime_id: str) -> Showtime:
        """Sell a withdrawn showtime again. It can be repeated. Raises NotFound, ShowtimeFinal."""
        with self._at_work(showtime_id, Intent.SETTLE) as old:
            new = self._with_status(old, ShowtimeStatus.ON_SALE)
            self._settle(new)
            return new

    def delete(self, showtime_id: str, version: int) -> None:
        """Raises NotFound, VersionStale, ShowtimeFinal, ShowtimeHasBookings."""
        with self._at_work(showtime_id, Intent.SETTLE, version) as old:
            self._require_no_sales(old)
            self._leave(old, ShowtimeStatus.DELETED)

    def cancel(self, showtime_id: str) -> Showtime:
        """Cancel it and everything bought for it: everybody is paid back. It can be repeated. Raises NotFound."""
        with self._at_work(showtime_id, Intent.CANCEL) as old:
            return self._cancel(old)

    def resume_unfinished(self) -> int:
        """Finish what workers that died had begun; how many were finished. For the job that runs every minute."""
        finished = 0
        for order in self._orders.overdue():
            try:
                with self._orders.working(order.showtime_id, order.intent):
                    self._resume(current(order.showtime_id), order.intent)
            except (DomainError, Contended) as error:
                # Another has taken it, or the database is busy: it stays due. The others must not wait for it.
                logger.warning("showtime left unfinished", showtime=order.showtime_id, why=str(error))
            else:
                finished += 1
        return finished

    # --- steps

    def _resume(self, showtime: Showtime, intent: Intent) -> None:
        showtime = self._making.prepare(showtime)
        if intent is Intent.CANCEL and showtime.is_visible:
            self._cancel(showtime)
        else:
            self._settle(showtime)

    @contextmanager
    def _at_work(self, showtime_id: str, intent: Intent, version: int | None = None) -> Iterator[Showtime]:
        """The showtime, to oneself and with its rows made. A refusal puts its rows back as the showtime says."""
        _require_changeable(current(showtime_id), intent, version)
        failure: DomainError | None = None
        with self._orders.working(showtime_id, intent):
            old = self._making.prepare(current(showtime_id))
            try:
                _require_changeable(old, intent, version)
                yield old
            except Unavailable:
                raise  # whether the last write happened is unknown: the order stays, and is resumed
            except Contended:
                failure = Unavailable("The programme")
            except DomainError as refusal:
                failure = refusal
            if failure is not None:
                self._settle(current(showtime_id))
        self._scheduling.forget(showtime_id)
        if failure is not None:
            raise failure

    def _settle(self, showtime: Showtime) -> None:
        """Bring its rows to what it says. A cancelled showtime's rows are flagged and stay so."""
        plan = self._scheduling.plan_of(showtime)
        if showtime.status is ShowtimeStatus.ON_SALE:
            self._stock.reopen(showtime.id, plan, showtime.sales_close_at)
        elif showtime.status in (ShowtimeStatus.WITHDRAWN, ShowtimeStatus.DELETED):
            self._stock.withdraw(showtime.id, plan)

    def _require_no_sales(self, showtime: Showtime) -> None:
        """Close its rows, then look: what is free now stays free. Raises ShowtimeHasBookings."""
        self._stock.withdraw(showtime.id, self._scheduling.plan_of(showtime))
        # A check-out that read its clock just before its hold lapsed may land a little later.
        counts = self._stock.recount(showtime.id, lapsed_within=LATE_WRITE)
        # A payment that arrives late may still take seats again, for the showtime that was paid for.
        waiting = sum(
            1
            for each in self._bookings.of_showtime(showtime.id)
            if each.due_at and each.state in _MAY_BE_PAID
        )
        being_bought = max(counts.held + counts.paying, waiting)
        if counts.sold or being_bought:
            raise ShowtimeHasBookings(showtime.id, counts.sold, being_bought)

    def _planned(self, old: Showtime, details: ShowtimeDetails, by: Principal) -> tuple[Showtime, Auditorium]:
        """The showtime as it shall be: another room would have other seats, so room and plan stay."""
        new, room = self._planner.plan(old.id, details, by)
        pinned = replace(
            new,
            plan_id=old.plan_id,
            plan_version=old.plan_version,
            capacity=old.capacity,
            status=old.status,
            version=old.version + 1,
        )
        return pinned, room

    def _write(self, old: Showtime, new: Showtime, room: Auditorium) -> None:
        """Replace the showtime and its slot. Raises ShowtimesOverlap, VersionStale, NotFound, Contended."""
        for _ in range(planning.TRIES):
            days = planning.three_days(new)
            slot = planning.slot_of(new, room)
            planning.require_room(days, slot, self._catalogue.cinema(new.cinema_id).time_zone)
            transaction = Transaction()
            showtimes.change_with(transaction, new)
            # The day it leaves is written without it, if it is another day.
            left = [day for day in days[1:] if day.day == old.business_date]
            if old.business_date != new.business_date and not left:
                left = programmes.read(old.auditorium_id, [old.business_date])
            for day in left:
                programmes.write(transaction, day.without(old.id))
            planning.occupy(transaction, new, room, [day for day in days if day not in left], slot)
            if (old.movie_id, old.starts_at) != (new.movie_id, new.starts_at):
                movies.remove_showing(transaction, old.movie_id, old.starts_at, old.id)
            refused = transaction.commit()
            if not refused:
                return
            planning.explain(refused, new)
        raise Contended

    def _cancel(self, old: Showtime) -> Showtime:
        if old.status is ShowtimeStatus.DELETED:
            raise NotFound("showtime", old.id)
        # Undoing every booking may take longer than a request has: before it, nothing is sold or listed any more.
        self._stock.cancel(old.id, self._scheduling.plan_of(old))
        new = old if old.is_final else self._leave(old, ShowtimeStatus.CANCELLED)
        self._cancel_sales(old.id)
        return new

    def _leave(self, old: Showtime, status: ShowtimeStatus) -> Showtime:
        """Free the room: the showtime has this status from now on. Raises VersionStale, Contended."""
        new = replace(old, status=status, version=old.version + 1)
        for _ in range(planning.TRIES):
            (day,) = programmes.read(old.auditorium_id, [old.business_date])
            transaction = Transaction()
            showtimes.change_with(transaction, new)
            programmes.write(transaction, day.without(old.id))
            movies.remove_showing(transaction, old.movie_id, old.starts_at, old.id)
            refused = transaction.commit()
            if not refused:
                return new
            planning.explain(refused, new)
        raise Contended

    @staticmethod
    def _with_status(old: Showtime, status: ShowtimeStatus) -> Showtime:
        if old.status is status:
            return old
        new = replace(old, status=status, version=old.version + 1)
        showtimes.change(new)
        return new


def _require_changeable(showtime: Showtime, intent: Intent, version: int | None) -> None:
    if showtime.status is ShowtimeStatus.DELETED:
        raise NotFound("showtime", showtime.id)
    if showtime.is_final and intent is not Intent.CANCEL:
        raise ShowtimeFinal(showtime.id)
    if version is not None and showtime.version != version:
        raise VersionStale("showtime", showtime.version)


def _is_other_screening(old: Showtime, new: Showtime) -> bool:
    """Whether somebody with a ticket would not get what they bought."""

    def bought(showtime: Showtime) -> tuple[str, datetime, datetime, str, str, str]:
        return (
            showtime.movie_id,
            showtime.starts_at,
            showtime.ends_at,
            showtime.format,
            showtime.language,
            showtime.subtitles,
        )

    return bought(old) != bought(new)
