"""Selling with each of its calls to DynamoDB and to the provider gone wrong in turn: afterwards everything adds up.

The calls are those that the code makes, recorded in a run of each story without faults; then the story is told again
for each of them, with the fault there. Who is killed never comes back, who hears nothing asks again; recovery runs until
nothing is due, and then every invariant holds. In some stories it is recovery itself that is cut off.

In the long form (PROOF=1) every call is killed before and after, and meets two of the other faults; EVERY_FAULT=1 lets
it meet all. In the short form a call meets one of them, the next call the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.retries.standard import ExponentialBackoff

from chalicelib.services.selling import cancelling, recovery
from chalicelib.services.selling.recovery import Recovered
from chalicelib.services.selling.settling import Settling
from chalicelib.stores import keys, tables
from tests.faults.stories import (
    STORIES,
    Office,
    Story,
    cancelling_the_showtime,
    cancelling_what_is_confirmed,
    cancelling_what_is_paid,
)
from tests.support.cloud import Burst, Cloud
from tests.support.invariants import Violated
from tests.support.races import a_real_world
from tests.support.wire import FAULTS, KILLED_AFTER, KILLS, Killed, Wire, WiredPayments

MOST_POINTS = 14


@pytest.fixture
def office(cloud: Cloud, burst: Burst) -> Iterator[Office]:
    with an_office(cloud, burst) as made:
        yield made


@contextmanager
def an_office(cloud: Cloud, burst: Burst) -> Iterator[Office]:
    wire = Wire(burst)
    burst.rules([])
    with (
        pytest.MonkeyPatch.context() as patch,
        a_real_world(cloud, {"AWS_ENDPOINT_URL": burst.endpoint}) as world,
    ):
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
        patch.setattr(keys, "DUE_SHARDS", 1)  # recovery asks each: here they hold one booking
        events = tables.client().meta.events
        events.register("before-call", wire.before_call)
        events.register("after-call", wire.after_call)
        events.register("before-send", wire.before_send)
        world.wiring.payments = world.payments = WiredPayments(world.payments, wire)
        try:
            yield Office(world, wire)
        finally:
            burst.rules([])


def points(calls: list[str]) -> list[tuple[int, str]]:
    every = range(len(calls))
    if os.environ.get("EVERY_FAULT"):
        return [(at, fault) for at in every for fault in FAULTS]
    if os.environ.get("PROOF"):
        others = FAULTS[len(KILLS) :]
        return [
            (at, fault)
            for at in every
            for fault in (*KILLS, *(others[(at + n) % len(others)] for n in (0, 2)))
        ]
    # Neighbouring calls meet different faults; of a long story's calls, as many as there is time for.
    step = max(1, len(calls) // MOST_POINTS)
    return [(at, FAULTS[at // step % len(FAULTS)]) for at in range(0, len(calls), step)]


def tell(office: Office, story: Story, at: int, fault: str) -> None:
    """The story with the fault there, and recovery after it. Raises what is wrong then, AssertionError too."""
    office.wire.cut(at, fault)
    try:
        booking, ends_as = story(office)
    except Killed:
        assert fault in KILLS
        office.wire.cut(-1, "")
        office.until_quiet()
        return
    office.wire.cut(-1, "")
    office.until_quiet()
    assert office.box is not None
    assert office.box.stored(booking).state is ends_as


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_everything_adds_up_whichever_call_goes_wrong(office: Office, story: Story) -> None:
    tell(office, story, -1, "")
    office.wire.cut(-1, "")
    story(office)
    calls = list(office.wire.calls)
    assert calls
    office.wire.cut(-1, "")
    office.until_quiet()

    wrong = []
    for at, fault in points(calls):
        try:
            tell(office, story, at, fault)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told with its point
            wrong.append(f"{fault}, call {at} ({calls[at]}): {error!r}")
            office.wire.cut(-1, "")
            office.rows.clear()

    assert not wrong, "\n".join(wrong)


def test_recorded_calls_are_of_every_kind(office: Office) -> None:
    """What the stories cut off is what selling does: a story that no longer reaches a call would prove nothing."""
    seen: set[str] = set()
    for story in STORIES:
        office.wire.cut(-1, "")
        story(office)
        seen.update(office.wire.calls)

    assert seen >= {
        "dynamodb.UpdateItem",
        "dynamodb.PutItem",
        "dynamodb.GetItem",
        "dynamodb.Query",
        "dynamodb.TransactWriteItems",
        "provider.open",
        "provider.find",
        "provider.end",
        "provider.refund",
    }


class TestControls:
    """With a step of the repair left out, some point must be seen to go wrong."""

    def goes_wrong(self, office: Office, story: Story) -> bool:
        office.wire.cut(-1, "")
        story(office)
        calls = list(office.wire.calls)
        for at in range(0, len(calls), 2):
            try:
                tell(office, story, at, KILLED_AFTER)
            except (Violated, AssertionError):
                return True
        return False

    def test_without_giving_seats_back(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Settling, "_give_seats_back", lambda *_: True)

        assert self.goes_wrong(office, cancelling_what_is_confirmed)

    def test_without_recovery(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recovery.Recovery, "recover", lambda *_: Recovered(0, 0, 0))

        assert self.goes_wrong(office, cancelling_what_is_paid)

    def test_without_undoing_bookings(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cancelling.Cancelling, "_clear_booking", lambda *_: False)

        assert self.goes_wrong(office, cancelling_the_showtime)
