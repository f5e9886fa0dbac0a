"""Who asks, and what they may do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.principals import NotFound, NotSignedIn, Role
from chalicelib.gateways.signing import AccessClaims
from chalicelib.stores import grants, users
from tests.support.people import a_guest, a_user, token_of
from tests.support.world import a_world


class TestPrincipalOfAccessToken:
    def test_token_names_its_user(self) -> None:
        with a_world() as world:
            user = a_user(world)

            principal = world.wiring.accounts.principal_of_access_token(token_of(world, user))

            assert (principal.user_id, principal.is_admin, principal.id) == (user.id, False, f"U#{user.id}")

    def test_token_ends_after_fifteen_minutes(self) -> None:
        with a_world() as world:
            token = token_of(world, a_user(world))
            world.clock.advance(minutes=15)

            with pytest.raises(NotSignedIn, match="expired"):
                world.wiring.accounts.principal_of_access_token(token)

    def test_admin_who_no_longer_is_one_has_no_admins_rights_at_once(self) -> None:
        with a_world() as world:
            admin = a_user(world, is_admin=True)
            token = token_of(world, admin)
            assert world.wiring.accounts.principal_of_access_token(token).is_admin

            users.change(replace(admin, is_admin=False, version=2))

            assert not world.wiring.accounts.principal_of_access_token(token).is_admin

    def test_claim_of_being_admin_counts_only_with_the_account(self) -> None:
        with a_world() as world:
            token = world.wiring.access_tokens.issue(
                AccessClaims("01ARZ3NDEKTSV4RRFFQ69G5FAV", is_admin=True)
            )

            with pytest.raises(NotSignedIn):
                world.wiring.accounts.principal_of_access_token(token)


class TestPrincipalOfGuestId:
    def test_signed_id_names_the_guest(self) -> None:
        with a_world() as world:
            principal = world.wiring.accounts.principal_of_guest_id(a_guest(world)["Guest-Id"])

            assert principal.guest_id and principal.user_id is None

    def test_tampered_id_is_nobody(self) -> None:
        with a_world() as world, pytest.raises(NotSignedIn):
            world.wiring.accounts.principal_of_guest_id(a_guest(world)["Guest-Id"][:-4] + "AAAA")


class TestGrant:
    def test_roles_add_up(self) -> None:
        with a_world() as world:
            user = a_user(world)

            world.wiring.accounts.grant(user.id, "C1", [Role.STAFF])
            world.wiring.accounts.grant(user.id, "C1", [Role.FINANCE])
            world.wiring.accounts.grant(user.id, "C1", [Role.STAFF])

            assert world.wiring.accounts.roles_in(user.id, "C1") == {Role.STAFF, Role.FINANCE}
            assert world.wiring.accounts.roles_in(user.id, "C2") == frozenset()
            assert grants.of_user(user.id) == grants.in_cinema("C1", None, 10)
            assert grants.of_user(user.id)[0].version == 2


class TestUser:
    def test_unknown_user_is_not_found(self) -> None:
        with a_world() as world, pytest.raises(NotFound):
            world.wiring.accounts.user("01ARZ3NDEKTSV4RRFFQ69G5FAV")
