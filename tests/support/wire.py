"""What lies between the code and what it calls: counts the calls, and lets one of them go wrong.

killed before, killed after   the function ends there, and nobody repeats what it did
reply lost, reply lost once   it was done, and nobody told (microburst: `abort_bytes: 0`); the SDK repeats it
never arrives                 the connection breaks before it was done (microburst: `reset`)
throttled                     the service refuses for now (microburst)
late                          its sender gives up waiting; it is done when the step has been repeated
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.money import Money
from chalicelib.domain.payments import (
    PaymentOrder,
    PaymentSession,
    ProviderUnavailable,
    RefundOutcome,
)
from dev.payments.in_process import InProcessPayments
from tests.support.cloud import Burst

T = TypeVar("T")

KILLED_BEFORE, KILLED_AFTER, LATE = "killed before", "killed after", "late"
REPLY_LOST, REPLY_LOST_ONCE = "reply lost", "reply lost once"
NEVER_ARRIVES, THROTTLED = "never arrives", "throttled"
KILLS = (KILLED_BEFORE, KILLED_AFTER)
FAULTS = (*KILLS, REPLY_LOST, REPLY_LOST_ONCE, NEVER_ARRIVES, THROTTLED, LATE)
_RULES: dict[str, dict[str, Any]] = {
    REPLY_LOST: {"response": {"abort_bytes": 0}, "times": 20},
    REPLY_LOST_ONCE: {"response": {"abort_bytes": 0}, "times": 1},
    NEVER_ARRIVES: {"reset": True, "times": 20},
    THROTTLED: {"error": {"code": "ThrottlingException"}, "times": 20},
}
TRIES = 4


class Killed(BaseException):
    """The function's end. Nothing of ours may catch it."""


@dataclass
class Wire:
    """`calls` are those made in the steps of a story; the one numbered `at` meets `fault`."""

    burst: Burst
    calls: list[str] = field(default_factory=list)
    _at: int = -1
    _fault: str = ""
    _is_open: bool = True
    _dies: bool = False
    _holds_up: bool = False
    _is_cut: bool = False
    _held_up: list[Any] = field(default_factory=list)

    def cut(self, at: int, fault: str) -> None:
        self.calls.clear()
        self._at, self._fault = at, fault
        self._dies = self._holds_up = False

    def step(self, call: Callable[[], T], wait: Callable[[], object] = lambda: None) -> T:
        """What one request does, repeated after `wait` while its outcome is unknown. Raises Killed."""
        with self._in_the_way():
            for _ in range(TRIES):
                try:
                    return call()
                except (Unavailable, ProviderUnavailable):
                    wait()
        raise AssertionError(f"busy for good, after {self.calls[self._at :]}")

    @contextmanager
    def _in_the_way(self) -> Iterator[None]:
        self._is_open = False
        try:
            yield
        finally:
            self._is_open = True
            self._mend()
            self._land()

    def _mend(self) -> None:
        self._holds_up = False
        if self._is_cut:
            self._is_cut = False
            self.burst.rules([])

    def _land(self) -> None:
        while self._held_up:
            URLLib3Session().send(self._held_up.pop(0))

    # --- what botocore tells of

    def before_call(self, event_name: str, **_: object) -> None:
        if self._is_open:
            return
        operation = event_name.removeprefix("before-call.")
        number = len(self.calls)
        self.calls.append(operation)
        if number == self._at:
            if self._fault == KILLED_BEFORE:
                raise Killed(operation)
            self._dies = self._fault == KILLED_AFTER
            self._holds_up = self._fault == LATE
            if self._fault in _RULES:
                self._is_cut = True
                self.burst.rules([{"service": operation.partition(".")[0], **_RULES[self._fault]}])
        elif number > self._at:
            self._mend()

    def after_call(self, **_: object) -> None:
        if self._dies:
            self._dies = False
            raise Killed("after it")

    def before_send(self, request: Any, **_: object) -> None:
        if self._holds_up and not self._is_open:
            self._held_up.append(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    # --- what the provider's wrapper asks

    def to_provider(self, operation: str, call: Callable[[], T]) -> T:
        if self._is_open:
            return call()
        number = len(self.calls)
        self.calls.append(f"provider.{operation}")
        if number != self._at:
            return call()
        if self._fault == KILLED_BEFORE:
            raise Killed(operation)
        if self._fault in (NEVER_ARRIVES, THROTTLED):
            raise ProviderUnavailable()
        call()
        if self._fault == KILLED_AFTER:
            raise Killed(operation)
        raise ProviderUnavailable()


class WiredPayments(InProcessPayments):
    """The provider behind the wire. What a test does as customer and bank goes past it."""

    def __init__(self, payments: InProcessPayments, wire: Wire) -> None:
        self.__dict__.update(vars(payments))
        self._wire = wire

    def open(self, order: PaymentOrder) -> PaymentSession:
        return self._wire.to_provider("open", lambda: InProcessPayments.open(self, order))

    def find(self, key: str) -> PaymentSession | None:
        return self._wire.to_provider("find", lambda: InProcessPayments.find(self, key))

    def end(self, key: str) -> PaymentSession:
        return self._wire.to_provider("end", lambda: InProcessPayments.end(self, key))

    def refund(self, key: str, refund_key: str, amount: Money) -> RefundOutcome:
        refund = InProcessPayments.refund
        return self._wire.to_provider("refund", lambda: refund(self, key, refund_key, amount))
