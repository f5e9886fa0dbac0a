"""Guesses and mails are slowed, per account and per network address, without locking the owner of an account out.

Somebody who has logged in before carries a device token: their attempts are counted by device, so that however many
strangers guess from however many addresses, the owner gets in from there. From elsewhere the link of a mail does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.limits import Allowance, network_of
from chalicelib.domain.users import address_digest
from chalicelib.gateways.signing import TokenRejected
from chalicelib.stores import limits

if TYPE_CHECKING:
    from chalicelib.clock import Clock, Ids
    from chalicelib.gateways.signing import Signer

_SECOND, _MINUTE, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)

# Guesses of one account's password: by a known device, from one address, from all strangers together.
BY_DEVICE = Allowance(free=10, first_wait=_SECOND, longest_wait=15 * _MINUTE, forgotten_after=_DAY)
BY_PAIR = Allowance(free=5, first_wait=_SECOND, longest_wait=15 * _MINUTE, forgotten_after=_DAY)
BY_ACCOUNT = Allowance(free=20, first_wait=_SECOND, longest_wait=5 * _MINUTE, forgotten_after=_DAY)
# All that one address tries; a school shares one, and successes are not counted.
BY_ADDRESS = Allowance(free=100, first_wait=_SECOND, longest_wait=_MINUTE, forgotten_after=60 * _MINUTE)
# Mails asked for: to one recipient, and by one address. A mailbox is not to be flooded in our name.
TO_RECIPIENT = Allowance(free=4, first_wait=_MINUTE, longest_wait=60 * _MINUTE, forgotten_after=_DAY)
MAILS_BY_ADDRESS = Allowance(
    free=50, first_wait=_SECOND, longest_wait=10 * _MINUTE, forgotten_after=60 * _MINUTE
)
# Addresses looked up by one owner who hands out roles.
LOOK_UPS = Allowance(free=50, first_wait=_SECOND, longest_wait=10 * _MINUTE, forgotten_after=_DAY)


@dataclass(frozen=True, slots=True)
class Guess:
    """One attempt at an account's password, counted already."""

    counters: tuple[tuple[str, str], ...]
    network: str


class SlowDown:
    def __init__(self, clock: Clock, ids: Ids, devices: Signer) -> None:
        self._clock = clock
        self._ids = ids
        self._devices = devices

    def guess(self, email: str, address: str, device: str | None = None) -> Guess:
        """Count an attempt before it is made; raises TooManyAttempts. The same whether there is such an account."""
        network = network_of(address)
        self._count("address", network, BY_ADDRESS)
        account = address_digest(email)
        device_id = self._device_id(account, device)
        counters: list[tuple[str, str, Allowance]]
        if device_id is not None:
            counters = [("device", device_id, BY_DEVICE)]
        else:
            counters = [("pair", f"{account} {network}", BY_PAIR), ("account", account, BY_ACCOUNT)]
        for what, who, allowance in counters:
            self._count(what, who, allowance)
        return Guess(tuple((what, who) for what, who, _ in counters), network)

    def succeeded(self, guess: Guess) -> None:
        """The account's counters begin anew. The address's counts one less: its other failures stay counted."""
        for what, who in guess.counters:
            limits.forget_attempts(what, who)
        limits.take_back_attempt("address", guess.network)

    def mail(self, email: str, address: str) -> None:
        """Count a mail before it is ordered; raises TooManyAttempts."""
        self._count("mails", network_of(address), MAILS_BY_ADDRESS)
        self._count("recipient", address_digest(email), TO_RECIPIENT)

    def look_up(self, user_id: str) -> None:
        """Count an e-mail address that a user asks about; raises TooManyAttempts."""
        self._count("look-ups", user_id, LOOK_UPS)

    def device_token(self, email: str, device: str | None = None) -> str:
        """What tells that the account's owner has logged in here: the one presented, if it does, or a new one."""
        account = address_digest(email)
        if device is not None and self._device_id(account, device) is not None:
            return device
        return self._devices.sign({"account": account, "device": self._ids.ulid()})

    def _device_id(self, account: str, device: str | None) -> str | None:
        if not device:
            return None
        try:
            claims = self._devices.read(device)
        except TokenRejected:
            return None
        return str(claims["device"]) if claims.get("account") == account else None

    def _count(self, what: str, who: str, allowance: Allowance) -> None:
        limits.attempt(what, who, allowance, self._clock.now())
