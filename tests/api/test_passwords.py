"""Resetting a forgotten password."""

from __future__ import annotations

from typing import Any

from tests.support.sign_in import (
    a_person,
    log_in,
    mailed_token,
    refresh,
)
from tests.support.world import World, a_world


class TestPasswordReset:
    def reset(self, world: World, token: str, password: str = "a new one, longer") -> Any:
        return world.api.post("/v1/auth/password-reset/confirm", json={"token": token, "password": password})

    def link(self, world: World) -> str:
        assert world.api.post("/v1/auth/password-reset", json={"email": "ada@example.com"}).status == 202
        return mailed_token(world, "reset-password")

    def test_link_sets_the_password(self) -> None:
        with a_world() as world:
            a_person(world)

            assert self.reset(world, self.link(world)).status == 204

            assert log_in(world).status == 401
            assert log_in(world, password="a new one, longer").status == 200

    def test_answer_is_the_same_for_an_unknown_address(self) -> None:
        with a_world() as world:
            a_person(world)

            known = world.api.post("/v1/auth/password-reset", json={"email": "ada@example.com"})
            unknown = world.api.post("/v1/auth/password-reset", json={"email": "ben@example.com"})

            assert (known.status, known.body) == (unknown.status, unknown.body)
            assert [mail["recipient"] for mail in world.queued_mail()] == ["ada@example.com"]

    def test_every_session_ends(self) -> None:
        with a_world() as world:
            a_person(world)
            tokens = [log_in(world).json["refresh_token"] for _ in range(2)]

            self.reset(world, self.link(world))

            assert [refresh(world, token).problem for token in tokens] == ["session-over"] * 2

    def test_every_other_link_ends(self) -> None:
        with a_world() as world:
            a_person(world)
            older, newer = self.link(world), self.link(world)

            assert self.reset(world, newer).status == 204

            assert self.reset(world, older, "a stranger's own").problem == "link-rejected"

    def test_lost_answer_is_given_again_and_nothing_else(self) -> None:
        with a_world() as world:
            a_person(world)
            token = self.link(world)
            self.reset(world, token)

            assert self.reset(world, token).status == 204
            assert self.reset(world, token, "yet another one").problem == "link-rejected"

    def test_link_ends_after_an_hour(self) -> None:
        with a_world() as world:
            a_person(world)
            token = self.link(world)
            world.clock.advance(hours=1)

            assert self.reset(world, token).problem == "link-rejected"

    def test_mail_goes_to_the_address_of_the_account(self) -> None:
        """Whoever asks may spell it differently; the mailbox that verified the address gets the link."""
        with a_world() as world:
            a_person(world, "Ada@example.com")

            world.api.post("/v1/auth/password-reset", json={"email": "aDA@example.com"})

            assert [mail["recipient"] for mail in world.queued_mail()] == ["Ada@example.com"]
