"""A user: someone whose e-mail address is verified, with an account of their own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.domain.errors import DomainError
from chalicelib.domain.obstacles import Obstacle

DEFAULT_LANGUAGE = "en"
DEFAULT_TIME_ZONE = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class User:
    """`is_owner` may make cinemas; `is_admin` is the chain's. Other roles are grants.

    `credentials_epoch` rises with each new password: a session, or a reset link, of an older epoch counts no more.
    `last_seen_on` is the UTC date of the last log-in or refresh; it changes without a new `version`.
    """

    id: str
    email: str
    name: str
    language: str
    time_zone: str
    home_city: str | None
    is_owner: bool
    is_admin: bool
    password_hash: str = field(repr=False)
    credentials_epoch: int
    version: int
    created_at: datetime
    updated_at: datetime
    last_seen_on: date | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Registration:
    """A wish for an account, until its address is verified. `id` is the id the user will have.

    Each is verified by its own link: whoever registers a stranger's address can't make the stranger's own
    registration theirs. `verified` once it has become the user.
    """

    id: str
    email: str
    name: str
    language: str
    time_zone: str
    as_owner: bool
    password_hash: str = field(repr=False)
    registered_at: datetime
    expires_at: datetime
    verified: bool = False

    def user(self, now: datetime) -> User:
        """The account that it becomes."""
        return User(
            id=self.id,
            email=self.email,
            name=self.name,
            language=self.language,
            time_zone=self.time_zone,
            home_city=None,
            is_owner=self.as_owner,
            is_admin=False,
            password_hash=self.password_hash,
            credentials_epoch=1,
            version=1,
            created_at=now,
            updated_at=now,
        )


def address_digest(address: str) -> str:
    """What an e-mail address is found by: the same for every spelling in upper and lower case.

    `address` is normalised already (gateways/addresses.py). A digest, so that keys and logs of keys name nobody.
    """
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:40]


class CredentialsRejected(DomainError):
    """No account has this address with this password. Which of the two is wrong is never said."""

    def __init__(self) -> None:
        super().__init__("The address or the password is wrong, or the address is not verified yet.")


class LinkRejected(DomainError):
    """A link of a mail that was never ours, has expired, or was used."""

    def __init__(self, detail: str = "This link does not count any more. Ask for a new one.") -> None:
        super().__init__(detail)


class AccountNeeded(DomainError):
    """What stands in the way of erasing an account: `count` obstacles, some of them named."""

    def __init__(self, obstacles: tuple[Obstacle, ...], count: int) -> None:
        names = ", ".join(f"{each.noun} {each.name}" for each in obstacles)
        more = f" and {count - len(obstacles)} more" if count > len(obstacles) else ""
        super().__init__(
            f"Your account can't be erased yet: {names}{more}. Cancel the bookings, hand over the cinemas."
        )
        self.obstacles = obstacles
        self.count = count


class PasswordWrong(DomainError):
    """The current password, asked for before a change, is another."""

    def __init__(self) -> None:
        super().__init__("This is not your current password.")
