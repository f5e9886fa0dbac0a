"""Refresh tokens against a plain model: whatever is presented, in whatever order, after whatever waiting."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.domain.sessions import SessionOver
from chalicelib.services.accounts.sessions import SignedIn
from chalicelib.stores import sessions
from tests.support.people import a_user
from tests.support.world import World, a_world

GRACE_S = 30
IDLE_S = 30 * 86_400


@dataclass
class Model:
    """A session as its promise says: the tokens given, in order, and when the last was given."""

    tokens: list[str]
    rotated_at: float
    over: bool = False
    known: dict[str, int] = field(default_factory=dict)


class RefreshMachine(RuleBasedStateMachine):
    """Two sessions of one user: what happens to one must not touch the other. All examples share a world."""

    world: World

    @initialize()
    def log_in(self) -> None:
        self.user = a_user(self.world)
        self.passed = 0.0
        self.models = [self._begin() for _ in range(2)]

    def _begin(self) -> Model:
        return Model([self.world.wiring.sessions.begin(self.user).refresh_token], self.passed)

    def _refresh(self, token: str) -> SignedIn | None:
        try:
            return self.world.wiring.sessions.refresh(token)
        except SessionOver:
            return None

    @rule(which=st.integers(0, 1))
    def present_the_current_token(self, which: int) -> None:
        model = self.models[which]
        signed_in = self._refresh(model.tokens[-1])
        if model.over or self.passed - model.rotated_at >= IDLE_S:
            assert signed_in is None
            return
        assert signed_in is not None
        assert signed_in.refresh_token not in model.tokens
        model.tokens.append(signed_in.refresh_token)
        model.rotated_at = self.passed

    @rule(which=st.integers(0, 1))
    def repeat_the_last_request(self, which: int) -> None:
        model = self.models[which]
        if len(model.tokens) < 2:
            return
        signed_in = self._refresh(model.tokens[-2])
        waited = self.passed - model.rotated_at
        if model.over or waited >= IDLE_S:
            assert signed_in is None
        elif waited <= GRACE_S:
            assert signed_in is not None and signed_in.refresh_token == model.tokens[-1]
        else:
            assert signed_in is None
            model.over = True

    @rule(which=st.integers(0, 1), back=st.integers(3, 6))
    def present_an_older_token(self, which: int, back: int) -> None:
        model = self.models[which]
        if len(model.tokens) < back:
            return
        expired = self.passed - model.rotated_at >= IDLE_S
        assert self._refresh(model.tokens[-back]) is None
        model.over = model.over or not expired

    @rule(which=st.integers(0, 1), flip=st.integers(0, 42))
    def present_a_forgery(self, which: int, flip: int) -> None:
        """It ends nothing: whoever guesses ids can't log others out."""
        head, _, secret = self.models[which].tokens[-1].rpartition(".")
        other = "A" if secret[flip] != "A" else "B"
        assert self._refresh(f"{head}.{secret[:flip]}{other}{secret[flip + 1 :]}") is None

    @rule(which=st.integers(0, 1))
    def log_out(self, which: int) -> None:
        self.world.wiring.sessions.log_out(self.models[which].tokens[0])
        self.models[which].over = True

    @rule(seconds=st.sampled_from([1, GRACE_S, GRACE_S + 1, 3600, IDLE_S - 1, IDLE_S]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)
        self.passed += seconds

    @precondition(lambda self: all(model.over for model in self.models))
    @rule()
    def begin_anew(self) -> None:
        self.models = [self._begin() for _ in range(2)]

    @invariant()
    def live_sessions_are_kept(self) -> None:
        live = [model for model in getattr(self, "models", []) if not model.over]
        assert not live or len(sessions.of_user(self.user.id)) >= len(live)


# A step is a few calls of moto, some milliseconds each.
EXAMPLES = settings(stateful_step_count=15, max_examples=min(settings().max_examples, 150))


def test_refresh_tokens_do_as_the_model_does() -> None:
    with a_world() as world:
        RefreshMachine.world = world
        run_state_machine_as_test(RefreshMachine, settings=EXAMPLES)
