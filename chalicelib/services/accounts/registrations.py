"""From a wish for an account to the account: it begins to exist when its address is verified."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.mails import MailKind
from chalicelib.domain.users import LinkRejected, Registration, address_digest
from chalicelib.gateways.signing import TokenRejected
from chalicelib.services.accounts.fields import usable_address, usable_time_zone
from chalicelib.stores import registrations, users
from chalicelib.stores.transactions import Transaction
from chalicelib.stores.versions import storable

if TYPE_CHECKING:
    from chalicelib.clock import Clock, Ids
    from chalicelib.gateways.passwords import PasswordHashes
    from chalicelib.gateways.signing import Signer
    from chalicelib.services.accounts.bookings import CustomersBookings
    from chalicelib.services.accounts.slow_down import SlowDown
    from chalicelib.services.notifications import Notifications

LINK_LIFE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody registers with."""

    email: str
    password: str = field(repr=False)
    name: str
    language: str
    time_zone: str
    as_owner: bool = False


class Registrations:
    """Answers never tell whether an address is known: the mail does, to whoever reads that mailbox."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        password_hashes: PasswordHashes,
        links: Signer,
        slow_down: SlowDown,
        notifications: Notifications,
        bookings: CustomersBookings,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._password_hashes = password_hashes
        self._links = links
        self._slow_down = slow_down
        self._notifications = notifications
        self._bookings = bookings

    def register(self, wish: Wish, address: str) -> None:
        """Note the wish and send the link that makes it an account; a known address is told so by mail instead.

        Both take the same steps, so that time does not tell. Raises Invalid, TooManyAttempts.
        """
        email = usable_address(wish.email)
        usable_time_zone(wish.time_zone)
        self._slow_down.mail(email, address)
        now = self._clock.now()
        registration = Registration(
            id=self._ids.ulid(),
            email=email,
            name=wish.name,
            language=wish.language,
            time_zone=wish.time_zone,
            as_owner=wish.as_owner,
            password_hash=self._password_hashes.hash(wish.password),
            registered_at=now,
            expires_at=now + LINK_LIFE,
        )
        registrations.add(registration)
        self._mail(registration)

    def send_again(self, email: str, address: str) -> None:
        """Send the link of the address's newest registration again. Raises Invalid, TooManyAttempts."""
        email = usable_address(email)
        self._slow_down.mail(email, address)
        registration = registrations.latest(address_digest(email))
        if registration is not None and registration.expires_at > self._clock.now():
            self._mail(registration)

    def verify(self, token: str) -> None:
        """Make the account, and make bookings that guests made with its address its own. It can be repeated.

        Raises LinkRejected, also when another registration of the address was verified first.
        """
        try:
            claims = self._links.read(token)
        except TokenRejected:
            raise LinkRejected() from None
        registration = registrations.find(str(claims["address"]), str(claims["registration"]))
        if registration is None:
            raise LinkRejected()
        if not registration.verified:
            self._make(registration)
        self._bookings.adopt_guest_bookings(registration.id, registration.email)

    def _make(self, registration: Registration) -> None:
        transaction = Transaction()
        users.add(transaction, registration.user(storable(self._clock.now())))
        registrations.verify(transaction, registration)
        if not transaction.commit():
            return
        digest = address_digest(registration.email)
        after = registrations.find(digest, registration.id)
        if after is None or not after.verified:
            raise LinkRejected(
                "There is an account with this address already. Log in, or reset its password."
            )

    def _mail(self, registration: Registration) -> None:
        if users.holder_of(registration.email) is not None:
            self._notifications.account_mail(
                MailKind.ADDRESS_KNOWN,
                registration.email,
                {"name": registration.name},
                language=registration.language,
            )
            return
        token = self._links.sign(
            {"address": address_digest(registration.email), "registration": registration.id},
            registration.expires_at,
        )
        self._notifications.account_mail(
            MailKind.VERIFY_ADDRESS,
            registration.email,
            {"token": token, "name": registration.name, "expires_at": registration.expires_at.isoformat()},
            language=registration.language,
        )
