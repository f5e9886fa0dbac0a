"""Registering an account, and verifying its address."""

from __future__ import annotations

import pytest

from tests.support.sign_in import (
    a_person,
    access_token,
    hashes_run,
    log_in,
    mailed_token,
    register,
    registration,
)
from tests.support.world import a_world


class TestRegister:
    def test_answer_is_the_same_for_a_known_address(self) -> None:
        with a_world() as world:
            register(world)

            known = world.api.post("/v1/auth/register", json=registration())
            unknown = world.api.post("/v1/auth/register", json=registration("ben@example.com"))

            assert (known.status, known.body) == (unknown.status, unknown.body)
            assert known.status == 202
            assert [mail["kind"] for mail in world.queued_mail()] == ["address-known", "verify-address"]

    def test_known_address_takes_the_same_hash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_world() as world:
            register(world)
            runs = hashes_run(monkeypatch)

            world.api.post("/v1/auth/register", json=registration())
            world.api.post("/v1/auth/register", json=registration("ben@example.com"))

            assert runs == ["hash", "hash"]

    def test_account_begins_with_the_verified_address(self) -> None:
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration())
            assert log_in(world).problem == "credentials-rejected"

            world.api.post("/v1/auth/verify", json={"token": mailed_token(world, "verify-address")})

            assert log_in(world).status == 200

    def test_owner_registers_as_one(self) -> None:
        with a_world() as world:
            owner = access_token(world, **{"as": "owner"})
            customer = access_token(world, "ben@example.com")

            assert world.api.get("/v1/me", as_=owner).json["is_owner"]
            assert not world.api.get("/v1/me", as_=customer).json["is_owner"]

    def test_nobody_registers_as_admin(self) -> None:
        with a_world() as world:
            assert world.api.post("/v1/auth/register", json=registration() | {"as": "admin"}).status == 422
            assert world.api.post("/v1/auth/register", json=registration() | {"is_admin": True}).status == 422

    @pytest.mark.parametrize("email", ["ada@nowhere", "ada example.com", "ada@example..com"])
    def test_address_that_takes_no_mail_is_pointed_at(self, email: str) -> None:
        with a_world() as world:
            reply = world.api.post("/v1/auth/register", json=registration(email))

            assert reply.status == 422
            assert [each["pointer"] for each in reply.json["errors"]] == ["/email"]

    def test_unknown_time_zone_is_pointed_at(self) -> None:
        with a_world() as world:
            reply = world.api.post("/v1/auth/register", json=registration(time_zone="Mars/Olympus"))

            assert [each["pointer"] for each in reply.json["errors"]] == ["/time_zone"]

    def test_mailbox_is_not_flooded(self) -> None:
        with a_world() as world:
            replies = [world.api.post("/v1/auth/register", json=registration()) for _ in range(5)]

            assert [reply.status for reply in replies] == [202, 202, 202, 202, 429]
            assert replies[-1].problem == "too-many-attempts"
            assert replies[-1].headers["retry-after"] == "60"
            assert len(world.queued_mail()) == 4


class TestVerify:
    def test_link_can_be_used_again(self) -> None:
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration())
            token = mailed_token(world, "verify-address")

            replies = [world.api.post("/v1/auth/verify", json={"token": token}) for _ in range(2)]

            assert [reply.status for reply in replies] == [204, 204]

    def test_link_ends_after_two_days(self) -> None:
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration())
            token = mailed_token(world, "verify-address")
            world.clock.advance(hours=48)

            assert world.api.post("/v1/auth/verify", json={"token": token}).problem == "link-rejected"

    def test_address_belongs_to_whoever_verified_it_first(self) -> None:
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration("Ada@example.com"))
            mine = mailed_token(world, "verify-address")
            world.api.post("/v1/auth/register", json=registration("ada@EXAMPLE.com", password="a stranger's"))
            strangers = mailed_token(world, "verify-address")

            assert world.api.post("/v1/auth/verify", json={"token": mine}).status == 204
            assert world.api.post("/v1/auth/verify", json={"token": strangers}).problem == "link-rejected"

            assert log_in(world).status == 200
            assert log_in(world, password="a stranger's").problem == "credentials-rejected"

    def test_own_link_verifies_ones_own_registration(self) -> None:
        """Whoever registered the address before, with a password of their own, gains nothing."""
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration(password="a stranger's"))
            world.queued_mail()
            world.clock.advance(minutes=1)
            world.api.post("/v1/auth/register", json=registration())

            world.api.post("/v1/auth/verify", json={"token": mailed_token(world, "verify-address")})

            assert log_in(world, password="a stranger's").problem == "credentials-rejected"
            assert log_in(world).status == 200

    def test_link_can_be_sent_again(self) -> None:
        with a_world() as world:
            world.api.post("/v1/auth/register", json=registration())
            world.queued_mail()

            reply = world.api.post("/v1/auth/verification", json={"email": "ADA@example.com"})

            assert reply.status == 202
            token = mailed_token(world, "verify-address")
            assert world.api.post("/v1/auth/verify", json={"token": token}).status == 204

    def test_sending_again_says_nothing_of_the_address(self) -> None:
        with a_world() as world:
            register(world)
            known = world.api.post("/v1/auth/verification", json={"email": "ada@example.com"})
            unknown = world.api.post("/v1/auth/verification", json={"email": "ben@example.com"})

            assert (known.status, known.body) == (unknown.status, unknown.body)
            assert [mail["kind"] for mail in world.queued_mail()] == ["address-known"]

    @pytest.mark.parametrize("token", ["x", "a.b.c"])
    def test_forged_link_is_rejected(self, token: str) -> None:
        with a_world() as world:
            assert world.api.post("/v1/auth/verify", json={"token": token}).problem == "link-rejected"

    def test_reset_link_verifies_nothing(self) -> None:
        with a_world() as world:
            a_person(world)
            world.api.post("/v1/auth/password-reset", json={"email": "ada@example.com"})
            token = mailed_token(world, "reset-password")

            assert world.api.post("/v1/auth/verify", json={"token": token}).problem == "link-rejected"
