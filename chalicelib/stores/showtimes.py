"""Showtimes: an item each, listed by (cinema, day) and (movie, day) through two indices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.domain.showtimes import Intent, Order, Showtime, ShowtimeStatus
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import CatalogueTable, InstantAttribute, is_refusal
from chalicelib.stores.transactions import Transaction


class _ByCinemaDay(GlobalSecondaryIndex["ShowtimeItem"]):
    class Meta:
        index_name = "by_cinema_day"
        projection = AllProjection()

    cinema_day = UnicodeAttribute(hash_key=True)
    starts_sort = UnicodeAttribute(range_key=True)


class _ByMovieDay(GlobalSecondaryIndex["ShowtimeItem"]):
    class Meta:
        index_name = "by_movie_day"
        projection = AllProjection()

    movie_day = UnicodeAttribute(hash_key=True)
    starts_sort = UnicodeAttribute(range_key=True)


class ShowtimeItem(CatalogueTable):
    """`sk` is the same for all: the showtime is its partition."""

    cinema_id = UnicodeAttribute()
    auditorium_id = UnicodeAttribute()
    movie_id = UnicodeAttribute()
    plan_id = UnicodeAttribute()
    plan_version = NumberAttribute()
    price_list_id = UnicodeAttribute()
    starts_at = InstantAttribute()
    ends_at = InstantAttribute()
    sales_close_at = InstantAttribute()
    business_date = UnicodeAttribute()
    format = UnicodeAttribute()
    language = UnicodeAttribute()
    subtitles = UnicodeAttribute(default="")
    capacity = NumberAttribute()
    status = UnicodeAttribute()
    version = NumberAttribute()
    cinema_day = UnicodeAttribute()
    movie_day = UnicodeAttribute()
    starts_sort = UnicodeAttribute()
    by_cinema_day = _ByCinemaDay()
    by_movie_day = _ByMovieDay()


class UnfinishedItem(CatalogueTable):
    intent = UnicodeAttribute()
    since = InstantAttribute()
    worker = UnicodeAttribute()


def find(showtime_id: str, *, consistent: bool = True) -> Showtime | None:
    """Whatever its status."""
    try:
        return _showtime(ShowtimeItem.get(*keys.showtime(showtime_id), consistent_read=consistent))
    except DoesNotExist:
        return None


def find_many(showtime_ids: Sequence[str]) -> dict[str, Showtime]:
    """Those that are found, by id; eventually consistent."""
    items = ShowtimeItem.batch_get([tuple(keys.showtime(each)) for each in showtime_ids])
    return {showtime.id: showtime for showtime in map(_showtime, items)}


def add(transaction: Transaction, showtime: Showtime) -> None:
    transaction.put("code", _item(showtime), ShowtimeItem.pk.does_not_exist())


def change(showtime: Showtime) -> None:
    """Write over the version before; raises VersionStale."""
    versions.change(_item(showtime), showtime, lambda: find(showtime.id), "showtime")


def change_with(transaction: Transaction, showtime: Showtime) -> None:
    transaction.put("showtime", _item(showtime), ShowtimeItem.version == showtime.version - 1)


# --- work orders: one at a time for a showtime


def add_order(transaction: Transaction, order: Order) -> None:
    transaction.put("order", _order_item(order))


def take_order(order: Order, stale_before: datetime) -> Order | None:
    """Take the showtime's only order, or over from a worker that began before then. None, or the order in the way."""
    free = UnfinishedItem.pk.does_not_exist() | (UnfinishedItem.since < stale_before)
    # The SDK repeats a write whose answer was lost.
    own = UnfinishedItem.worker == order.worker
    try:
        _order_item(order).save(free | own)
    except PutError as error:
        if not is_refusal(error):
            raise
        return find_order(order.showtime_id)
    return None


def find_order(showtime_id: str) -> Order | None:
    try:
        return _order(UnfinishedItem.get(*keys.unfinished_showtime(showtime_id), consistent_read=True))
    except DoesNotExist:
        return None


def end_order(order: Order) -> None:
    """Remove it, unless another worker has taken it over."""
    _remove_order(order.showtime_id, UnfinishedItem.worker == order.worker)


def end_preparing(showtime_id: str) -> None:
    """Remove the order to prepare it, whoever's: it is prepared. Other work on it goes on."""
    _remove_order(showtime_id, UnfinishedItem.intent == Intent.PREPARE.value)


def _remove_order(showtime_id: str, condition: Condition) -> None:
    try:
        UnfinishedItem(*keys.unfinished_showtime(showtime_id)).delete(condition)
    except DeleteError as error:
        if not is_refusal(error):
            raise


def orders() -> list[Order]:
    """Every showtime whose work is not done; a consistent read."""
    return [_order(item) for item in UnfinishedItem.query(keys.UNFINISHED, consistent_read=True)]


# --- lists


def of_cinema_day(cinema_id: str, day: date, after: str = "") -> Iterator[tuple[str, Showtime]]:
    """(sort key, showtime) by start, from the one after `after`; eventually consistent."""
    condition = _ByCinemaDay.starts_sort > after if after else None
    for item in ShowtimeItem.by_cinema_day.query(keys.cinema_day(cinema_id, day), condition):
        yield item.starts_sort, _showtime(item)


def of_movie_day(movie_id: str, day: date, after: str = "") -> Iterator[tuple[str, Showtime]]:
    condition = _ByMovieDay.starts_sort > after if after else None
    for item in ShowtimeItem.by_movie_day.query(keys.movie_day(movie_id, day), condition):
        yield item.starts_sort, _showtime(item)


def _order_item(order: Order) -> UnfinishedItem:
    return UnfinishedItem(
        *keys.unfinished_showtime(order.showtime_id),
        intent=order.intent.value,
        since=order.since,
        worker=order.worker,
    )


def _order(item: UnfinishedItem) -> Order:
    return Order(item.sk, Intent(item.intent), item.since, item.worker)


def _item(showtime: Showtime) -> ShowtimeItem:
    return ShowtimeItem(
        *keys.showtime(showtime.id),
        cinema_id=showtime.cinema_id,
        auditorium_id=showtime.auditorium_id,
        movie_id=showtime.movie_id,
        plan_id=showtime.plan_id,
        plan_version=showtime.plan_version,
        price_list_id=showtime.price_list_id,
        starts_at=showtime.starts_at,
        ends_at=showtime.ends_at,
        sales_close_at=showtime.sales_close_at,
        business_date=showtime.business_date.isoformat(),
        format=showtime.format,
        language=showtime.language,
        subtitles=showtime.subtitles,
        capacity=showtime.capacity,
        status=showtime.status.value,
        version=showtime.version,
        cinema_day=keys.cinema_day(showtime.cinema_id, showtime.business_date),
        movie_day=keys.movie_day(showtime.movie_id, showtime.business_date),
        starts_sort=keys.starts_sort(showtime.starts_at, showtime.id),
    )


def _showtime(item: ShowtimeItem) -> Showtime:
    return Showtime(
        id=keys.showtime_id_of(item.pk),
        cinema_id=item.cinema_id,
        auditorium_id=item.auditorium_id,
        movie_id=item.movie_id,
        plan_id=item.plan_id,
        plan_version=int(item.plan_version),
        price_list_id=item.price_list_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        sales_close_at=item.sales_close_at,
        business_date=date.fromisoformat(item.business_date),
        format=item.format,
        language=item.language,
        subtitles=item.subtitles,
        capacity=int(item.capacity),
        status=ShowtimeStatus(item.status),
        version=int(item.version),
    )
