"""Whatever is asked in whatever order: the ledger says what was paid, once, and never more back than that."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.domain.money import Money
from chalicelib.domain.payments import RefundState, SessionState
from chalicelib.gateways.payments import RequestRejected
from dev.payments.in_process import InProcessPayments
from dev.payments.sessions import Choice, EntryKind
from tests.support.chance import FrozenClock
from tests.support.payments import PRICE, an_order

KEYS = st.sampled_from(["a/1", "a/2", "b/1"])
REFUND_KEYS = st.sampled_from(["r1", "r2", "r3"])


class LifeOfSessions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.payments = InProcessPayments(self.clock)
        self.final: dict[str, SessionState] = {}
        self.refunded: dict[tuple[str, str], int] = {}
        self.refused: set[tuple[str, str, int]] = set()
        self.known: set[str] = set()
        self.entries = 0

    def state(self, key: str) -> SessionState:
        session = self.payments.find(key)
        assert session is not None
        return session.state

    @rule(key=KEYS)
    def open(self, key: str) -> None:
        session = self.payments.open(an_order(key))
        assert session.amount == (PRICE if session.url else Money(0, "XXX"))
        self.known.add(key)

    @rule(key=KEYS)
    def end(self, key: str) -> None:
        assert self.payments.end(key).state is not SessionState.OPEN
        self.known.add(key)

    @rule(key=KEYS, choice=st.sampled_from(list(Choice)))
    def choose(self, key: str, choice: Choice) -> None:
        if key in self.known:
            self.payments.choose(key, choice)

    @rule(key=KEYS, refund_key=REFUND_KEYS, minor=st.integers(1, PRICE.minor + 1))
    def refund(self, key: str, refund_key: str, minor: int) -> None:
        earlier = self.refunded.get((key, refund_key))
        try:
            outcome = self.payments.refund(key, refund_key, Money(minor, "EUR"))
        except RequestRejected:
            found = self.payments.find(key)
            assert found is None or not found.state.is_final or earlier not in (None, minor)
            return
        if outcome.state is RefundState.REFUSED:
            assert earlier is None
            self.refused.add((key, refund_key, minor))
        else:
            assert earlier in (None, minor)
            assert (key, refund_key, minor) not in self.refused
            self.refunded[key, refund_key] = minor

    @rule(key=KEYS)
    def refund_the_same_again(self, key: str) -> None:
        for (of, refund_key), minor in self.refunded.items():
            if of == key:
                outcome = self.payments.refund(key, refund_key, Money(minor, "EUR"))
                assert outcome.state is not RefundState.REFUSED

    @rule(seconds=st.sampled_from([1, 20, 60, 14 * 60, 24 * 60 * 60]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule()
    def deliver(self) -> None:
        for headers, body in self.payments.deliver():
            assert self.payments.read_event(headers, body).key in self.known

    @invariant()
    def what_is_final_stays(self) -> None:
        for key in self.known:
            state = self.state(key)
            assert self.final.get(key, state) is state
            if state.is_final:
                self.final[key] = state

    @invariant()
    def the_ledger_only_grows(self) -> None:
        entries = self.payments.ledger()
        assert len(entries) >= self.entries
        self.entries = len(entries)

    @invariant()
    def charges_are_the_paid_sessions_and_refunds_stay_within_them(self) -> None:
        paid = [key for key in self.known if self.state(key) is SessionState.PAID]
        charges = Counter(e.key for e in self.payments.ledger() if e.kind is EntryKind.CHARGE)
        assert charges == Counter(paid)
        for key in self.known:
            entries = self.payments.ledger(key)
            assert 0 <= self.payments.net(key) <= PRICE.minor
            assert {e.minor for e in entries if e.kind is EntryKind.CHARGE} <= {PRICE.minor}
            refunds = {(key, e.refund_key): e.minor for e in entries if e.kind is EntryKind.REFUND}
            assert refunds.items() <= self.refunded.items()
            promised = sum(minor for (of, _), minor in self.refunded.items() if of == key)
            assert promised <= PRICE.minor


TestLifeOfSessions = LifeOfSessions.TestCase
