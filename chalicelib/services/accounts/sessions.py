"""Logging in, staying so, logging out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.sessions import Family, SessionOver, Verdict, expiry, judge
from chalicelib.domain.users import CredentialsRejected, User
from chalicelib.gateways import addresses
from chalicelib.gateways.addresses import AddressUnusable
from chalicelib.gateways.signing import AccessClaims
from chalicelib.services.accounts.refresh_tokens import NotOurs
from chalicelib.stores import sessions, users

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.clock import Clock, Ids
    from chalicelib.gateways.passwords import PasswordHashes
    from chalicelib.gateways.signing import AccessTokens
    from chalicelib.services.accounts.bookings import CustomersBookings
    from chalicelib.services.accounts.refresh_tokens import RefreshTokens
    from chalicelib.services.accounts.slow_down import SlowDown

# A rival's rotation is met at most once: then the token is an old one.
TURNS = 3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`device_token` is None where none is due: at a refresh."""

    user: User
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime
    device_token: str | None = field(default=None, repr=False)


class Sessions:
    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        password_hashes: PasswordHashes,
        access_tokens: AccessTokens,
        refresh_tokens: RefreshTokens,
        slow_down: SlowDown,
        bookings: CustomersBookings,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._password_hashes = password_hashes
        self._access_tokens = access_tokens
        self._refresh_tokens = refresh_tokens
        self._slow_down = slow_down
        self._bookings = bookings

    def log_in(self, email: str, password: str, address: str, device: str | None = None) -> SignedIn:
        """Begin a session. `address` is the caller's network address, `device` a device token if it has one.

        Every path runs one password hash, so that time does not tell whether there is such an account. Bookings that
        guests made with the verified address since the last time join the account.
        Raises CredentialsRejected, TooManyAttempts.
        """
        email = _spelled(email)
        guess = self._slow_down.guess(email, address, device)
        user = users.find_by_address(email)
        if not self._password_hashes.verify(password, user.password_hash if user else None) or user is None:
            raise CredentialsRejected()
        self._slow_down.succeeded(guess)
        user = self._rehashed(user, password)
        self._bookings.adopt_guest_bookings(user.id, user.email)
        return self.begin(user, device)

    def begin(self, user: User, device: str | None = None) -> SignedIn:
        """A session for a user who has just proved to be one."""
        now = self._clock.now()
        token = self._refresh_tokens.token(user.id, self._ids.ulid(), 1)
        family = Family(
            id=token.family_id,
            user_id=user.id,
            number=1,
            token_digest=token.digest,
            credentials_epoch=user.credentials_epoch,
            began_at=now,
            rotated_at=now,
            expires_at=expiry(now, now),
        )
        sessions.add(family)
        signed_in = self._signed_in(user, token.text, family)
        return replace(signed_in, device_token=self._slow_down.device_token(user.email, device))

    def refresh(self, refresh_token: str) -> SignedIn:
        """The next tokens of the session. Raises SessionOver; a token used before ends its session."""
        try:
            token = self._refresh_tokens.read(refresh_token)
        except NotOurs:
            raise SessionOver() from None
        for _ in range(TURNS):
            now = self._clock.now()
            family = sessions.find(token.user_id, token.family_id)
            user = users.find(token.user_id)
            verdict = judge(family, user.credentials_epoch if user else None, token.number, token.digest, now)
            if family is None or user is None or verdict is Verdict.OVER:
                raise SessionOver()
            if verdict is Verdict.REUSED:
                sessions.end(token.user_id, token.family_id)
                raise SessionOver()
            successor = self._refresh_tokens.token(token.user_id, token.family_id, token.number + 1)
            if verdict is Verdict.REPEAT:
                return self._signed_in(user, successor.text, family)
            rotated = family.rotated(successor.digest, now)
            if sessions.rotate(family, rotated):
                return self._signed_in(user, successor.text, rotated)
        raise SessionOver()

    def log_out(self, refresh_token: str) -> None:
        """End the token's session; an old token of it does as well. Access tokens run off within 15 minutes."""
        try:
            token = self._refresh_tokens.read(refresh_token)
        except NotOurs:
            return
        sessions.end(token.user_id, token.family_id)

    def _signed_in(self, user: User, refresh_token: str, family: Family) -> SignedIn:
        today = self._clock.now().date()
        if user.last_seen_on is None or user.last_seen_on < today:
            users.see(user.id, today)
        access_token = self._access_tokens.issue(AccessClaims(user.id, user.is_admin))
        return SignedIn(user, access_token, refresh_token, family.expires_at)

    def _rehashed(self, user: User, password: str) -> User:
        """With a hash of today's parameters. Whoever changes the user meanwhile goes first: it can wait."""
        if not self._password_hashes.is_outdated(user.password_hash):
            return user
        stronger = replace(user, password_hash=self._password_hashes.hash(password), version=user.version + 1)
        try:
            users.change(stronger)
        except VersionStale:
            return user
        return stronger


def _spelled(email: str) -> str:
    """Normalised if it is an address at all; nobody has an account with one that is not."""
    try:
        return addresses.normalised(email)
    except AddressUnusable:
        return email
