"""A new password: by the link of a mail, or by the old one. Either way every older session ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable, VersionStale
from chalicelib.domain.mails import MailKind
from chalicelib.domain.principals import NotSignedIn
from chalicelib.domain.users import LinkRejected, PasswordWrong, User
from chalicelib.gateways.signing import TokenRejected
from chalicelib.services.accounts.fields import usable_address
from chalicelib.stores import users
from chalicelib.stores.versions import storable

if TYPE_CHECKING:
    from chalicelib.clock import Clock
    from chalicelib.gateways.passwords import PasswordHashes
    from chalicelib.gateways.signing import Signer
    from chalicelib.services.accounts.sessions import Sessions, SignedIn
    from chalicelib.services.accounts.slow_down import SlowDown
    from chalicelib.services.notifications import Notifications

LINK_LIFE = timedelta(hours=1)
WRITES_TRIED = 5


class Passwords:
    """Sessions and links name the epoch of the password they began under; a new password raises it. So one write
    ends every session and every other link at once, whatever is on its way."""

    def __init__(
        self,
        clock: Clock,
        password_hashes: PasswordHashes,
        links: Signer,
        slow_down: SlowDown,
        notifications: Notifications,
        sessions: Sessions,
    ) -> None:
        self._clock = clock
        self._password_hashes = password_hashes
        self._links = links
        self._slow_down = slow_down
        self._notifications = notifications
        self._sessions = sessions

    def send_link(self, email: str, address: str) -> None:
        """Mail the link that sets a new password, if there is such an account. Raises Invalid, TooManyAttempts."""
        email = usable_address(email)
        self._slow_down.mail(email, address)
        user = users.find_by_address(email)
        if user is None:
            return
        expires_at = self._clock.now() + LINK_LIFE
        token = self._links.sign({"user": user.id, "epoch": user.credentials_epoch}, expires_at)
        self._notifications.account_mail(
            MailKind.RESET_PASSWORD,
            user.email,
            {"token": token, "name": user.name, "expires_at": expires_at.isoformat()},
            language=user.language,
        )

    def reset(self, token: str, password: str, address: str) -> str:
        """Set the password by the link of a mail; gives a device token, so that guessers can't keep the owner out.

        The link works once; repeated with the same password (its answer was lost) it answers the same.
        Raises LinkRejected, TooManyAttempts.
        """
        try:
            claims = self._links.read(token)
        except TokenRejected:
            raise LinkRejected() from None
        epoch = int(claims["epoch"])
        for _ in range(WRITES_TRIED):
            user = users.find(str(claims["user"]))
            if user is None:
                raise LinkRejected()
            if user.credentials_epoch != epoch:
                self._require_repeat(user, epoch, password, address)
                return self._slow_down.device_token(user.email)
            try:
                self._set(user, password)
            except VersionStale:
                continue  # the profile was changed meanwhile, or another link was used: look again
            return self._slow_down.device_token(user.email)
        raise Unavailable("Your account")

    def change(
        self,
        user_id: str,
        current: str,
        new: str,
        expected_version: int,
        address: str,
        device: str | None = None,
    ) -> SignedIn:
        """Set the password by the old one, and begin a session in place of all others.

        Raises PasswordWrong, TooManyAttempts, VersionStale.
        """
        user = users.find(user_id)
        if user is None:
            raise NotSignedIn()
        guess = self._slow_down.guess(user.email, address, device)
        if not self._password_hashes.verify(current, user.password_hash):
            raise PasswordWrong()
        self._slow_down.succeeded(guess)
        if user.version != expected_version:
            raise VersionStale("account", user.version)
        return self._sessions.begin(self._set(user, new), device)

    def _set(self, user: User, password: str) -> User:
        changed = replace(
            user,
            password_hash=self._password_hashes.hash(password),
            credentials_epoch=user.credentials_epoch + 1,
            version=user.version + 1,
            updated_at=storable(self._clock.now()),
        )
        users.change(changed)
        return changed

    def _require_repeat(self, user: User, epoch: int, password: str, address: str) -> None:
        """Raises LinkRejected unless this very link has set this very password. It counts as a guess of it."""
        guess = self._slow_down.guess(user.email, address)
        if user.credentials_epoch != epoch + 1 or not self._password_hashes.verify(
            password, user.password_hash
        ):
            raise LinkRejected()
        self._slow_down.succeeded(guess)
