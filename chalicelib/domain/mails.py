"""A mail: what it is about, for whom, and what has become of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.users import DEFAULT_LANGUAGE

# Longer than the mailer's function lives, so that no claim lapses under a run that is still at it; and, together with
# that, shorter than the queue's visibility timeout, so that a message comes back to a claim that has lapsed.
CLAIM_TIME = timedelta(seconds=90)


class MailKind(StrEnum):
    """What a mail says; the name of its templates too."""

    BOOKING_CONFIRMED = "booking-confirmed"
    BOOKING_CANCELLED = "booking-cancelled"
    PAYMENT_RETURNED = "payment-returned"
    VERIFY_ADDRESS = "verify-address"
    RESET_PASSWORD = "reset-password"
    ADDRESS_KNOWN = "address-known"


BOOKING_KINDS = frozenset({MailKind.BOOKING_CONFIRMED, MailKind.BOOKING_CANCELLED, MailKind.PAYMENT_RETURNED})


@dataclass(frozen=True, slots=True)
class MailMessage:
    """An order for one mail, as it travels through the queue.

    `subject_id` says what it is about: a booking's reference, an attempt to pay (reference/number), or the id of
    the request that an account's mail answers. One mail is sent a (kind, subject_id, recipient). `data` is what
    the mail says beside what is stored; it can hold a token that opens an account, so no message is ever logged.
    """

    kind: MailKind
    subject_id: str
    recipient: str
    language: str = DEFAULT_LANGUAGE
    data: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What one mail is sent of: kind, subject, and a digest of the recipient, so that no address is kept."""
        digest = hashlib.sha256(self.recipient.casefold().encode()).hexdigest()
        return self.kind.value, self.subject_id, digest

    @property
    def mail_id(self) -> str:
        """The same for every copy of one mail, and telling nothing of its reader."""
        return hashlib.sha256("\n".join(self.identity).encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is handed over for sending. `mail_id` is the same each time this mail is composed or sent."""

    mail_id: str
    recipient: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class MailState(StrEnum):
    """What the ledger says of a mail. Only a `claimed` one can still change."""

    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class MailClaim:
    """The right to send one mail until `expires_at`. `attempt` counts the claims on it, this one included: from the
    second on, an earlier run may have sent it and died before it could say so."""

    id: str
    message: MailMessage
    attempt: int
    expires_at: datetime


class MailSettled(Exception):
    """The mail was sent, dropped or refused before: there is nothing left to do for it."""

    def __init__(self, state: MailState) -> None:
        super().__init__(f"the mail is {state} already")
        self.state = state


class MailClaimed(Exception):
    """Another run has the mail in hand, or died with it: it can be claimed again at `expires_at`."""

    def __init__(self, expires_at: datetime) -> None:
        super().__init__(f"the mail is claimed until {expires_at.isoformat()}")
        self.expires_at = expires_at


class MailSuperseded(Exception):
    """What the mail would say is no longer so. It is dropped."""


class MailRefused(Exception):
    """The mail service will never send this mail; `reason` is its own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailUnreadable(Exception):
    """A message of the queue is not of the agreed shape: a defect of ours."""
