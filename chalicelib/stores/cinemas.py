"""Cinemas, all in one partition: the chain's list is one query."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.domain.cinemas import CancellationPolicy, Cinema, CinemaStatus
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import CatalogueTable, InstantAttribute
from chalicelib.stores.transactions import Transaction


class CinemaItem(CatalogueTable):
    name = UnicodeAttribute()
    street = UnicodeAttribute()
    city = UnicodeAttribute()
    country = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    currency = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    status = UnicodeAttribute()
    closes_minutes = NumberAttribute()
    refund_per_cent = NumberAttribute()
    day_starts_hour = NumberAttribute()
    version = NumberAttribute()
    uses = NumberAttribute(default=0)
    created_at = InstantAttribute()
    updated_at = InstantAttribute()


def find(cinema_id: str, *, consistent: bool = True) -> Cinema | None:
    """Deleted ones too."""
    try:
        return _cinema(CinemaItem.get(*keys.cinema(cinema_id), consistent_read=consistent))
    except DoesNotExist:
        return None


def all() -> list[Cinema]:
    """Every cinema of the chain, drafts and deleted ones too; eventually consistent."""
    return [_cinema(item) for item in CinemaItem.query(keys.CINEMAS)]


def add(cinema: Cinema) -> None:
    versions.add(_item(cinema), cinema, lambda: find(cinema.id), "cinema")


def change(cinema: Cinema, *, unused: bool = False) -> None:
    """Write over the version before; raises VersionStale. `unused`: only while its `uses` are as the writer read."""
    uses = cinema.uses if unused else None
    versions.change(_item(cinema), cinema, lambda: find(cinema.id), "cinema", uses=uses)


def use(transaction: Transaction, cinema_id: str, *, currency: str | None = None) -> None:
    """Count one more thing made in the cinema, which must not be deleted, nor have another currency than this."""
    condition = CinemaItem.pk.exists() & (CinemaItem.status != CinemaStatus.DELETED.value)
    if currency is not None:
        condition &= CinemaItem.currency == currency
    transaction.update("cinema", CinemaItem(*keys.cinema(cinema_id)), [CinemaItem.uses.add(1)], condition)


def _item(cinema: Cinema) -> CinemaItem:
    return CinemaItem(
        *keys.cinema(cinema.id),
        name=cinema.name,
        street=cinema.street,
        city=cinema.city,
        country=cinema.country,
        time_zone=cinema.time_zone,
        currency=cinema.currency,
        owner_id=cinema.owner_id,
        status=cinema.status.value,
        closes_minutes=cinema.policy.closes_minutes,
        refund_per_cent=cinema.policy.refund_per_cent,
        day_starts_hour=cinema.day_starts_hour,
        version=cinema.version,
        uses=cinema.uses,
        created_at=cinema.created_at,
        updated_at=cinema.updated_at,
    )


def _cinema(item: CinemaItem) -> Cinema:
    return Cinema(
        id=item.sk,
        name=item.name,
        street=item.street,
        city=item.city,
        country=item.country,
        time_zone=item.time_zone,
        currency=item.currency,
        owner_id=item.owner_id,
        status=CinemaStatus(item.status),
        policy=CancellationPolicy(int(item.closes_minutes), int(item.refund_per_cent)),
        day_starts_hour=int(item.day_starts_hour),
        version=int(item.version),
        uses=int(item.uses),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )
