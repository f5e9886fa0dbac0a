"""Notices reach the shop at least once, signed, and again until it accepts them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from moto import mock_aws

from chalicelib.gateways import webhooks
from dev.payments.courier import Courier
from dev.payments.in_process import SECRET, InProcessPayments
from dev.payments.memory import MemoryLedger
from dev.payments.provider import Ledger, Provider
from dev.payments.sessions import BACKOFF, SLOW, Choice, State
from tests.support.chance import START, FrozenClock, SeededIds
from tests.support.payments import KEY, a_dynamo_ledger, a_sandbox_order, an_order


class Shop:
    """Takes notices, or refuses the next few."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self.refusals = 0
        self.got: list[tuple[datetime, str, str]] = []

    def __call__(self, headers: Mapping[str, str], body: bytes) -> bool:
        event_id = webhooks.verify(SECRET, headers, body, self._clock.now())
        notice = json.loads(body)
        assert notice["data"]["key"] == KEY
        self.got.append((self._clock.now(), event_id, notice["type"]))
        if self.refusals:
            self.refusals -= 1
            return False
        return True

    @property
    def kinds(self) -> list[str]:
        return [kind for _, _, kind in self.got]


class Delivery:
    def __init__(self, ledger: Ledger) -> None:
        self.clock = FrozenClock()
        self.shop = Shop(self.clock)
        self.provider = Provider(ledger, self.clock, SeededIds(1, self.clock).token)
        self.courier = Courier(self.provider, self.clock, SECRET, self.shop)

    def choose(self, choice: Choice) -> None:
        self.provider.choose(self.provider.open(a_sandbox_order()).session_id, choice)

    def sweep(self) -> None:
        for key in self.provider.due(limit=10):
            self.courier.work(key)


@pytest.fixture(params=["memory", "table"])
def delivery(request: pytest.FixtureRequest) -> Iterator[Delivery]:
    if request.param == "memory":
        yield Delivery(MemoryLedger())
    else:
        with mock_aws():
            yield Delivery(a_dynamo_ledger())


def test_a_payment_is_told_once_when_the_shop_accepts_it(delivery: Delivery) -> None:
    delivery.choose(Choice.APPROVE)
    assert delivery.courier.work(KEY) is None
    assert delivery.courier.work(KEY) is None
    assert delivery.shop.kinds == ["session.paid"]


def test_answering_twice_repeats_the_same_notice(delivery: Delivery) -> None:
    delivery.choose(Choice.TWICE)
    delivery.sweep()
    [first, second] = delivery.shop.got
    assert first == second


def test_money_taken_in_silence_is_never_told(delivery: Delivery) -> None:
    delivery.choose(Choice.SILENT)
    delivery.sweep()
    assert delivery.provider.find(KEY).state is State.PAID
    assert delivery.shop.got == []


def test_time_alone_makes_a_slow_bank_s_notice(delivery: Delivery) -> None:
    delivery.choose(Choice.SLOW)
    assert delivery.courier.work(KEY) == START + SLOW
    delivery.clock.set(START + SLOW)
    delivery.sweep()
    assert delivery.shop.kinds == ["session.processing", "session.paid"]


def test_the_end_of_an_abandoned_session_is_told_at_its_deadline(delivery: Delivery) -> None:
    delivery.choose(Choice.NEVER)
    delivery.sweep()
    assert delivery.shop.got == []
    delivery.clock.set(an_order().expires_at)
    delivery.sweep()
    assert delivery.shop.kinds == ["session.ended"]


def test_a_refused_notice_comes_again_after_growing_pauses(delivery: Delivery) -> None:
    delivery.shop.refusals = 3
    delivery.choose(Choice.APPROVE)
    due: datetime | None = START
    while due is not None:
        delivery.clock.set(due)
        due = delivery.courier.work(KEY)
    seconds = [(at - START).total_seconds() for at, _, _ in delivery.shop.got]
    assert seconds == [0, 5, 35, 155]
    assert len({event_id for _, event_id, _ in delivery.shop.got}) == 1


def test_nothing_is_tried_again_before_its_time(delivery: Delivery) -> None:
    delivery.shop.refusals = 1
    delivery.choose(Choice.APPROVE)
    delivery.courier.work(KEY)
    delivery.clock.advance(seconds=4)
    delivery.sweep()
    assert len(delivery.shop.got) == 1


def test_a_notice_nobody_ever_accepts_is_given_up(delivery: Delivery) -> None:
    delivery.shop.refusals = 1_000
    delivery.choose(Choice.APPROVE)
    delivery.courier.work(KEY)
    for pause in BACKOFF:
        delivery.clock.advance(seconds=pause.total_seconds())
        delivery.sweep()
    delivery.clock.advance(days=30)
    delivery.sweep()
    assert len(delivery.shop.got) == len(BACKOFF) + 1


def test_a_courier_who_dies_on_the_way_costs_only_time(delivery: Delivery) -> None:
    delivery.choose(Choice.APPROVE)
    _, claimed = delivery.provider.claim_notice(KEY)
    assert claimed is not None
    delivery.sweep()
    assert delivery.shop.got == []
    delivery.clock.advance(seconds=BACKOFF[0].total_seconds())
    delivery.sweep()
    assert delivery.shop.kinds == ["session.paid"]


def test_an_older_notice_may_overtake_a_newer_one(delivery: Delivery) -> None:
    delivery.shop.refusals = 1
    delivery.choose(Choice.APPROVE)
    delivery.provider.refund(KEY, "r1", 100, "EUR")
    delivery.courier.work(KEY)
    delivery.clock.advance(seconds=5)
    delivery.courier.work(KEY)
    assert delivery.shop.kinds == ["session.paid", "refund.done", "session.paid"]


def test_a_test_decides_when_the_webhooks_of_the_provider_in_process_arrive() -> None:
    clock = FrozenClock()
    payments = InProcessPayments(clock)
    payments.open(an_order())
    payments.choose(KEY, Choice.TWICE)
    webhooks_sent = payments.deliver()
    clock.advance(seconds=timedelta(minutes=4).total_seconds())
    events = [payments.read_event(headers, body) for headers, body in webhooks_sent]
    assert [(event.key, event.kind) for event in events] == [(KEY, "session.paid")] * 2
    assert payments.deliver() == []
    assert payments.net(KEY) == 2450
    assert len(payments.ledger()) == 1
