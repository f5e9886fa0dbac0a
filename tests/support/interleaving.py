"""Actors in one thread, switched, killed and cut off at any call to DynamoDB or the payment provider, by one seed.

Each actor is a greenlet. At every request that would leave the process it stands aside twice, before the request is
sent and after it was answered, and the seed says who goes on and with what fate:

    killed     the function ends here; what it had done stays done
    lost       the request was carried out, its answer never arrives (the SDK repeats it)
    late       the request is still on its way: its sender gives up (the SDK repeats it), and it lands at some later step
    down       the request never arrives

moto carries each request out at once, so with one thread every request is atomic, as DynamoDB's are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from greenlet import getcurrent, greenlet
from moto.core.models import botocore_stubber

from chalicelib.domain.errors import DomainError, Unavailable
from chalicelib.domain.money import Money
from chalicelib.domain.payments import (
    PaymentEvent,
    PaymentOrder,
    PaymentSession,
    ProviderUnavailable,
    RefundOutcome,
)
from chalicelib.gateways.payments import Payments
from chalicelib.stores import tables

# No function lives longer; selling counts on it (bookings.LATE_WRITE).
FUNCTION_TIMEOUT = timedelta(seconds=60)
# What is on its way lands before that, counted from its function's beginning.
LATEST_LANDING = timedelta(seconds=89)


class Killed(BaseException):
    """The function's end. Nothing of ours may catch it."""


@dataclass(frozen=True)
class Fates:
    """How likely each is, at each of the moments where it can happen."""

    killed: float = 0.015
    lost: float = 0.02
    late: float = 0.015
    down: float = 0.01


NO_FATES = Fates(0, 0, 0, 0)


@dataclass(frozen=True)
class Outcome:
    """Of one function: its answer, the fact that refused it, or neither when nobody can tell."""

    value: Any = None
    refusal: DomainError | None = None
    is_known: bool = True


@dataclass
class Actor:
    """Someone who calls functions one after the other; each may die on its own."""

    name: str
    stage: Stage
    began_at: datetime
    greenlet: Any = None
    doomed: bool = False
    waits: bool = False

    def call(self, what: str, function: Callable[[], Any]) -> Outcome:
        """One function of the deployed application: its life begins here."""
        self.began_at = self.stage.now()
        self.doomed = False
        self.stage.note(f"{self.name}: {what}")
        try:
            outcome = Outcome(function())
        except Killed:
            outcome = Outcome(is_known=False)
        except (Unavailable, ProviderUnavailable) as error:
            self.stage.note(f"{self.name}: {what} → unknown ({error})")
            return Outcome(is_known=False)
        except DomainError as refusal:
            outcome = Outcome(refusal=refusal)
        told = type(outcome.refusal).__name__ if outcome.refusal else "done" if outcome.is_known else "killed"
        self.stage.note(f"{self.name}: {what} → {told}")
        return outcome

    def wait(self) -> None:
        """Let time pass: do nothing until the clock has moved on."""
        self.waits = True
        getcurrent().parent.switch()

    def pass_turn(self) -> None:
        """Do nothing this time."""
        getcurrent().parent.switch()

    def settle(self, what: str, function: Callable[[], Any], tries: int = 3) -> Outcome:
        """As `call`, repeated while nobody can tell what came of it."""
        for _ in range(tries):
            outcome = self.call(what, function)
            if outcome.is_known:
                return outcome
        return outcome


@dataclass
class _OnItsWay:
    carry_out: Callable[[], Any]
    what: str
    by: datetime


@dataclass
class Stage:
    """`clock` is the world's; `advance` moves it and ends the functions that would then be too old."""

    seed: int
    clock: Any
    fates: Fates = field(default_factory=Fates)
    short: tuple[float, ...] = (1, 5, 20, 45)
    long: tuple[float, ...] = (1, 30, 70, 300, 580, 620, 840, 880)
    clock_moves: float = 0.02

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.trace: list[str] = []
        self._actors: list[Actor] = []
        self._on_its_way: list[_OnItsWay] = []

    # --- the play

    def add(self, name: str, script: Callable[[Actor], None]) -> None:
        actor = Actor(name, self, self.now())
        actor.greenlet = greenlet(lambda: script(actor))
        self._actors.append(actor)

    def play(self) -> None:
        """Until every script has ended and nothing is on its way any more.

        A short while passes now and then under those who are at work, a longer one when everybody waits.
        """
        with self._hooks():
            while alive := [actor for actor in self._actors if not actor.greenlet.dead]:
                running = [actor for actor in alive if not actor.waits]
                if not running:
                    self._advance(self.random.choice(self.long))
                elif self._happens(self.clock_moves):
                    self._advance(self.random.choice(self.short))
                elif self._on_its_way and self.random.random() < 0.2:
                    self._land(self.random.choice(self._on_its_way))
                else:
                    self.random.choice(running).greenlet.switch()
            for each in list(self._on_its_way):
                self._land(each)

    def now(self) -> datetime:
        at: datetime = self.clock.now()
        return at

    def note(self, line: str) -> None:
        self.trace.append(f"{self.now():%H:%M:%S} {line}")

    def _advance(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.note(f"the clock moves on by {seconds} s")
        for actor in self._actors:
            actor.waits = False
            actor.doomed = actor.doomed or self.now() - actor.began_at > FUNCTION_TIMEOUT
        for each in list(self._on_its_way):
            if self.now() > each.by:
                self._on_its_way.remove(each)
                self.note(f"never lands: {each.what}")

    def _land(self, each: _OnItsWay) -> None:
        self._on_its_way.remove(each)
        self.note(f"lands late: {each.what} → {_told(each.carry_out())}")

    # --- where a request leaves the process

    def stand_aside(self, where: str) -> None:
        """Let others go on. Raises Killed when this function ends here."""
        actor = self._current()
        if actor is None:
            return
        getcurrent().parent.switch()
        if actor.doomed or self._happens(self.fates.killed):
            self.note(f"{actor.name}: killed {where}")
            raise Killed

    def before_send(self, request: Any, event_name: str, **_: Any) -> None:
        actor = self._current()
        if actor is None:
            return
        what = f"{actor.name} {event_name.rpartition('.')[2]}"
        self.stand_aside(f"before {what}")
        if self._happens(self.fates.down):
            self.note(f"never arrives: {what}")
            raise ConnectTimeoutError(endpoint_url=request.url)
        if self._happens(self.fates.late):
            self.note(f"on its way: {what}")
            self._send_off(actor, what, lambda: botocore_stubber("before-send", request))
            raise ReadTimeoutError(endpoint_url=request.url)

    def after_send(self, request: Any, event_name: str, **_: Any) -> None:
        actor = self._current()
        if actor is None:
            return
        what = f"{actor.name} {event_name.rpartition('.')[2]}"
        self.note(what)
        self.stand_aside(f"after {what}")
        if self._happens(self.fates.lost):
            self.note(f"answer lost: {what}")
            raise ReadTimeoutError(endpoint_url=request.url)

    def ask(self, what: str, request: Callable[[], Any]) -> Any:
        """A request to the payment provider, which nothing repeats by itself."""
        actor = self._current()
        if actor is None:
            return request()
        self.stand_aside(f"before {what}")
        if self._happens(self.fates.down):
            self.note(f"{actor.name} never arrives: {what}")
            raise ProviderUnavailable
        if self._happens(self.fates.late):
            self.note(f"{actor.name} on its way: {what}")
            self._send_off(actor, what, request)
            raise ProviderUnavailable
        answer = request()
        self.note(f"{actor.name} {what} → {_told(answer)}")
        self.stand_aside(f"after {what}")
        if self._happens(self.fates.lost):
            self.note(f"{actor.name} answer lost: {what}")
            raise ProviderUnavailable
        return answer

    def _send_off(self, actor: Actor, what: str, carry_out: Callable[[], Any]) -> None:
        self._on_its_way.append(_OnItsWay(carry_out, what, actor.began_at + LATEST_LANDING))

    def _current(self) -> Actor | None:
        current = getcurrent()
        return next((actor for actor in self._actors if actor.greenlet is current), None)

    def _happens(self, chance: float) -> bool:
        return self.random.random() < chance

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        events = tables.client().meta.events
        sleeps = vars(botocore.endpoint)["time"]
        events.register_first("before-send.dynamodb", self.before_send)
        # moto answers at "before-send", and handlers of the narrower name come first: so this one is at the wider.
        events.register_last("before-send", self.after_send)
        vars(botocore.endpoint)["time"] = SimpleNamespace(sleep=lambda seconds: None)
        try:
            yield
        finally:
            vars(botocore.endpoint)["time"] = sleeps
            events.unregister("before-send.dynamodb", self.before_send)
            events.unregister("before-send", self.after_send)


class CutOff:
    """The provider behind a line that fails: implements `Payments` over another one."""

    def __init__(self, payments: Payments, stage: Stage) -> None:
        self._payments = payments
        self._stage = stage

    def open(self, order: PaymentOrder) -> PaymentSession:
        session: PaymentSession = self._stage.ask(f"open {order.key}", lambda: self._payments.open(order))
        return session

    def find(self, key: str) -> PaymentSession | None:
        session: PaymentSession | None = self._stage.ask(f"find {key}", lambda: self._payments.find(key))
        return session

    def end(self, key: str) -> PaymentSession:
        session: PaymentSession = self._stage.ask(f"end {key}", lambda: self._payments.end(key))
        return session

    def refund(self, key: str, refund_key: str, amount: Money) -> RefundOutcome:
        outcome: RefundOutcome = self._stage.ask(
            f"refund {refund_key} {amount}", lambda: self._payments.refund(key, refund_key, amount)
        )
        return outcome

    def read_event(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent:
        return self._payments.read_event(headers, body)


def _told(answer: Any) -> str:
    return str(getattr(answer, "state", None) or getattr(answer, "status_code", None) or answer)
