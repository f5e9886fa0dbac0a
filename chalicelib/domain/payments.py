"""What selling and a payment provider say to each other, in values. Money moves only at the provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors import DomainError
from chalicelib.domain.money import Money

NO_AMOUNT = Money(0, "XXX")
"""The amount of a key that was ended before it was ever opened. XXX is ISO 4217 for "no currency"."""


class SessionState(StrEnum):
    """Where one attempt to be paid stands at the provider.

    OPEN waits for the customer. PROCESSING waits for a bank: it can become PAID or FAILED and nobody can end it.
    ENDED took no money and never will.
    """

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    ENDED = "ended"

    @property
    def is_final(self) -> bool:
        """Whether the provider will never say anything else about this session."""
        return self in (SessionState.PAID, SessionState.FAILED, SessionState.ENDED)


class RefundState(StrEnum):
    """Where a refund stands. A PENDING one will be DONE without another request; REFUSED is for good."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What one attempt asks the provider to collect.

    `key` is the provider's idempotency key: one attempt of one booking. `reference` is the booking's, for people.
    At `expires_at` (aware UTC) the provider ends the session if the customer has not paid. The customer is sent to
    `return_url` after choosing, whatever the outcome: it proves nothing.
    """

    key: str
    reference: str
    amount: Money
    expires_at: datetime
    return_url: str
    description: str


@dataclass(frozen=True, slots=True)
class PaymentSession:
    """One attempt as the provider has it at the moment of the answer. `url` is the page on which a person pays.

    A key that was ended before it was opened has no page (`url` is empty) and the amount `NO_AMOUNT`.
    """

    session_id: str
    key: str
    url: str
    state: SessionState
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """What became of a refund; `reason` is the provider's and empty unless it refused."""

    state: RefundState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A genuine notice that something happened to `key`: a hint to ask the provider, never the fact itself.

    Notices come late, twice and out of order. `event_id` is the same when one notice is repeated.
    """

    key: str
    event_id: str
    kind: str


class ProviderUnavailable(DomainError):
    """The provider did not answer, or not sensibly: whether the request took effect is unknown.

    Every request may be repeated under the same key.
    """

    def __init__(self, detail: str = "The payment provider does not answer; repeat the request.") -> None:
        super().__init__(detail)


class WebhookRejected(DomainError):
    """A notice whose signature, age or shape shows that it is not the provider's."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
