"""The one place where services meet stores, gateways, clock and chance. Everything is built at its first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.clock import Clock, Ids, SystemClock, SystemIds
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.gateways.mail import Mailer, MailQueue
    from chalicelib.gateways.passwords import PasswordHashes
    from chalicelib.gateways.payments import Payments
    from chalicelib.gateways.secrets import Secrets
    from chalicelib.gateways.signing import AccessTokens, Signer
    from chalicelib.services.accounts.accounts import Accounts
    from chalicelib.services.hoarding import Hoarding
    from chalicelib.services.links import Links
    from chalicelib.services.mails import Mails
    from chalicelib.services.notifications import Notifications
    from chalicelib.services.replays import Replays
    from chalicelib.services.selling.selling import Selling


@dataclass
class Wiring:
    """Imports sit in the properties, so that a function pays at its cold start only for what it uses."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=SystemIds)

    @cached_property
    def secrets(self) -> Secrets:
        from chalicelib.gateways.secrets import from_secrets_manager

        return from_secrets_manager(self.settings.secret_id)

    def signer(self, label: str) -> Signer:
        """Signs and reads the tokens of one purpose ("hold", "cursor", "guest", "booking")."""
        from chalicelib.gateways.signing import Signer

        return Signer(label, self.secrets.derived(label), self.clock)

    @cached_property
    def payments(self) -> Payments:
        from chalicelib.gateways.payments import SandboxPayments

        return SandboxPayments(
            self.settings.payments_url, self.secrets.payments_key, self.secrets.payments_webhook_secret
        )

    @cached_property
    def access_tokens(self) -> AccessTokens:
        from chalicelib.gateways.signing import AccessTokens

        return AccessTokens(
            self.secrets.access_keys, self.secrets.access_kid, self.settings.site_url, self.clock
        )

    @cached_property
    def password_hashes(self) -> PasswordHashes:
        from chalicelib.gateways.passwords import PasswordHashes

        return PasswordHashes()

    @cached_property
    def accounts(self) -> Accounts:
        from chalicelib.services.accounts.accounts import Accounts

        return Accounts(self.clock, self.access_tokens, self.signer("guest"))

    @cached_property
    def hoarding(self) -> Hoarding:
        from chalicelib.services.hoarding import Hoarding

        return Hoarding(self.clock)

    @cached_property
    def replays(self) -> Replays:
        from chalicelib.services.replays import Replays
        from chalicelib.stores.replays import ReplayLedger

        return Replays(ReplayLedger(), self.clock, self.ids)

    @cached_property
    def mail_queue(self) -> MailQueue:
        from chalicelib.gateways.mail import SqsMailQueue

        return SqsMailQueue(self.settings.mail_queue_url)

    @cached_property
    def notifications(self) -> Notifications:
        from chalicelib.services.notifications import Notifications

        return Notifications(self.mail_queue, self.ids)

    @cached_property
    def links(self) -> Links:
        from chalicelib.services.links import Links

        return Links(self.settings.site_url, self.signer("booking"))

    @cached_property
    def mailer(self) -> Mailer:
        from chalicelib.gateways.mail import SesMailer

        return SesMailer(self.settings.mail_sender)

    @cached_property
    def mails(self) -> Mails:
        from chalicelib.gateways.mail_templates import MailTemplates
        from chalicelib.services.composing import Composer
        from chalicelib.services.mails import Mails
        from chalicelib.stores.bookings import Bookings
        from chalicelib.stores.mails import MailLedger

        composer = Composer(Bookings(), MailTemplates(), self.links, self.clock)
        return Mails(MailLedger(), composer, self.mailer, self.clock, self.ids)

    @cached_property
    def selling(self) -> Selling:
        from chalicelib.services.selling import (
            cancelling,
            checkout,
            holding,
            reading,
            recovery,
            selling,
            settling,
            stock,
            tokens,
        )
        from chalicelib.stores.bookings import Bookings
        from chalicelib.stores.clearances import Clearances, RefusedRefunds
        from chalicelib.stores.rows import Rows

        clock, programme, payments = self.clock, self.scheduling, self.payments
        rows, bookings = Rows(self.ids), Bookings()
        settle = settling.Settling(programme, rows, bookings, RefusedRefunds(), payments, clock)
        cancel = cancelling.Cancelling(programme, rows, bookings, Clearances(), settle, clock)
        hold = holding.Holding(
            programme, rows, self.hoarding, clock, self.ids, self.secrets.derived("own-digits")
        )
        return selling.Selling(
            programme=programme,
            stock=stock.Stock(rows, clock),
            holding=hold,
            hold_tokens=tokens.HoldTokens(self.signer("hold")),
            checkout=checkout.Checkout(
                programme, hold, settle, rows, bookings, payments, self.hoarding, clock, self.settings.site_url
            ),
            settling=settle,
            cancelling=cancel,
            recovery=recovery.Recovery(bookings, settle, cancel, clock),
            reading=reading.Reading(bookings, self.links, self.secrets.derived("address")),
            payments=payments,
            clock=clock,
        )


_current: Wiring | None = None


def wiring() -> Wiring:
    """This process's wiring, made from the environment at first use."""
    global _current
    if _current is None:
        _current = Wiring(Settings.from_environment())
    return _current


def use(replacement: Wiring | None) -> None:
    """Put another in its place; None makes the next call build one from the environment. For tests and `dev/`."""
    global _current
    _current = replacement
