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
    from chalicelib.gateways.ticket_tokens import TicketTokens
    from chalicelib.services.accounts.accounts import Accounts
    from chalicelib.services.accounts.grants import Grants
    from chalicelib.services.accounts.passwords import Passwords
    from chalicelib.services.accounts.profiles import Profiles
    from chalicelib.services.accounts.registrations import Registrations
    from chalicelib.services.accounts.sessions import Sessions
    from chalicelib.services.accounts.slow_down import SlowDown
    from chalicelib.services.catalogue.auditoriums import Auditoriums
    from chalicelib.services.catalogue.catalogue import Catalogue
    from chalicelib.services.catalogue.cinemas import Cinemas
    from chalicelib.services.catalogue.movies import Movies
    from chalicelib.services.catalogue.price_lists import PriceLists
    from chalicelib.services.catalogue.seating_plans import SeatingPlans
    from chalicelib.services.hoarding import Hoarding
    from chalicelib.services.links import Links
    from chalicelib.services.mails import Mails
    from chalicelib.services.notifications import Notifications
    from chalicelib.services.replays import Replays
    from chalicelib.services.scheduling.listing import Listing
    from chalicelib.services.scheduling.scheduling import Scheduling
    from chalicelib.services.scheduling.showtimes import Showtimes
    from chalicelib.services.selling.selling import Selling
    from chalicelib.services.selling.stock import Stock


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
            self.settings.payments_url,
            self.secrets.payments_key,
            self.secrets.payments_webhook_secret,
            clock=self.clock,
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
    def slow_down(self) -> SlowDown:
        from chalicelib.services.accounts.slow_down import SlowDown

        return SlowDown(self.clock, self.ids, self.signer("device"))

    @cached_property
    def sessions(self) -> Sessions:
        from chalicelib.services.accounts.refresh_tokens import RefreshTokens
        from chalicelib.services.accounts.sessions import Sessions

        return Sessions(
            self.clock,
            self.ids,
            self.password_hashes,
            self.access_tokens,
            RefreshTokens(self.secrets.derived("refresh")),
            self.slow_down,
            self.selling,
        )

    @cached_property
    def registrations(self) -> Registrations:
        from chalicelib.services.accounts.registrations import Registrations

        return Registrations(
            self.clock,
            self.ids,
            self.password_hashes,
            self.signer("verify"),
            self.slow_down,
            self.notifications,
            self.selling,
        )

    @cached_property
    def passwords(self) -> Passwords:
        from chalicelib.services.accounts.passwords import Passwords

        return Passwords(
            self.clock,
            self.password_hashes,
            self.signer("reset"),
            self.slow_down,
            self.notifications,
            self.sessions,
        )

    @cached_property
    def profiles(self) -> Profiles:
        from chalicelib.services.accounts.profiles import Profiles

        return Profiles(
            self.clock,
            self.selling,
            self.catalogue.cinema,
            self.catalogue.movie,
            self.scheduling.showtime,
        )

    @cached_property
    def grants(self) -> Grants:
        from chalicelib.services.accounts.grants import Grants

        return Grants(self.clock, self.slow_down)

    @cached_property
    def hoarding(self) -> Hoarding:
        from chalicelib.services.hoarding import Hoarding

        return Hoarding(self.clock)

    @cached_property
    def replays(self) -> Replays:
        from chalicelib.services.replays import Replays

        return Replays(self.clock, self.ids)

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

        composer = Composer(Bookings(), MailTemplates(), self.links, self.clock)
        return Mails(composer, self.mailer, self.clock, self.ids)

    @cached_property
    def ticket_tokens(self) -> TicketTokens:
        from chalicelib.gateways.ticket_tokens import TicketTokens

        return TicketTokens(self.secrets.ticket_keys, self.secrets.ticket_kid)

    # --- the catalogue

    @cached_property
    def catalogue(self) -> Catalogue:
        from chalicelib.services.catalogue.catalogue import Catalogue

        return Catalogue(self.clock)

    @cached_property
    def cinemas(self) -> Cinemas:
        from chalicelib.services.catalogue.cinemas import Cinemas

        return Cinemas(self.accounts, self.catalogue, self.clock, self.ids)

    @cached_property
    def auditoriums(self) -> Auditoriums:
        from chalicelib.services.catalogue.auditoriums import Auditoriums

        return Auditoriums(self.catalogue, self.clock)

    @cached_property
    def seating_plans(self) -> SeatingPlans:
        from chalicelib.services.catalogue.seating_plans import SeatingPlans

        return SeatingPlans(self.catalogue, self.ids)

    @cached_property
    def movies(self) -> Movies:
        from chalicelib.services.catalogue.movies import Movies

        return Movies(self.accounts, self.catalogue, self.clock, self.ids)

    @cached_property
    def price_lists(self) -> PriceLists:
        from chalicelib.services.catalogue.price_lists import PriceLists

        return PriceLists(self.catalogue, self.auditoriums, self.ids)

    @cached_property
    def scheduling(self) -> Scheduling:
        from chalicelib.services.scheduling.scheduling import Scheduling

        return Scheduling(self.catalogue, self.clock)

    @cached_property
    def showtimes(self) -> Showtimes:
        from chalicelib.services.scheduling.showtimes import Showtimes
        from chalicelib.stores.bookings import Bookings

        # Selling asks scheduling for showtimes: so scheduling gets the one call of selling it needs, not selling.
        return Showtimes(
            self.catalogue,
            self.scheduling,
            self.stock,
            Bookings(),
            lambda showtime_id: self.selling.cancel_showtime(showtime_id),
            self.clock,
            self.ids,
        )

    @cached_property
    def listing(self) -> Listing:
        from chalicelib.services.scheduling.listing import Listing

        return Listing(self.catalogue, self.scheduling, self.stock, self.clock)

    # --- selling

    @cached_property
    def stock(self) -> Stock:
        from chalicelib.services.selling.stock import Stock
        from chalicelib.stores.rows import Rows

        return Stock(Rows(self.ids), self.clock)

    @cached_property
    def selling(self) -> Selling:
        from chalicelib.services.selling import (
            best_seats,
            buyers,
            cancelling,
            checkout,
            drafting,
            holding,
            reading,
            recovery,
            rescuing,
            selling,
            settling,
            tokens,
        )
        from chalicelib.stores.bookings import Bookings
        from chalicelib.stores.clearances import Clearances, RefusedRefunds
        from chalicelib.stores.rows import Rows

        clock, scheduled, payments = self.clock, self.scheduling, self.payments
        times = self.settings.times
        rows, bookings = Rows(self.ids), Bookings()
        rescue = rescuing.Rescuing(scheduled, rows, bookings, clock)
        settle = settling.Settling(rows, bookings, RefusedRefunds(), payments, rescue, clock)
        cancel = cancelling.Cancelling(scheduled, rows, bookings, Clearances(), settle, clock)
        draft = drafting.Drafting(scheduled, clock, times, self.secrets.derived("own-digits"))
        hold = holding.Holding(scheduled, draft, rows, self.hoarding, clock, times)
        return selling.Selling(
            scheduled=scheduled,
            stock=self.stock,
            holding=hold,
            best_seats=best_seats.BestSeats(scheduled, draft, rows, self.hoarding, clock, times, self.ids),
            hold_tokens=tokens.HoldTokens(self.signer("hold")),
            checkout=checkout.Checkout(
                scheduled,
                hold,
                settle,
                rows,
                bookings,
                payments,
                self.hoarding,
                clock,
                times,
                self.links,
            ),
            settling=settle,
            cancelling=cancel,
            recovery=recovery.Recovery(bookings, settle, cancel, clock),
            reading=reading.Reading(bookings, self.links),
            buyers=buyers.Buyers(self.accounts),
            payments=payments,
            limits=self.hoarding,
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
