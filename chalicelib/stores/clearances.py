"""Work orders to undo every booking of a cancelled showtime, and the list of refunds refused for good."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from chalicelib.domain.bookings import Booking
from chalicelib.domain.money import Money
from chalicelib.stores import keys
from chalicelib.stores.tables import InstantAttribute, SalesTable, is_refusal


class ClearanceModel(SalesTable):
    """Shares the `due` index with bookings: recovery finds both in one query."""

    kind = UnicodeAttribute()
    due_shard = UnicodeAttribute()
    due_at = InstantAttribute()
    ordered_at = InstantAttribute()


class RefusedRefundModel(SalesTable):
    kind = UnicodeAttribute()
    minor = NumberAttribute()
    currency = UnicodeAttribute()
    why = UnicodeAttribute()
    refused_at = InstantAttribute()


class Clearances:
    def order(self, showtime_id: str, now: datetime) -> None:
        """Idempotent: a second order only makes it due again."""
        key = keys.clearance(showtime_id)
        ClearanceModel(
            key.pk, key.sk, kind="clearance", due_shard=keys.due_shard(0), due_at=now, ordered_at=now
        ).save()

    def postpone(self, showtime_id: str, due_at: datetime) -> None:
        """An order that another has done meanwhile stays done."""
        key = keys.clearance(showtime_id)
        try:
            ClearanceModel(key.pk, key.sk).update(
                actions=[ClearanceModel.due_at.set(due_at)], condition=ClearanceModel.pk.exists()
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise

    def done(self, showtime_id: str) -> None:
        key = keys.clearance(showtime_id)
        ClearanceModel(key.pk, key.sk).delete()


class RefusedRefunds:
    def record(self, booking: Booking, attempt: int, amount: Money, why: str, now: datetime) -> None:
        """The same refusal is the same item, however often it is recorded."""
        key = keys.refused_refund(booking.reference, attempt)
        RefusedRefundModel(
            key.pk,
            key.sk,
            kind="refused_refund",
            minor=amount.minor,
            currency=amount.currency,
            why=why,
            refused_at=now,
        ).save()

    def references(self) -> list[str]:
        """Booking and attempt of each, "K7M2QX-4FZ81QW/1"."""
        return [model.sk for model in RefusedRefundModel.query(keys.REFUSED_REFUNDS)]
