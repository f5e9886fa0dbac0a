"""Bookings with their tickets and attempts: one item each, in the partition of their showtime.

A booking of two seats stays under 1 KB (a test asserts it): one write unit, and one more an index key it moves.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.domain.bookings import (
    Attempt,
    AttemptState,
    Booking,
    BookingState,
    Terms,
    Ticket,
    UndoReason,
    may_follow,
)
from chalicelib.domain.money import Money
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.stores import keys
from chalicelib.stores.tables import (
    InstantAttribute,
    SalesTable,
    is_refusal,
    milliseconds,
)


class BookingMoved(Exception):
    """The booking is not as the writer had read it. `current` is how it is."""

    def __init__(self, current: Booking) -> None:
        super().__init__("the booking has moved on")
        self.current = current


class BookingKey(NamedTuple):
    showtime_id: str
    own: int


class DueKey(NamedTuple):
    """An item on which recovery has work: a booking's own digits, or None for the clearance of a showtime."""

    showtime_id: str
    own: int | None


class _ByCustomer(GlobalSecondaryIndex["BookingModel"]):
    class Meta:
        index_name = "by_user"
        projection = KeysOnlyProjection()

    customer = UnicodeAttribute(hash_key=True)
    booked_at = UnicodeAttribute(range_key=True)


class _Due(GlobalSecondaryIndex["BookingModel"]):
    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class _TicketMap(MapAttribute[str, Any]):
    seat = UnicodeAttribute(attr_name="s")
    ticket_type = UnicodeAttribute(attr_name="t")
    price = NumberAttribute(attr_name="p")
    admitted_at = InstantAttribute(attr_name="a", null=True)


class _AttemptMap(MapAttribute[str, Any]):
    number = NumberAttribute(attr_name="n")
    state = UnicodeAttribute(attr_name="s")
    amount = NumberAttribute(attr_name="a")
    refund = NumberAttribute(attr_name="r")


class BookingModel(SalesTable):
    """`kind` lets the stream's filter tell bookings from rows."""

    is_read_back = False

    by_customer = _ByCustomer()
    due = _Due()

    kind = UnicodeAttribute()
    customer = UnicodeAttribute()
    booked_at = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = InstantAttribute(null=True)
    digest = BinaryAttribute(legacy_encoding=False)
    payload = BinaryAttribute(legacy_encoding=False)
    principal = UnicodeAttribute()
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    language = UnicodeAttribute()
    tickets = ListAttribute(of=_TicketMap)
    fee = NumberAttribute()
    currency = UnicodeAttribute()
    cancel_until = InstantAttribute()
    refund_per_cent = NumberAttribute()
    other_seats = BooleanAttribute()
    state = UnicodeAttribute()
    generation = NumberAttribute()
    attempts = ListAttribute(of=_AttemptMap)
    paid_by = NumberAttribute()
    reason = UnicodeAttribute()
    changed_at = InstantAttribute()
    claims_until = InstantAttribute()
    confirmed_at = InstantAttribute(null=True)


class Bookings:
    """Every change is conditional on the state, generation, tickets and attempts it leaves."""

    def get(self, showtime_id: str, own: int, *, consistent: bool = True) -> Booking | None:
        key = keys.booking(showtime_id, own)
        try:
            return _booking(BookingModel.get(key.pk, key.sk, consistent_read=consistent))
        except BookingModel.DoesNotExist:
            return None

    def put_if_absent(self, booking: Booking) -> Booking:
        """The booking that stands at the hold's digits: this one, or the one that was there."""
        booking = _as_kept(booking)
        try:
            _model(booking).save(condition=BookingModel.pk.does_not_exist())
        except PutError as error:
            if not is_refusal(error):
                raise
            found = self.get(booking.showtime_id, booking.own)
            # The reply to our own put may have been lost and the SDK have repeated it.
            assert found is not None, "bookings are never deleted"
            return found
        return booking

    def change(self, old: Booking, new: Booking) -> Booking:
        """Write what differs. Raises BookingMoved when the stored booking is no longer `old` (nor already `new`)."""
        assert may_follow(old, new), f"{old.state} → {new.state} of {old.reference} is no step"
        new = _as_kept(new)
        before, after = _model(old), _model(new)
        actions = _differences(before, after)
        if not actions:
            return new
        try:
            before.update(actions=actions, condition=_unchanged(before))
        except UpdateError as error:
            if not is_refusal(error):
                raise
            current = self.get(old.showtime_id, old.own)
            assert current is not None, "bookings are never deleted"
            # The SDK repeats a write whose reply was lost; then our own success refuses it.
            if current == new:
                return new
            raise BookingMoved(current) from None
        return new

    def of_showtime(self, showtime_id: str) -> Iterator[Booking]:
        """All bookings of a showtime, by a consistent query."""
        partition = keys.showtime_sales(showtime_id)
        begins = BookingModel.sk.startswith(keys.BOOKING_PREFIX)
        for model in BookingModel.query(partition, begins, consistent_read=True):
            yield _booking(model)

    def of_customer(
        self, customer: str, *, before: str | None = None, limit: int = 50
    ) -> list[tuple[BookingKey, str]]:
        """Keys and `booked_at` of a customer's bookings, newest first, booked before `before`."""
        older = _ByCustomer.booked_at < before if before else None
        found = BookingModel.by_customer.query(
            customer, older, scan_index_forward=False, limit=limit, page_size=limit
        )
        return [(_key(model.pk, model.sk), model.booked_at) for model in found]

    def get_many(self, wanted: list[BookingKey]) -> list[Booking]:
        """In the order asked; those that are gone are left out."""
        pairs = [tuple(keys.booking(*each)) for each in wanted]
        found = {
            (model.pk, model.sk): _booking(model)
            for model in BookingModel.batch_get(pairs, consistent_read=True)
        }
        return [found[pair] for pair in pairs if pair in found]

    def due_before(self, shard: str, now: datetime, limit: int) -> list[DueKey]:
        """What recovery has to look at, the longest due first."""
        found = BookingModel.due.query(shard, _Due.due_at <= now, limit=limit, page_size=limit)
        return [_due_key(model.pk, model.sk) for model in found]


def from_image(image: Mapping[str, Any]) -> Booking:
    """From a stream record's NewImage or OldImage (DynamoDB's typed JSON)."""
    model = BookingModel()
    model.deserialize({name: _with_bytes(value) for name, value in image.items()})
    return _booking(model)


def _with_bytes(value: Mapping[str, Any]) -> dict[str, Any]:
    """Lambda hands binaries over in base 64; PynamoDB takes them as they are. None is deeper than a map."""
    kind, content = next(iter(value.items()))
    if kind == "B" and isinstance(content, str):
        return {kind: base64.b64decode(content)}
    return dict(value)


def _model(booking: Booking) -> BookingModel:
    key = keys.booking(booking.showtime_id, booking.own)
    return BookingModel(
        key.pk,
        key.sk,
        kind="booking",
        customer=booking.customer,
        booked_at=f"{milliseconds(booking.created_at):013d}#{booking.showtime_id}",
        due_shard=keys.due_shard(booking.own) if booking.due_at else None,
        due_at=booking.due_at,
        digest=bytes.fromhex(booking.digest),
        payload=bytes.fromhex(booking.payload_digest),
        principal=booking.principal_id,
        email=booking.email,
        name=booking.name,
        language=booking.language,
        tickets=[
            _TicketMap(  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
                seat=str(t.seat), ticket_type=t.ticket_type, price=t.price.minor, admitted_at=t.admitted_at
            )
            for t in booking.tickets
        ],
        fee=booking.fee.minor,
        currency=booking.currency,
        cancel_until=booking.terms.cancel_until,
        refund_per_cent=booking.terms.refund_per_cent,
        other_seats=booking.terms.other_seats_agreed,
        state=booking.state.value,
        generation=booking.generation,
        attempts=[
            _AttemptMap(  # type: ignore[no-untyped-call]  # PynamoDB leaves it untyped
                number=a.number, state=a.state.value, amount=a.amount.minor, refund=a.refund.minor
            )
            for a in booking.attempts
        ],
        paid_by=booking.paid_by,
        reason=booking.reason.value,
        changed_at=booking.changed_at,
        claims_until=booking.claims_until,
        confirmed_at=booking.confirmed_at,
    )


def _booking(model: BookingModel) -> Booking:
    showtime_id, own = _key(model.pk, model.sk)
    currency = model.currency
    return Booking(
        showtime_id=showtime_id,
        own=own,
        digest=model.digest.hex(),
        payload_digest=model.payload.hex(),
        principal_id=model.principal,
        customer=model.customer,
        email=model.email,
        name=model.name,
        language=model.language,
        tickets=tuple(
            Ticket(SeatRef.parse(t.seat), t.ticket_type, Money(int(t.price), currency), t.admitted_at)
            for t in model.tickets
        ),
        fee=Money(int(model.fee), currency),
        terms=Terms(model.cancel_until, int(model.refund_per_cent), model.other_seats),
        state=BookingState(model.state),
        generation=int(model.generation),
        attempts=tuple(
            Attempt(
                int(a.number),
                AttemptState(a.state),
                Money(int(a.amount), currency),
                Money(int(a.refund), currency),
            )
            for a in model.attempts
        ),
        paid_by=int(model.paid_by),
        reason=UndoReason(model.reason),
        created_at=InstantAttribute().deserialize(model.booked_at.partition("#")[0]),
        changed_at=model.changed_at,
        claims_until=model.claims_until,
        confirmed_at=model.confirmed_at,
        due_at=model.due_at,
    )


def _as_kept(booking: Booking) -> Booking:
    """As a read would find it: instants are kept in whole milliseconds."""
    return from_image(_model(booking).serialize())


def _unchanged(before: BookingModel) -> Condition:
    """The booking is as it was read. Each part has a negative control (tests/properties)."""
    parts = conditions(before)
    condition = parts.pop("state")
    for part in parts.values():
        condition = condition & part
    return condition


def conditions(before: BookingModel) -> dict[str, Condition]:
    return {
        "state": BookingModel.state == before.state,
        "generation": BookingModel.generation == before.generation,
        "tickets": BookingModel.tickets == before.tickets,
        "attempts": BookingModel.attempts == before.attempts,
    }


def _differences(before: BookingModel, after: BookingModel) -> list[Action]:
    old, new = before.serialize(), after.serialize()
    actions: list[Action] = []
    for name, attribute in BookingModel.get_attributes().items():
        stored = attribute.attr_name
        if old.get(stored) == new.get(stored):
            continue
        value = getattr(after, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions


def _key(pk: str, sk: str) -> BookingKey:
    return BookingKey(keys.showtime_of_sales(pk), int(sk.removeprefix(keys.BOOKING_PREFIX)))


def _due_key(pk: str, sk: str) -> DueKey:
    showtime_id = keys.showtime_of_sales(pk)
    return DueKey(
        showtime_id, int(sk.removeprefix(keys.BOOKING_PREFIX)) if sk.startswith(keys.BOOKING_PREFIX) else None
    )
