"""Logging in, and what stands in the way of guessing a password."""

from __future__ import annotations

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from chalicelib.services.accounts import slow_down
from tests.support.people import a_user
from tests.support.sign_in import (
    PASSWORD,
    a_person,
    cookie,
    hashes_run,
    log_in,
    mailed_token,
    refresh,
)
from tests.support.world import a_world


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
