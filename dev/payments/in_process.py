"""The provider inside a test's own process, behind the interface that selling knows. Never deployed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from chalicelib.domain.money import Money
from chalicelib.domain.payments import (
    NO_AMOUNT,
    PaymentEvent,
    PaymentOrder,
    PaymentSession,
    RefundOutcome,
    RefundState,
    SessionState,
)
from chalicelib.gateways.payments import RequestRejected, SandboxPayments

from .courier import Courier
from .memory import MemoryLedger
from .provider import Clock, Provider, UnknownKey
from .sessions import Choice, Entry, EntryKind, KeyReused, NotPaid, Order, Session

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAGES = "http://sandbox.example/pay/"


class InProcessPayments:
    """Implements `chalicelib.gateways.payments.Payments`; the rest is what a test does as customer and bank.

    Webhooks wait until `deliver` is called: a test says when they arrive, how often and in which order.
    """

    def __init__(self, clock: Clock, webhook_secret: str = SECRET) -> None:
        numbers = itertools.count(1)
        self.provider = Provider(MemoryLedger(), clock, lambda: f"ps_{next(numbers)}")
        self._clock = clock
        self._secret = webhook_secret
        self._reader = SandboxPayments("http://sandbox.example", "", webhook_secret, clock=clock)

    def open(self, order: PaymentOrder) -> PaymentSession:
        try:
            session = self.provider.open(
                Order(
                    order.key,
                    order.reference,
                    order.amount.minor,
                    order.amount.currency,
                    order.expires_at,
                    order.return_url,
                    order.description,
                )
            )
        except KeyReused as exc:
            raise RequestRejected("key_reused") from exc
        return _told(session)

    def find(self, key: str) -> PaymentSession | None:
        try:
            return _told(self.provider.find(key))
        except UnknownKey:
            return None

    def end(self, key: str) -> PaymentSession:
        return _told(self.provider.end(key))

    def refund(self, key: str, refund_key: str, amount: Money) -> RefundOutcome:
        try:
            state, reason = self.provider.refund(key, refund_key, amount.minor, amount.currency)
        except (KeyReused, NotPaid, UnknownKey) as exc:
            raise RequestRejected(type(exc).__name__) from exc
        return RefundOutcome(RefundState(state), reason)

    def read_event(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent:
        return self._reader.read_event(headers, body)

    def choose(self, key: str, choice: Choice = Choice.APPROVE) -> PaymentSession:
        """Choose as the person on the page of the attempt `key`."""
        return _told(self.provider.choose(self.provider.find(key).session_id, choice))

    def deliver(self) -> list[tuple[dict[str, str], bytes]]:
        """Every webhook due by now, as (headers, body), as often as it is sent; all count as accepted."""
        sent: list[tuple[dict[str, str], bytes]] = []

        def send(headers: Mapping[str, str], body: bytes) -> bool:
            sent.append((dict(headers), body))
            return True

        courier = Courier(self.provider, self._clock, self._secret, send)
        for key in self.provider.due(limit=1_000_000):
            courier.work(key)
        return sent

    def ledger(self, key: str | None = None) -> list[Entry]:
        """Every charge and refund that ever happened, or those of one attempt."""
        if key is not None:
            return self.provider.entries_of(key)
        return [entry for _, entry in self.provider.entries("", 1_000_000)]

    def net(self, key: str) -> int:
        """Charged minus refunded under one attempt, in minor units."""
        return sum(
            entry.minor if entry.kind is EntryKind.CHARGE else -entry.minor for entry in self.ledger(key)
        )


def _told(session: Session) -> PaymentSession:
    order = session.order
    return PaymentSession(
        session_id=session.session_id,
        key=session.key,
        url=PAGES + session.session_id if order else "",
        state=SessionState(session.state),
        amount=Money(order.minor, order.currency) if order else NO_AMOUNT,
    )
