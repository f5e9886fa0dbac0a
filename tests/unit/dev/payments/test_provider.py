"""Two requests for one session in the same moment: one order of them holds, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from moto import mock_aws

from dev.payments.memory import MemoryLedger
from dev.payments.provider import Busy, Ledger, Provider, RefundState, UnknownSession
from dev.payments.sessions import Choice, Entry, EntryKind, Session, State
from tests.support.chance import FrozenClock, SeededIds
from tests.support.payments import KEY, a_dynamo_ledger, a_sandbox_order


class Interrupted(MemoryLedger):
    """Lets something happen between the reading and the writing of the next change."""

    def __init__(self, inner: Ledger) -> None:
        super().__init__()
        self._inner = inner
        self.meanwhile: Callable[[], object] | None = None

    def session(self, key: str) -> Session | None:
        return self._inner.session(key)

    def key_of(self, session_id: str) -> str | None:
        return self._inner.key_of(session_id)

    def create(self, session: Session) -> bool:
        return self._inner.create(session)

    def save(self, session: Session, entries: Sequence[Entry]) -> bool:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return self._inner.save(session, entries)

    def entries_of(self, key: str) -> list[Entry]:
        return self._inner.entries_of(key)


class Careless(MemoryLedger):
    """The ledger without its condition: it writes whatever it is given."""

    def save(self, session: Session, entries: Sequence[Entry]) -> bool:
        self._sessions[session.key] = session
        self._entries.extend(entries)
        return True


def provider_over(ledger: Ledger) -> Provider:
    clock = FrozenClock()
    return Provider(ledger, clock, SeededIds(1, clock).token)


@pytest.fixture(params=["memory", "table"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Interrupted]:
    if request.param == "memory":
        yield Interrupted(MemoryLedger())
    else:
        with mock_aws():
            yield Interrupted(a_dynamo_ledger())


def test_a_payment_that_comes_while_it_is_being_ended_makes_the_end_say_paid(ledger: Interrupted) -> None:
    provider = provider_over(ledger)
    session = provider.open(a_sandbox_order())
    ledger.meanwhile = lambda: provider.choose(session.session_id, Choice.APPROVE)
    assert provider.end(KEY).state is State.PAID
    assert len(provider.entries_of(KEY)) == 1


def test_an_end_that_comes_while_the_customer_pays_takes_no_money(ledger: Interrupted) -> None:
    provider = provider_over(ledger)
    session = provider.open(a_sandbox_order())
    ledger.meanwhile = lambda: provider.end(KEY)
    assert provider.choose(session.session_id, Choice.APPROVE).state is State.ENDED
    assert provider.entries_of(KEY) == []


def test_a_double_click_charges_once(ledger: Interrupted) -> None:
    provider = provider_over(ledger)
    session = provider.open(a_sandbox_order())
    ledger.meanwhile = lambda: provider.choose(session.session_id, Choice.APPROVE)
    provider.choose(session.session_id, Choice.APPROVE)
    assert [entry.kind for entry in provider.entries_of(KEY)] == [EntryKind.CHARGE]


@pytest.mark.parametrize("other", ["r1", "r2"])
def test_two_full_refunds_at_once_give_the_money_back_once(ledger: Interrupted, other: str) -> None:
    provider = provider_over(ledger)
    provider.choose(provider.open(a_sandbox_order()).session_id, Choice.APPROVE)
    ledger.meanwhile = lambda: provider.refund(KEY, other, 2450, "EUR")
    state, _ = provider.refund(KEY, "r1", 2450, "EUR")
    assert state is (RefundState.DONE if other == "r1" else RefundState.REFUSED)
    assert [entry.refund_key for entry in provider.entries_of(KEY)] == ["", other]


@pytest.mark.parametrize("first", ["open", "end"])
def test_of_opening_and_ending_a_new_key_the_first_decides(ledger: Interrupted, first: str) -> None:
    provider = provider_over(ledger)
    if first == "open":
        provider.open(a_sandbox_order())
        assert provider.end(KEY).order is not None
    else:
        provider.end(KEY)
        assert provider.open(a_sandbox_order()).order is None
    assert provider.find(KEY).state is State.ENDED


def test_without_the_condition_on_the_version_the_same_race_loses_money() -> None:
    ledger = Interrupted(Careless())
    provider = provider_over(ledger)
    session = provider.open(a_sandbox_order())
    ledger.meanwhile = lambda: provider.choose(session.session_id, Choice.APPROVE)
    assert provider.end(KEY).state is State.ENDED
    assert len(provider.entries_of(KEY)) == 1


def test_a_session_that_changes_without_end_is_reported_busy() -> None:
    class Restless(MemoryLedger):
        def save(self, session: Session, entries: Sequence[Entry]) -> bool:
            return False

    provider = provider_over(Restless())
    provider.open(a_sandbox_order())
    with pytest.raises(Busy):
        provider.end(KEY)


def test_nobody_can_choose_for_a_session_that_does_not_exist() -> None:
    provider = provider_over(MemoryLedger())
    with pytest.raises(UnknownSession):
        provider.choose("ps_guessed", Choice.APPROVE)
    with pytest.raises(UnknownSession):
        provider.session("ps_guessed")


def test_whoever_is_to_be_told_of_changes_is_told_of_writes_alone() -> None:
    told: list[State] = []
    clock = FrozenClock()
    provider = Provider(
        MemoryLedger(), clock, SeededIds(1, clock).token, lambda session: told.append(session.state)
    )
    session = provider.open(a_sandbox_order())
    provider.find(KEY)
    provider.choose(session.session_id, Choice.APPROVE)
    provider.find(KEY)
    assert told == [State.PAID]


class TestEntries:
    def test_pages_follow_each_other_without_gap_or_overlap(self) -> None:
        with mock_aws():
            self._read_in_pages(a_dynamo_ledger())
        self._read_in_pages(MemoryLedger())

    def _read_in_pages(self, ledger: Ledger) -> None:
        provider = provider_over(ledger)
        keys = [f"booking {number}" for number in range(30)]
        for key in keys:
            provider.choose(provider.open(a_sandbox_order(key)).session_id, Choice.APPROVE)
        found: list[str] = []
        place = ""
        while page := provider.entries(place, limit=7):
            found += [entry.key for _, entry in page]
            place = page[-1][0]
        assert sorted(found) == sorted(keys)
