"""Registering, logging in and out, passwords, guests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from argon2 import PasswordHasher

from chalicelib.domain.users import User
from chalicelib.services.accounts import slow_down
from tests.support.people import a_user
from tests.support.sign_in import (
    PASSWORD,
    access_token,
    cookie,
    log_in,
    mailed_token,
    refresh,
    register,
    registration,
)
from tests.support.world import ENVIRONMENT, World, a_world


def a_person(world: World, email: str = "ada@example.com") -> User:
    return a_user(world, email, password=PASSWORD)


def hashes_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every run of argon2."""
    runs: list[str] = []
    for name in ("hash", "verify"):
        original = getattr(PasswordHasher, name)

        def noted(self: Any, *args: Any, _original: Any = original, _name: str = name, **more: Any) -> Any:
            runs.append(_name)
            return _original(self, *args, **more)

        monkeypatch.setattr(PasswordHasher, name, noted)
    return runs


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


class TestLogIn:
    def test_wrong_password_and_unknown_address_are_told_alike(self) -> None:
        with a_world() as world:
            a_person(world)

            wrong = log_in(world, password="wrong")
            unknown = log_in(world, "ben@example.com")
            no_address = log_in(world, "ben")

            assert wrong.status == 401
            assert wrong.body == unknown.body == no_address.body
            assert wrong.problem == "credentials-rejected"

    def test_every_path_runs_one_hash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_world() as world:
            a_person(world)
            a_user(world, "nopassword@example.com")
            runs = hashes_run(monkeypatch)

            log_in(world)
            log_in(world, password="wrong")
            log_in(world, "ben@example.com")
            log_in(world, "ben")

            assert runs == ["verify"] * 4

    def test_address_is_known_in_any_case(self) -> None:
        with a_world() as world:
            a_person(world, "Ada@example.com")

            assert log_in(world, "aDA@Example.COM").status == 200

    def test_tokens_are_in_cookies_that_no_script_reads(self) -> None:
        with a_world() as world:
            a_person(world)

            reply = log_in(world, tokens_in="cookie")

            assert reply.json["refresh_token"] is None and reply.json["device_token"] is None
            (refresh_cookie,) = [each for each in reply.cookies if each.startswith("refresh=")]
            assert refresh_cookie.partition("; ")[2] == (
                "Path=/api/v1/auth; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict"
            )

    def test_other_clients_get_tokens_in_the_body(self) -> None:
        with a_world() as world:
            a_person(world)

            reply = log_in(world)

            assert reply.cookies == []
            assert reply.json["expires_in_s"] == 900
            assert world.api.get("/v1/me", as_=reply.json["access_token"]).status == 200
            assert refresh(world, reply.json["refresh_token"]).status == 200

    def test_first_log_in_of_a_day_is_noted(self) -> None:
        with a_world() as world:
            user = a_person(world)
            log_in(world)
            assert str(world.wiring.accounts.user(user.id).last_seen_on) == "2026-11-20"

            world.clock.advance(days=1)
            log_in(world)

            after = world.wiring.accounts.user(user.id)
            assert str(after.last_seen_on) == "2026-11-21"
            assert after.version == user.version

    def test_hash_of_older_parameters_is_renewed(self) -> None:
        with a_world() as world:
            weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
            user = a_user(world, "ada@example.com", password_hash=weak)

            assert log_in(world).status == 200

            assert "m=19456,t=2,p=1" in world.wiring.accounts.user(user.id).password_hash
            assert log_in(world).status == 200


class TestStaleTokens:
    """A browser that slept longer than its access token lives sends it along."""

    @pytest.mark.parametrize("stale", ["Bearer gone", "Bearer", "Basic YTpi"])
    def test_token_that_counts_no_more_keeps_nobody_from_signing_in(self, stale: str) -> None:
        with a_world() as world:
            a_person(world)
            headers = {"Authorization": stale, "Guest-Id": "gone"}

            entered = world.api.post(
                "/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD}, headers=headers
            )
            again = world.api.post("/v1/auth/guests", headers=headers)

            assert (entered.status, again.status) == (200, 201)
            assert world.api.get("/v1/movies", headers=headers).problem == "not-signed-in"


class TestGuessing:
    def test_guesses_from_one_address_wait_ever_longer(self) -> None:
        with a_world() as world:
            a_person(world)
            for _ in range(5):
                assert log_in(world, password="wrong").status == 401

            waits = []
            for _ in range(4):
                slowed = log_in(world, password="wrong")
                assert slowed.problem == "too-many-attempts"
                waits.append(int(slowed.headers["retry-after"]))
                world.clock.advance(seconds=waits[-1])
                assert log_in(world, password="wrong").status == 401

            assert waits == [1, 2, 4, 8]

    def test_unknown_address_is_slowed_alike(self) -> None:
        with a_world() as world:
            statuses = [log_in(world, password="wrong").status for _ in range(6)]

            assert statuses == [401] * 5 + [429]

    def test_success_begins_anew(self) -> None:
        with a_world() as world:
            a_person(world)
            for _ in range(4):
                log_in(world, password="wrong")
            assert log_in(world).status == 200

            statuses = [log_in(world, password="wrong").status for _ in range(5)]

            assert statuses == [401] * 5

    def test_owner_gets_in_from_a_known_device_whoever_else_guesses(self) -> None:
        with a_world() as world:
            a_person(world)
            device = log_in(world).json["device_token"]
            for _ in range(6):
                log_in(world, password="wrong")
            assert log_in(world).status == 429

            assert log_in(world, device_token=device).status == 200

    def test_known_device_of_another_account_is_a_stranger(self) -> None:
        with a_world() as world:
            a_person(world)
            a_person(world, "eve@example.com")
            device = log_in(world, "eve@example.com").json["device_token"]

            statuses = [log_in(world, password="wrong", device_token=device).status for _ in range(6)]

            assert statuses[-1] == 429

    def test_guesses_from_a_known_device_are_slowed_too(self) -> None:
        with a_world() as world:
            a_person(world)
            device = log_in(world).json["device_token"]

            statuses = [log_in(world, password="wrong", device_token=device).status for _ in range(11)]

            assert statuses == [401] * 10 + [429]

    def test_owner_gets_in_by_mail_whoever_else_guesses(self) -> None:
        with a_world() as world:
            a_person(world)
            for _ in range(6):
                log_in(world, password="wrong")
            world.api.post("/v1/auth/password-reset", json={"email": "ada@example.com"})
            body = {"token": mailed_token(world, "reset-password"), "password": "a new one, longer"}
            reset = world.api.post("/v1/auth/password-reset/confirm", json=body)

            reply = world.api.post(
                "/v1/auth/login",
                json={"email": "ada@example.com", "password": "a new one, longer"},
                headers={"Cookie": cookie(reset, "device")},
            )

            assert reply.status == 200

    def test_one_address_that_tries_many_accounts_is_slowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(slow_down, "BY_ADDRESS", replace(slow_down.BY_ADDRESS, free=3))
        with a_world() as world:
            for number in range(3):
                assert log_in(world, f"user{number}@example.com").status == 401

            assert log_in(world, "one-more@example.com").status == 429

    def test_counters_are_forgotten_after_a_day_of_rest(self) -> None:
        with a_world() as world:
            a_person(world)
            for _ in range(6):
                log_in(world, password="wrong")
            world.clock.advance(days=1, seconds=2)

            statuses = [log_in(world, password="wrong").status for _ in range(5)]

            assert statuses == [401] * 5


class TestRefresh:
    def test_token_is_replaced(self) -> None:
        with a_world() as world:
            a_person(world)
            first = log_in(world).json["refresh_token"]

            reply = refresh(world, first)

            assert reply.status == 200
            assert reply.json["refresh_token"] != first
            assert refresh(world, reply.json["refresh_token"]).status == 200

    def test_cookie_serves_as_well(self) -> None:
        with a_world() as world:
            a_person(world)
            signed_in = log_in(world, tokens_in="cookie")

            reply = world.api.post(
                "/v1/auth/refresh", json={}, headers={"Cookie": f"x=1; {cookie(signed_in, 'refresh')}"}
            )

            assert reply.status == 200
            assert reply.json["refresh_token"] is None
            assert cookie(reply, "refresh") != cookie(signed_in, "refresh")

    def test_lost_answer_is_given_again(self) -> None:
        with a_world() as world:
            a_person(world)
            first = log_in(world).json["refresh_token"]
            lost = refresh(world, first).json["refresh_token"]
            world.clock.advance(seconds=30)

            assert refresh(world, first).json["refresh_token"] == lost

    def test_reuse_ends_the_session(self) -> None:
        with a_world() as world:
            a_person(world)
            stolen = log_in(world).json["refresh_token"]
            current = refresh(world, stolen).json["refresh_token"]
            world.clock.advance(seconds=31)

            assert refresh(world, stolen).problem == "session-over"
            assert refresh(world, current).problem == "session-over"

    def test_other_sessions_go_on(self) -> None:
        with a_world() as world:
            a_person(world)
            stolen = log_in(world).json["refresh_token"]
            other = log_in(world).json["refresh_token"]
            refresh(world, stolen)
            world.clock.advance(seconds=31)
            refresh(world, stolen)

            assert refresh(world, other).status == 200

    def test_garbage_ends_no_session(self) -> None:
        with a_world() as world:
            a_person(world)
            token = log_in(world).json["refresh_token"]
            user, family, _number, secret = token.split(".")

            for forged in (
                f"{user}.{family}.1.{secret[::-1]}",
                f"{user}.{family}.0.{secret}",
                "x",
                token + "x",
            ):
                assert refresh(world, forged).problem == "session-over"

            assert refresh(world, token).status == 200

    def test_session_that_nobody_refreshes_ends_after_thirty_days(self) -> None:
        with a_world() as world:
            a_person(world)
            token = log_in(world).json["refresh_token"]
            world.clock.advance(days=30)

            assert refresh(world, token).problem == "session-over"

    def test_without_a_token_there_is_no_session(self) -> None:
        with a_world() as world:
            assert world.api.post("/v1/auth/refresh", json={}).problem == "session-over"

    def test_token_is_stored_hashed(self) -> None:
        with a_world() as world:
            a_person(world)
            token = log_in(world).json["refresh_token"]

            items = boto3.resource("dynamodb").Table(ENVIRONMENT["ACCOUNTS_TABLE"]).scan()["Items"]

            assert token.rpartition(".")[2] not in repr(items)
            assert PASSWORD not in repr(items)


class TestLogOut:
    def test_session_cannot_be_refreshed_any_more(self) -> None:
        with a_world() as world:
            a_person(world)
            token = log_in(world).json["refresh_token"]

            assert world.api.post("/v1/auth/logout", json={"refresh_token": token}).status == 204

            assert refresh(world, token).problem == "session-over"

    def test_access_ends_within_fifteen_minutes(self) -> None:
        with a_world() as world:
            a_person(world)
            tokens = log_in(world).json
            world.api.post("/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]})

            world.clock.advance(minutes=15)

            assert world.api.get("/v1/me", as_=tokens["access_token"]).status == 401

    def test_cookie_is_taken_away(self) -> None:
        with a_world() as world:
            a_person(world)
            signed_in = log_in(world, tokens_in="cookie")
            sent = {"Cookie": cookie(signed_in, "refresh")}

            reply = world.api.post("/v1/auth/logout", json={}, headers=sent)

            assert reply.cookies[0].startswith("refresh=; Path=/api/v1/auth; Max-Age=0;")
            assert world.api.post("/v1/auth/refresh", json={}, headers=sent).status == 401

    def test_logging_out_twice_is_fine(self) -> None:
        with a_world() as world:
            a_person(world)
            body = {"refresh_token": log_in(world).json["refresh_token"]}

            replies = [world.api.post("/v1/auth/logout", json=body) for _ in range(2)]

            assert [reply.status for reply in replies] == [204, 204]


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


class TestGuests:
    def test_guest_id_makes_a_guest(self) -> None:
        with a_world() as world:
            reply = world.api.post("/v1/auth/guests")

            assert reply.status == 201
            assert reply.json["expires_at"] == "2026-12-20T12:00:00Z"
            principal = world.wiring.accounts.principal_of_guest_id(reply.json["guest_id"])
            assert principal.guest_id

    def test_guest_is_no_user(self) -> None:
        with a_world() as world:
            guest_id = world.api.post("/v1/auth/guests").json["guest_id"]

            assert world.api.get("/v1/me", as_={"Guest-Id": guest_id}).problem == "not-signed-in"

    def test_guest_id_ends_after_thirty_days(self) -> None:
        with a_world() as world:
            guest_id = world.api.post("/v1/auth/guests").json["guest_id"]
            world.clock.advance(days=30)

            assert world.api.get("/v1/me", as_={"Guest-Id": guest_id}).problem == "not-signed-in"
