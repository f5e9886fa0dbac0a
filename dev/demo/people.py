"""Makes the people of the demo data: registered and verified as anybody is, their mails read by the loader itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.mails import MailMessage
from chalicelib.domain.users import User
from chalicelib.services.accounts.registrations import Wish
from chalicelib.stores import users
from chalicelib.wiring import Wiring
from dev.demo.data import CINEMAS
from dev.demo.logins import LOGINS, Login


@dataclass
class Mailbox:
    """Stands in for the mail queue: nobody waits for a mail to an address that does not exist."""

    messages: list[MailMessage] = field(default_factory=list)

    def put(self, message: MailMessage) -> None:
        self.messages.append(message)


def make_people(real: Wiring) -> dict[str, User]:
    """All of LOGINS by e-mail address; those that exist are left as they are."""
    mailbox = Mailbox()
    wiring = Wiring(real.settings, real.clock, real.ids)
    wiring.secrets = real.secrets
    wiring.mail_queue = mailbox
    return {login.email: _person(wiring, mailbox, number, login) for number, login in enumerate(LOGINS)}


def _person(wiring: Wiring, mailbox: Mailbox, number: int, login: Login) -> User:
    user = users.find_by_address(login.email)
    if user is None:
        wish = Wish(
            email=login.email,
            password=login.password,
            name=login.name,
            language="en",
            time_zone=_time_zone(login),
            as_owner=login.is_owner,
        )
        # Each from an address of its own (RFC 5737): registering is slowed down by address.
        wiring.registrations.register(wish, f"192.0.2.{number + 1}")
        wiring.registrations.verify(mailbox.messages.pop().data["token"])
    if login.is_admin:
        return wiring.accounts.make_admin(login.email)
    user = users.find_by_address(login.email)
    assert user is not None
    return user


def _time_zone(login: Login) -> str:
    return CINEMAS[login.cinemas[0]].details.time_zone if login.cinemas else "Europe/Berlin"
