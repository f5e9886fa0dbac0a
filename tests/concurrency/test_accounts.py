"""Accounts raced on a real endpoint. Each race has one outcome; without the condition that decides it, it has another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import VersionStale
from chalicelib.domain.limits import Allowance, HoldLimitReached, TooManyAttempts
from chalicelib.domain.users import LinkRejected, Registration
from chalicelib.services.accounts.sessions import SignedIn
from chalicelib.stores import limits, registrations, sessions, users
from chalicelib.stores.tables import Table
from chalicelib.stores.transactions import Transaction
from tests.support.cloud import Cloud
from tests.support.meeting import meeting, to_attempts, to_session
from tests.support.people import a_user
from tests.support.races import a_real_world, at_once
from tests.support.world import World

RIVALS = 12
ALLOWANCE = Allowance(
    free=3,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(hours=1),
    forgotten_after=timedelta(days=1),
)


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[World]:
    with a_real_world(cloud) as made:
        yield made


def without_conditions(monkeypatch: pytest.MonkeyPatch, item: type[Table]) -> None:
    """The control: updates of the item happen whatever it is like."""
    update = item.update

    def unconditional(self: Any, actions: Any, condition: Any = None) -> Any:
        return update(self, actions=actions)

    monkeypatch.setattr(item, "update", unconditional)


@dataclass
class Outcome:
    """What the rivals got."""

    won: list[Any]
    lost: list[Exception]


def race(calls: list[Callable[[], Any]], is_it: Callable[[str, str], bool] | None = None) -> Outcome:
    """All have read and decided before any makes its first such write, where one is named."""
    if is_it is None:
        given = at_once(calls)
    else:
        with meeting(len(calls), is_it) as met:
            given = at_once(calls)
        assert met.met == len(calls), given
    return Outcome(
        [each for each in given if not isinstance(each, Exception)],
        [each for each in given if isinstance(each, Exception)],
    )


class TestOneAddress:
    """An address is verified by several registrations at the same moment."""

    def race(self, world: World, email: str) -> tuple[Outcome, list[str]]:
        now = world.clock.now()
        rivals = [
            Registration(
                id=world.wiring.ids.ulid(),
                email=email,
                name=f"Rival {number}",
                language="en",
                time_zone="Etc/UTC",
                as_owner=False,
                password_hash="!",
                registered_at=now,
                expires_at=now + timedelta(days=2),
            )
            for number in range(RIVALS)
        ]
        for each in rivals:
            registrations.add(each)
        service = world.wiring.registrations
        outcome = race([lambda each=each: service._make(each) for each in rivals])  # type: ignore[misc]
        return outcome, [each.id for each in rivals if users.find(each.id) is not None]

    def test_one_registration_becomes_the_account(self, world: World) -> None:
        outcome, made = self.race(world, "ada@example.com")

        assert len(outcome.won) == 1
        assert [type(error) for error in outcome.lost] == [LinkRejected] * (RIVALS - 1)
        assert made == [users.holder_of("ada@example.com")]

    def test_control(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        put = Transaction.put
        monkeypatch.setattr(Transaction, "put", lambda self, label, item, _=None: put(self, label, item))

        _, made = self.race(world, "ben@example.com")

        assert len(made) > 1


class TestOneToken:
    """A refresh token is presented several times at the same moment."""

    def race(self, world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[list[SignedIn], int]:
        user = a_user(world)
        service = world.wiring.sessions
        token = service.begin(user).refresh_token
        rotations: list[bool] = []
        rotate = sessions.rotate

        def noted(*args: Any) -> bool:
            rotations.append(rotate(*args))
            return rotations[-1]

        monkeypatch.setattr(sessions, "rotate", noted)
        outcome = race([lambda: service.refresh(token)] * RIVALS, to_session)
        assert outcome.lost == []
        return outcome.won, rotations.count(True)

    def test_token_is_replaced_once_and_all_get_the_same_successor(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed_in, rotations = self.race(world, monkeypatch)

        assert len({each.refresh_token for each in signed_in}) == 1
        assert rotations == 1

    def test_control(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        without_conditions(monkeypatch, sessions.FamilyItem)

        _, rotations = self.race(world, monkeypatch)

        assert rotations == RIVALS


class TestGuessesAtOnce:
    def race(self, world: World, who: str) -> Outcome:
        now = world.clock.now()
        return race([lambda: limits.attempt("test", who, ALLOWANCE, now)] * RIVALS, to_attempts)

    def test_no_more_pass_than_one_by_one(self, world: World) -> None:
        outcome = self.race(world, "ada")

        assert len(outcome.won) == ALLOWANCE.free
        assert {type(error) for error in outcome.lost} == {TooManyAttempts}

    def test_control(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        without_conditions(monkeypatch, limits.AttemptsItem)

        assert len(self.race(world, "ben").won) == RIVALS


class TestHoldsAtOnce:
    LIMIT = 3

    def race(self, world: World, holder: str, first: int = 0) -> Outcome:
        now = world.clock.now()
        until = now + timedelta(minutes=10)

        def claim(own: int) -> None:
            limits.claim_hold(holder, own, until, now, self.LIMIT)

        return race([lambda own=own: claim(own) for own in range(first, first + RIVALS)])  # type: ignore[misc]

    def test_no_more_are_counted_than_the_limit(self, world: World) -> None:
        outcome = self.race(world, "ada")

        assert len(outcome.won) == self.LIMIT
        assert {type(error) for error in outcome.lost} == {HoldLimitReached}

    def test_places_of_lapsed_holds_are_taken_once(self, world: World) -> None:
        self.race(world, "eve")
        world.clock.advance(minutes=11)

        outcome = self.race(world, "eve", first=100)

        assert len(outcome.won) == self.LIMIT
        assert {type(error) for error in outcome.lost} == {HoldLimitReached}

    def test_repeats_of_one_hold_are_counted_once(self, world: World) -> None:
        now = world.clock.now()
        until = now + timedelta(minutes=10)
        # It can't have the slot that it prefers, so each repeat looks for another.
        limits.claim_hold("max", 0, until, now, self.LIMIT)

        outcome = race([lambda: limits.claim_hold("max", self.LIMIT, until, now, self.LIMIT)] * RIVALS)

        assert outcome.lost == []
        limits.claim_hold("max", 1, until, now, self.LIMIT)
        with pytest.raises(HoldLimitReached):
            limits.claim_hold("max", 2, until, now, self.LIMIT)

    def test_control(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.race(world, "ben")
        world.clock.advance(minutes=11)
        real = limits.clauses

        def none(*what: Any) -> dict[str, str]:
            return {name: f"({text} OR attribute_not_exists(nothing))" for name, text in real(*what).items()}

        monkeypatch.setattr(limits, "clauses", none)

        assert len(self.race(world, "ben", first=100).won) > self.LIMIT


class TestOneProfile:
    def race(self, world: World) -> Outcome:
        user = a_user(world)
        changes = [replace(user, name=f"Name {number}", version=2) for number in range(RIVALS)]
        return race([lambda change=change: users.change(change) for change in changes])  # type: ignore[misc]

    def test_one_change_of_what_was_read_wins(self, world: World) -> None:
        outcome = self.race(world)

        assert len(outcome.won) == 1
        assert {type(error) for error in outcome.lost} == {VersionStale}

    def test_control(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        without_conditions(monkeypatch, users.UserItem)

        assert len(self.race(world).won) > 1
