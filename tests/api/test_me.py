"""A user's own account."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest

from chalicelib.domain.obstacles import NAMED
from chalicelib.domain.principals import Role
from tests.support.builders import a_cinema, a_showtime, an_auditorium
from tests.support.people import a_guest, a_user, token_of
from tests.support.shop import Shopper
from tests.support.sign_in import PASSWORD, access_token, log_in, refresh, register
from tests.support.world import ENVIRONMENT, World, a_world

NEW_PASSWORD = "another, longer one"


def a_guests_booking(world: World, showtime_id: str, email: str) -> str:
    """Gives the reference."""
    guest = Shopper(world, guest=a_guest(world))
    held = guest.hold(showtime_id, "A-1", "A-2")
    assert held.status == 201, held.text
    booked = guest.check_out(held.json["token"], email=email, name="Ada")
    assert booked.status in (200, 201), booked.text
    return str(booked.json["reference"])


class TestReadMe:
    def test_account_is_told(self) -> None:
        with a_world() as world:
            user = a_user(world, "ada@example.com")

            reply = world.api.get("/v1/me", as_=token_of(world, user))

            assert reply.json == {
                "id": user.id,
                "email": "ada@example.com",
                "name": "Ada Byron",
                "language": "en",
                "time_zone": "Etc/UTC",
                "home_city": None,
                "is_owner": False,
                "is_admin": False,
                "version": 1,
                "created_at": "2026-11-20T12:00:00Z",
                "updated_at": "2026-11-20T12:00:00Z",
                "last_seen_on": None,
            }
            assert reply.etag == '"1"'
            assert reply.headers["cache-control"] == "private, no-store"

    def test_unchanged_account_is_not_sent_again(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))

            reply = world.api.get("/v1/me", as_=token, headers={"If-None-Match": '"1"'})

            assert reply.status == 304


class TestChangeMe:
    def test_what_is_given_changes_and_the_rest_stays(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))

            reply = world.api.patch(
                "/v1/me", as_=token, version=1, json={"home_city": "Pune", "time_zone": "Asia/Kolkata"}
            )

            assert reply.status == 200
            assert reply.etag == '"2"'
            told = world.api.get("/v1/me", as_=token).json
            assert (told["name"], told["home_city"], told["time_zone"]) == (
                "Ada Byron",
                "Pune",
                "Asia/Kolkata",
            )

    def test_home_city_can_be_taken_away(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))
            world.api.patch("/v1/me", as_=token, version=1, json={"home_city": "Pune"})

            reply = world.api.patch("/v1/me", as_=token, version=2, json={"home_city": None})

            assert reply.json["home_city"] is None

    def test_change_goes_by_what_was_read(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))
            world.api.patch("/v1/me", as_=token, version=1, json={"name": "Ada"})

            stale = world.api.patch("/v1/me", as_=token, version=1, json={"name": "Countess"})
            missing = world.api.patch("/v1/me", as_=token, json={"name": "Countess"})

            assert (stale.status, stale.problem) == (412, "version-stale")
            assert (missing.status, missing.problem) == (428, "precondition-required")
            assert world.api.get("/v1/me", as_=token).json["name"] == "Ada"

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"name": ""}, "/name"),
            ({"name": None}, "/name"),
            ({"name": "a\nb"}, "/name"),
            ({"name": "Ada\u202egnorB"}, "/name"),
            ({"home_city": "Pune\u2069"}, "/home_city"),
            ({"time_zone": "Mars/Olympus"}, "/time_zone"),
            ({"time_zone": "../../etc/passwd"}, "/time_zone"),
            ({"language": "english"}, "/language"),
            ({"email": "eve@example.com"}, "/email"),
            ({"is_admin": True}, "/is_admin"),
        ],
    )
    def test_what_does_not_fit_is_pointed_at(self, body: dict[str, object], pointer: str) -> None:
        with a_world() as world:
            reply = world.api.patch("/v1/me", as_=token_of(world, a_user(world)), version=1, json=body)

            assert reply.status == 422
            assert [each["pointer"] for each in reply.json["errors"]] == [pointer]


class TestChangePassword:
    def test_new_password_counts_and_the_old_does_not(self) -> None:
        with a_world() as world:
            token = access_token(world)

            reply = world.api.put(
                "/v1/me/password",
                as_=token,
                version=1,
                json={"current_password": PASSWORD, "password": NEW_PASSWORD, "tokens_in": "body"},
            )

            assert reply.status == 200
            assert log_in(world).status == 401
            assert log_in(world, password=NEW_PASSWORD).status == 200
            assert refresh(world, reply.json["refresh_token"]).status == 200

    def test_all_other_sessions_end(self) -> None:
        with a_world() as world:
            register(world)
            tokens = log_in(world).json

            world.api.put(
                "/v1/me/password",
                as_=tokens["access_token"],
                version=1,
                json={"current_password": PASSWORD, "password": NEW_PASSWORD},
            )

            assert refresh(world, tokens["refresh_token"]).problem == "session-over"

    def test_current_password_is_asked_for(self) -> None:
        with a_world() as world:
            token = access_token(world)
            body = {"current_password": "wrong", "password": NEW_PASSWORD}

            replies = [
                world.api.put("/v1/me/password", as_=token, version=1, json=body).problem for _ in range(6)
            ]

            assert replies == ["password-wrong"] * 5 + ["too-many-attempts"]

    def test_change_goes_by_what_was_read(self) -> None:
        with a_world() as world:
            token = access_token(world)
            body = {"current_password": PASSWORD, "password": NEW_PASSWORD}

            assert (
                world.api.put("/v1/me/password", as_=token, version=7, json=body).problem == "version-stale"
            )
            assert log_in(world).status == 200


class TestMyGrants:
    def test_roles_are_told_by_cinema(self) -> None:
        with a_world() as world:
            user = a_user(world)
            cinema = a_cinema(world)
            world.wiring.accounts.grant(user.id, cinema.id, [Role.STAFF, Role.FINANCE])

            reply = world.api.get("/v1/me/grants", as_=token_of(world, user))

            assert reply.json == {"grants": [{"cinema_id": cinema.id, "roles": ["finance", "staff"]}]}


class TestExport:
    def test_all_that_is_kept_is_told(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world)
            token = access_token(world)
            user = world.wiring.accounts.user(world.api.get("/v1/me", as_=token).json["id"])
            reference = Shopper(world, user).buy(showtime.id, "A-1", "A-2")

            told = world.api.get("/v1/me/export", as_=token).json

            assert told["account"]["email"] == "ada@example.com"
            assert len(told["sessions"]) == 1
            (booking,) = told["bookings"]
            assert booking["reference"] == reference
            assert booking["seats"] == ["A1", "A2"]
            assert booking["email"] == "ada@example.com"
            assert "argon2" not in repr(told)


class TestErase:
    def test_account_is_gone(self) -> None:
        with a_world() as world:
            register(world)
            tokens = log_in(world).json

            reply = world.api.delete("/v1/me", as_=tokens["access_token"], version=1)

            assert reply.status == 204
            assert world.api.get("/v1/me", as_=tokens["access_token"]).status == 401
            assert refresh(world, tokens["refresh_token"]).problem == "session-over"
            assert log_in(world).problem == "credentials-rejected"

    def test_nothing_stored_names_the_person(self) -> None:
        with a_world() as world:
            token = access_token(world, name="Augusta King")
            user = world.wiring.accounts.user(world.api.get("/v1/me", as_=token).json["id"])
            Shopper(world, user).buy(a_showtime(world).id, "A-1", "A-2")
            world.clock.advance(days=3)

            assert world.api.delete("/v1/me", as_=token_of(world, user), version=1).status == 204

            kept = [
                item
                for table in ("ACCOUNTS_TABLE", "SALES_TABLE", "CATALOGUE_TABLE")
                for item in boto3.resource("dynamodb").Table(ENVIRONMENT[table]).scan()["Items"]
            ]
            assert kept
            assert not [
                item for item in kept if "ada@example.com" in repr(item) or "Augusta King" in repr(item)
            ]

    def test_address_is_free_again(self) -> None:
        with a_world() as world:
            token = access_token(world)
            world.api.delete("/v1/me", as_=token, version=1)

            register(world)

            assert log_in(world).status == 200

    def test_upcoming_bookings_and_owned_cinemas_are_named(self) -> None:
        with a_world() as world:
            user = a_user(world, is_owner=True)
            cinema = a_cinema(world, owner=user, name="Astoria")
            showtime = a_showtime(world, cinema=a_cinema(world, name="Lichtburg"))
            reference = Shopper(world, user).buy(showtime.id, "A-1", "A-2")

            reply = world.api.delete("/v1/me", as_=token_of(world, user), version=1)

            assert (reply.status, reply.problem) == (409, "account-needed")
            assert reply.json["obstacles"] == [
                {
                    "noun": "booking",
                    "id": reference,
                    "name": reference,
                    "movie_title": "The Long Take",
                    "cinema_name": "Lichtburg",
                    "starts_at": showtime.starts_at.isoformat().replace("+00:00", "Z"),
                    "time_zone": "Europe/Berlin",
                },
                {"noun": "cinema", "id": cinema.id, "name": "Astoria"},
            ]
            assert world.api.get("/v1/me", as_=token_of(world, user)).status == 200

    def test_of_many_bookings_the_soonest_are_named_and_all_are_counted(self) -> None:
        with a_world() as world:
            user = a_user(world)
            room = an_auditorium(world)
            later, sooner = (
                a_showtime(world, auditorium=room, starts_in=timedelta(days=days)) for days in (2, 1)
            )
            shopper = Shopper(world, user)
            last = [shopper.buy(later.id, f"{row}-1", f"{row}-2") for row in "ABCDE"]
            first = [shopper.buy(sooner.id, f"{row}-{n}", f"{row}-{n + 1}") for row in "ABC" for n in (1, 3)]

            told = world.api.delete("/v1/me", as_=token_of(world, user), version=1).json

            named = [each["id"] for each in told["obstacles"]]
            assert (told["count"], len(named)) == (11, NAMED)
            assert set(named[:6]) == set(first)
            assert set(named[6:]) < set(last)

    def test_past_booking_stays_and_names_nobody(self) -> None:
        with a_world() as world:
            user = a_user(world, "ada@example.com")
            reference = Shopper(world, user).buy(a_showtime(world).id, "A-1", "A-2")
            world.clock.advance(days=3)

            reply = world.api.delete("/v1/me", as_=token_of(world, user), version=1)

            assert reply.status == 204, reply.text
            kept = world.wiring.selling.reading.by_reference(reference)
            assert (kept.email, kept.name) == ("", "")
            assert kept.total.minor > 0
            assert kept.state == "confirmed"

    def test_grants_are_gone(self) -> None:
        with a_world() as world:
            user = a_user(world)
            cinema = a_cinema(world)
            world.wiring.accounts.grant(user.id, cinema.id, [Role.STAFF])

            assert world.api.delete("/v1/me", as_=token_of(world, user), version=1).status == 204

            assert world.wiring.accounts.roles_in(user.id, cinema.id) == frozenset()
            held = world.wiring.grants.in_cinema(cinema.id, None, 10)
            assert [each.user.id for each in held] == [cinema.owner_id]

    def test_erasing_goes_by_what_was_read(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))

            assert world.api.delete("/v1/me", as_=token, version=2).problem == "version-stale"
            assert world.api.delete("/v1/me", as_=token).problem == "precondition-required"


class TestGuestsBookings:
    def test_bookings_made_as_a_guest_join_the_account_once_its_address_is_verified(self) -> None:
        with a_world() as world:
            showtime = a_showtime(world)
            reference = a_guests_booking(world, showtime.id, "Ada@example.com")

            token = access_token(world, "ada@EXAMPLE.com")

            told = world.api.get("/v1/bookings", as_=token).json
            assert [each["reference"] for each in told["bookings"]] == [reference]

    def test_bookings_made_as_a_guest_later_join_at_the_next_log_in(self) -> None:
        with a_world() as world:
            register(world)
            reference = a_guests_booking(world, a_showtime(world).id, "ada@example.com")

            token = log_in(world).json["access_token"]

            told = world.api.get("/v1/bookings", as_=token).json
            assert [each["reference"] for each in told["bookings"]] == [reference]

    def test_bookings_of_other_addresses_stay_theirs(self) -> None:
        with a_world() as world:
            a_guests_booking(world, a_showtime(world).id, "ben@example.com")

            token = access_token(world)

            assert world.api.get("/v1/bookings", as_=token).json["bookings"] == []
