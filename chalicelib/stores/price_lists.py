"""Price lists: one item each, and a small one under the cinema that names it."""

from __future__ import annotations

import json

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.domain.money import Money
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.seating_plans import SeatCategory
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import CatalogueTable
from chalicelib.stores.transactions import Transaction


class PriceListItem(CatalogueTable):
    """`prices` is JSON: {"types": [[id, name]], "prices": [[type, category, minor]], "fee": minor}."""

    cinema_id = UnicodeAttribute()
    name = UnicodeAttribute()
    currency = UnicodeAttribute()
    prices = UnicodeAttribute()
    deleted = BooleanAttribute(default=False)
    version = NumberAttribute()
    uses = NumberAttribute(default=0)


class PriceListNameItem(CatalogueTable):
    """Nothing but its key: which price lists a cinema has."""


def find(price_list_id: str, *, consistent: bool = True) -> PriceList | None:
    """Deleted ones too."""
    try:
        return _price_list(PriceListItem.get(*keys.price_list(price_list_id), consistent_read=consistent))
    except DoesNotExist:
        return None


def ids_of(cinema_id: str) -> list[str]:
    """The price lists of a cinema, deleted ones too, oldest first."""
    items = PriceListNameItem.query(
        keys.parts_of_cinema(cinema_id), PriceListNameItem.sk.startswith(keys.PRICE_LIST_PREFIX)
    )
    return [item.sk.removeprefix(keys.PRICE_LIST_PREFIX) for item in items]


def add(transaction: Transaction, price_list: PriceList) -> None:
    transaction.put("price list", _item(price_list), PriceListItem.pk.does_not_exist())
    transaction.put(
        "price list", PriceListNameItem(*keys.price_list_name(price_list.cinema_id, price_list.id))
    )


def change(price_list: PriceList, *, unused: bool = False) -> None:
    """Write over the version before; raises VersionStale. `unused`: only while its `uses` are as the writer read."""
    uses = price_list.uses if unused else None
    versions.change(_item(price_list), price_list, lambda: find(price_list.id), "price list", uses=uses)


def use(transaction: Transaction, price_list_id: str) -> None:
    """Count one more showtime with it, while it stands."""
    transaction.update(
        "price list",
        PriceListItem(*keys.price_list(price_list_id)),
        [PriceListItem.uses.add(1)],
        PriceListItem.deleted == False,  # noqa: E712  # PynamoDB builds the condition from ==
    )


def _item(price_list: PriceList) -> PriceListItem:
    document = {
        "types": [[each.id, each.name] for each in price_list.ticket_types],
        "prices": [
            [kind, category.value, price.minor] for (kind, category), price in price_list.prices.items()
        ],
        "fee": price_list.booking_fee.minor,
    }
    return PriceListItem(
        *keys.price_list(price_list.id),
        cinema_id=price_list.cinema_id,
        name=price_list.name,
        currency=price_list.currency,
        prices=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        deleted=price_list.deleted,
        version=price_list.version,
        uses=price_list.uses,
    )


def _price_list(item: PriceListItem) -> PriceList:
    document = json.loads(item.prices)
    return PriceList(
        id=keys.price_list_id_of(item.pk),
        cinema_id=item.cinema_id,
        name=item.name,
        currency=item.currency,
        ticket_types=tuple(TicketType(id, name) for id, name in document["types"]),
        prices={
            (kind, SeatCategory(category)): Money(minor, item.currency)
            for kind, category, minor in document["prices"]
        },
        booking_fee=Money(document["fee"], item.currency),
        deleted=item.deleted,
        version=int(item.version),
        uses=int(item.uses),
    )
