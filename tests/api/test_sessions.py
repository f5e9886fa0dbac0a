"""What follows a log-in: refreshing, logging out; and being a guest."""

from __future__ import annotations

import boto3

from tests.support.sign_in import (
    PASSWORD,
    a_person,
    cookie,
    log_in,
    refresh,
)
from tests.support.world import ENVIRONMENT, a_world


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
