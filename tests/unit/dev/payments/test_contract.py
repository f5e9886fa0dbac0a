"""What selling may rely on, asked of the provider in process, of its HTTP API, and of that over its table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from chalicelib.domain.money import Money
from chalicelib.domain.payments import NO_AMOUNT, RefundOutcome, RefundState, SessionState
from chalicelib.gateways.payments import RequestRejected
from dev.payments.memory import MemoryLedger
from dev.payments.sessions import LATE, SLOW, SLOW_REFUND, Choice, EntryKind
from tests.support.chance import START, FrozenClock
from tests.support.payments import (
    KEY,
    PRICE,
    HttpSandbox,
    InProcessSandbox,
    Sandbox,
    a_dynamo_ledger,
    an_order,
)

DONE = RefundOutcome(RefundState.DONE)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["in process", "http", "http and table"])
def sandbox(request: pytest.FixtureRequest, clock: FrozenClock) -> Iterator[Sandbox]:
    if request.param == "in process":
        yield InProcessSandbox(clock)
    elif request.param == "http":
        yield HttpSandbox(clock, MemoryLedger())
    else:
        with mock_aws():
            yield HttpSandbox(clock, a_dynamo_ledger())


def state(sandbox: Sandbox, key: str = KEY) -> SessionState:
    session = sandbox.payments.find(key)
    assert session is not None
    return session.state


def paid(sandbox: Sandbox, choice: Choice = Choice.APPROVE) -> None:
    sandbox.payments.open(an_order())
    sandbox.choose(KEY, choice)


class TestOpen:
    def test_a_new_attempt_waits_for_the_customer_on_its_page(self, sandbox: Sandbox) -> None:
        session = sandbox.payments.open(an_order())
        assert (session.key, session.state, session.amount) == (KEY, SessionState.OPEN, PRICE)
        assert session.url.endswith(f"/pay/{session.session_id}")
        assert sandbox.payments.find(KEY) == session

    def test_opening_again_gives_the_same_session(self, sandbox: Sandbox) -> None:
        assert sandbox.payments.open(an_order()) == sandbox.payments.open(an_order())

    def test_opening_again_after_payment_says_paid_and_charges_once(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert sandbox.payments.open(an_order()).state is SessionState.PAID
        assert [entry.minor for entry in sandbox.ledger(KEY)] == [PRICE.minor]

    def test_a_repeat_with_a_later_deadline_is_the_same_attempt(self, sandbox: Sandbox) -> None:
        first = sandbox.payments.open(an_order())
        assert sandbox.payments.open(an_order(minutes=15)) == first

    @pytest.mark.parametrize("amount", [Money(PRICE.minor + 1, "EUR"), Money(PRICE.minor, "INR")])
    def test_a_key_is_never_used_for_another_amount(self, sandbox: Sandbox, amount: Money) -> None:
        sandbox.payments.open(an_order())
        with pytest.raises(RequestRejected):
            sandbox.payments.open(an_order(amount=amount))

    def test_a_key_nobody_opened_is_unknown(self, sandbox: Sandbox) -> None:
        assert sandbox.payments.find(KEY) is None


class TestChoices:
    def test_approval_takes_the_money_at_once(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert state(sandbox) is SessionState.PAID
        [charge] = sandbox.ledger(KEY)
        assert (charge.kind, charge.minor, charge.currency) == (EntryKind.CHARGE, PRICE.minor, "EUR")

    def test_a_declined_session_stays_failed(self, sandbox: Sandbox) -> None:
        paid(sandbox, Choice.DECLINE)
        sandbox.choose(KEY, Choice.APPROVE)
        assert state(sandbox) is SessionState.FAILED
        assert sandbox.payments.end(KEY).state is SessionState.FAILED
        assert sandbox.ledger(KEY) == []

    def test_a_slow_bank_takes_twenty_seconds(self, sandbox: Sandbox, clock: FrozenClock) -> None:
        paid(sandbox, Choice.SLOW)
        clock.set(START + SLOW - timedelta(seconds=1))
        assert state(sandbox) is SessionState.PROCESSING
        clock.set(START + SLOW)
        assert state(sandbox) is SessionState.PAID

    def test_a_late_bank_takes_the_money_after_the_hold_has_lapsed(
        self, sandbox: Sandbox, clock: FrozenClock
    ) -> None:
        paid(sandbox, Choice.LATE)
        deadline = an_order().expires_at
        clock.set(deadline + LATE - timedelta(seconds=1))
        assert state(sandbox) is SessionState.PROCESSING
        clock.set(deadline + LATE)
        assert state(sandbox) is SessionState.PAID
        assert len(sandbox.ledger(KEY)) == 1

    def test_a_bank_that_never_answers_leaves_the_session_to_its_deadline(
        self, sandbox: Sandbox, clock: FrozenClock
    ) -> None:
        paid(sandbox, Choice.NEVER)
        assert state(sandbox) is SessionState.OPEN
        clock.set(an_order().expires_at)
        assert state(sandbox) is SessionState.ENDED

    @pytest.mark.parametrize("choice", [Choice.TWICE, Choice.SILENT, Choice.CLOSED, Choice.SLOW_REFUND])
    def test_every_other_choice_charges_once(self, sandbox: Sandbox, choice: Choice) -> None:
        paid(sandbox, choice)
        sandbox.choose(KEY, choice)
        assert state(sandbox) is SessionState.PAID
        assert len(sandbox.ledger(KEY)) == 1


class TestEnd:
    def test_an_ended_session_takes_no_money_any_more(self, sandbox: Sandbox) -> None:
        sandbox.payments.open(an_order())
        assert sandbox.payments.end(KEY).state is SessionState.ENDED
        sandbox.choose(KEY, Choice.APPROVE)
        assert state(sandbox) is SessionState.ENDED
        assert sandbox.ledger(KEY) == []

    def test_a_key_ended_before_it_was_opened_can_never_be_opened(self, sandbox: Sandbox) -> None:
        ended = sandbox.payments.end(KEY)
        assert (ended.state, ended.url, ended.amount) == (SessionState.ENDED, "", NO_AMOUNT)
        assert sandbox.payments.open(an_order()) == ended
        assert sandbox.payments.find(KEY) == ended

    def test_ending_what_is_paid_says_paid(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert sandbox.payments.end(KEY).state is SessionState.PAID

    def test_what_a_bank_is_working_on_cannot_be_ended(self, sandbox: Sandbox, clock: FrozenClock) -> None:
        paid(sandbox, Choice.SLOW)
        assert sandbox.payments.end(KEY).state is SessionState.PROCESSING
        clock.set(START + SLOW)
        assert sandbox.payments.end(KEY).state is SessionState.PAID

    def test_ending_twice_changes_nothing(self, sandbox: Sandbox) -> None:
        sandbox.payments.open(an_order())
        assert sandbox.payments.end(KEY) == sandbox.payments.end(KEY)

    def test_an_open_session_ends_by_itself_at_its_deadline(
        self, sandbox: Sandbox, clock: FrozenClock
    ) -> None:
        sandbox.payments.open(an_order())
        clock.set(an_order().expires_at - timedelta(seconds=1))
        assert state(sandbox) is SessionState.OPEN
        clock.set(an_order().expires_at)
        sandbox.choose(KEY, Choice.APPROVE)
        assert state(sandbox) is SessionState.ENDED
        assert sandbox.ledger(KEY) == []


class TestRefund:
    def test_a_refund_is_made_once_per_refund_key(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert sandbox.payments.refund(KEY, "r1", PRICE) == DONE
        assert sandbox.payments.refund(KEY, "r1", PRICE) == DONE
        assert [entry.kind for entry in sandbox.ledger(KEY)] == [EntryKind.CHARGE, EntryKind.REFUND]

    def test_parts_may_be_refunded_up_to_what_was_paid(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert sandbox.payments.refund(KEY, "r1", Money(2000, "EUR")) == DONE
        assert sandbox.payments.refund(KEY, "r2", Money(451, "EUR")).state is RefundState.REFUSED
        assert sandbox.payments.refund(KEY, "r3", Money(450, "EUR")) == DONE
        assert sandbox.payments.refund(KEY, "r4", Money(1, "EUR")).state is RefundState.REFUSED

    def test_a_refund_key_is_never_used_for_another_amount(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        sandbox.payments.refund(KEY, "r1", Money(100, "EUR"))
        with pytest.raises(RequestRejected):
            sandbox.payments.refund(KEY, "r1", Money(200, "EUR"))

    def test_another_currency_is_refused(self, sandbox: Sandbox) -> None:
        paid(sandbox)
        assert sandbox.payments.refund(KEY, "r1", Money(1, "INR")).state is RefundState.REFUSED

    def test_a_closed_account_takes_no_refund_ever(self, sandbox: Sandbox) -> None:
        paid(sandbox, Choice.CLOSED)
        outcome = sandbox.payments.refund(KEY, "r1", PRICE)
        assert outcome.state is RefundState.REFUSED
        assert "closed" in outcome.reason
        assert sandbox.payments.refund(KEY, "r1", PRICE) == outcome
        assert len(sandbox.ledger(KEY)) == 1

    def test_a_pending_refund_moves_money_only_when_it_is_done(
        self, sandbox: Sandbox, clock: FrozenClock
    ) -> None:
        paid(sandbox, Choice.SLOW_REFUND)
        assert sandbox.payments.refund(KEY, "r1", PRICE).state is RefundState.PENDING
        assert len(sandbox.ledger(KEY)) == 1
        clock.set(START + SLOW_REFUND)
        assert sandbox.payments.refund(KEY, "r1", PRICE) == DONE
        assert len(sandbox.ledger(KEY)) == 2

    def test_pending_refunds_count_against_what_was_paid(self, sandbox: Sandbox) -> None:
        paid(sandbox, Choice.SLOW_REFUND)
        sandbox.payments.refund(KEY, "r1", PRICE)
        assert sandbox.payments.refund(KEY, "r2", Money(1, "EUR")).state is RefundState.REFUSED

    @pytest.mark.parametrize("choice", [Choice.NEVER, Choice.SLOW])
    def test_a_refund_is_not_answered_while_money_may_still_come(
        self, sandbox: Sandbox, choice: Choice
    ) -> None:
        paid(sandbox, choice)
        with pytest.raises(RequestRejected):
            sandbox.payments.refund(KEY, "r1", PRICE)

    def test_a_refund_of_an_unknown_key_is_a_defect(self, sandbox: Sandbox) -> None:
        with pytest.raises(RequestRejected):
            sandbox.payments.refund(KEY, "r1", PRICE)

    def test_where_nothing_was_paid_a_refund_is_refused_for_good(self, sandbox: Sandbox) -> None:
        sandbox.payments.end(KEY)
        assert sandbox.payments.refund(KEY, "r1", PRICE).state is RefundState.REFUSED


def test_the_ledger_tells_keys_apart_that_begin_alike(sandbox: Sandbox) -> None:
    for key in (KEY, KEY + "0", f'{KEY}","charge'):
        sandbox.payments.open(an_order(key))
        sandbox.choose(key, Choice.APPROVE)
    assert [entry.key for entry in sandbox.ledger(KEY)] == [KEY]
