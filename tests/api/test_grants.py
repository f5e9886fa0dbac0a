"""Who may do what in a cinema, managed by its owner."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.principals import Role
from chalicelib.domain.users import User
from tests.support.builders import a_cinema
from tests.support.people import a_user, token_of
from tests.support.world import World, a_world


@dataclass
class Owned:
    """A cinema, its owner, and somebody to give roles to."""

    world: World
    owner: User
    cinema: Cinema
    ben: User

    @property
    def as_owner(self) -> str:
        return token_of(self.world, self.owner)

    @property
    def path(self) -> str:
        return f"/v1/cinemas/{self.cinema.id}/grants"

    @property
    def bens(self) -> str:
        return f"{self.path}/{self.ben.id}"

    def roles_of_ben(self) -> set[str]:
        return {str(role) for role in self.world.wiring.accounts.roles_in(self.ben.id, self.cinema.id)}


def owned(world: World) -> Owned:
    owner = a_user(world, is_owner=True)
    return Owned(world, owner, a_cinema(world, owner=owner), a_user(world, "ben@example.com", name="Ben"))


class TestHandOut:
    def test_user_is_found_by_address(self) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.post(
                a.path, as_=a.as_owner, json={"email": "BEN@example.com", "roles": ["staff", "finance"]}
            )

            assert reply.status == 201
            assert reply.etag == '"1"'
            assert (reply.json["user_id"], reply.json["roles"]) == (a.ben.id, ["finance", "staff"])
            assert a.roles_of_ben() == {"staff", "finance"}

    def test_unknown_address_is_told(self) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.post(
                a.path, as_=a.as_owner, json={"email": "eve@example.com", "roles": ["staff"]}
            )

            assert reply.problem == "not-found"

    def test_looking_for_addresses_is_slowed(self) -> None:
        with a_world() as world:
            a = owned(world)
            body = {"email": "eve@example.com", "roles": ["staff"]}

            replies = [world.api.post(a.path, as_=a.as_owner, json=body).status for _ in range(51)]

            assert replies == [404] * 50 + [429]

    def test_roles_replace_those_before(self) -> None:
        with a_world() as world:
            a = owned(world)
            world.api.post(a.path, as_=a.as_owner, json={"email": "ben@example.com", "roles": ["staff"]})

            reply = world.api.post(
                a.path, as_=a.as_owner, json={"email": "ben@example.com", "roles": ["manager"]}
            )

            assert reply.json["version"] == 2
            assert a.roles_of_ben() == {"manager"}

    @pytest.mark.parametrize("roles", [[], ["admin"], ["staff", "staff"], "staff"])
    def test_roles_that_do_not_fit_are_pointed_at(self, roles: object) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.post(a.path, as_=a.as_owner, json={"email": "ben@example.com", "roles": roles})

            assert reply.status == 422


class TestChange:
    def test_first_roles_go_by_version_nought(self) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.put(a.bens, as_=a.as_owner, version=0, json={"roles": ["manager"]})

            assert reply.status == 200
            assert a.roles_of_ben() == {"manager"}

    def test_change_goes_by_what_was_read(self) -> None:
        with a_world() as world:
            a = owned(world)
            world.api.put(a.bens, as_=a.as_owner, version=0, json={"roles": ["manager"]})

            again = world.api.put(a.bens, as_=a.as_owner, version=0, json={"roles": ["staff"]})
            missing = world.api.put(a.bens, as_=a.as_owner, json={"roles": ["staff"]})

            assert (again.status, again.problem) == (412, "version-stale")
            assert missing.status == 428
            assert a.roles_of_ben() == {"manager"}

    def test_change_counts_at_the_next_call(self) -> None:
        with a_world() as world:
            a = owned(world)
            as_ben = token_of(world, a.ben)
            assert world.api.get(a.path, as_=as_ben).status == 403

            world.api.put(a.bens, as_=a.as_owner, version=0, json={"roles": ["owner"]})
            assert world.api.get(a.path, as_=as_ben).status == 200

            world.api.put(a.bens, as_=a.as_owner, version=1, json={"roles": ["manager"]})
            assert world.api.get(a.path, as_=as_ben).status == 403

    def test_owner_keeps_the_role(self) -> None:
        with a_world() as world:
            a = owned(world)
            mine = f"{a.path}/{a.owner.id}"

            changed = world.api.put(mine, as_=a.as_owner, version=1, json={"roles": ["staff"]})
            withdrawn = world.api.delete(mine, as_=a.as_owner, version=1)

            assert (changed.problem, withdrawn.problem) == ("owner-stays", "owner-stays")
            assert Role.OWNER in world.wiring.accounts.roles_in(a.owner.id, a.cinema.id)

    def test_unknown_user_is_not_found(self) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.put(
                f"{a.path}/01ARZ3NDEKTSV4RRFFQ69G5FAV", as_=a.as_owner, version=0, json={"roles": ["staff"]}
            )

            assert reply.problem == "not-found"


class TestWithdraw:
    def test_roles_are_gone_at_once(self) -> None:
        with a_world() as world:
            a = owned(world)
            world.api.put(a.bens, as_=a.as_owner, version=0, json={"roles": ["manager"]})

            assert world.api.delete(a.bens, as_=a.as_owner, version=1).status == 204

            assert a.roles_of_ben() == set()
            assert world.api.get(a.bens, as_=a.as_owner).status == 404


class TestList:
    def test_list_is_paged_in_a_steady_order(self) -> None:
        with a_world() as world:
            a = owned(world)
            for _ in range(4):
                world.wiring.accounts.grant(a_user(world).id, a.cinema.id, [Role.STAFF])

            first = world.api.get(a.path, as_=a.as_owner, query={"limit": 3}).json
            second = world.api.get(a.path, as_=a.as_owner, query={"limit": 3, "cursor": first["next"]}).json

            found = [each["user_id"] for each in (*first["grants"], *second["grants"])]
            assert len(first["grants"]) == 3 and second["next"] is None
            assert found == sorted(found) and len(set(found)) == 5

    def test_owner_of_another_cinema_may_not_look(self) -> None:
        with a_world() as world:
            a, another = owned(world), a_user(world, is_owner=True)
            a_cinema(world, owner=another)

            assert world.api.get(a.path, as_=token_of(world, another)).problem == "forbidden"

    def test_admin_may_look(self) -> None:
        with a_world() as world:
            a = owned(world)

            reply = world.api.get(a.path, as_=token_of(world, a_user(world, is_admin=True)))

            assert [each["roles"] for each in reply.json["grants"]] == [["owner"]]
