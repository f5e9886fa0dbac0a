"""Who may do what in a cinema, managed by its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from chalicelib.api import cursors
from chalicelib.api.access import Access
from chalicelib.api.account_fields import Email
from chalicelib.api.contract import Answer, Call, Nothing, Payload
from chalicelib.api.cursors import Paged
from chalicelib.api.fields import Instant
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Invalid, Unavailable, VersionStale
from chalicelib.domain.grants import OwnerStays
from chalicelib.domain.limits import TooManyAttempts
from chalicelib.domain.principals import NotFound, Role

if TYPE_CHECKING:
    from chalicelib.domain.cinemas import Cinema
    from chalicelib.services.accounts.grants import Granted

routes = Routes("grants")


def _cinema(call: Call[Any, Any]) -> Cinema:
    return call.wiring.catalogue.cinema(call.path["cinema_id"])


OWNER = Access.granted(Role.OWNER, cinema=_cinema)


def _each_once(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if len(set(roles)) < len(roles):
        raise ValueError("name each role once")
    return roles


Roles = Annotated[
    tuple[Role, ...],
    Field(min_length=1, max_length=len(Role), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]


class GrantByAddressIn(Payload):
    """The roles, and no others, for the user with this address."""

    email: Email
    roles: Roles


class GrantIn(Payload):
    roles: Roles


class GrantOut(Payload):
    """`version` is what If-Match takes."""

    cinema_id: str
    user_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    version: int
    updated_at: Instant


class GrantList(Payload):
    """In the order of the users' ids. `next` is the cursor of the next page, null on the last."""

    grants: tuple[GrantOut, ...]
    next: str | None


@routes.get("/v1/cinemas/{cinema_id}/grants", access=OWNER, query=Paged, answer=GrantList)
def list_grants(call: Call[Nothing, Paged]) -> GrantList:
    """List who may do what in the cinema."""
    begin = cursors.position(call)
    after = begin["after"] if begin else None
    page = call.wiring.grants.in_cinema(call.path["cinema_id"], after, call.query.limit + 1)
    more = len(page) > call.query.limit
    page = page[: call.query.limit]
    following = {"after": page[-1].grant.user_id} if more else None
    return GrantList(grants=tuple(_grant(each) for each in page), next=cursors.following(call, following))


@routes.post(
    "/v1/cinemas/{cinema_id}/grants",
    access=OWNER,
    body=GrantByAddressIn,
    answer=GrantOut,
    status=201,
    replay=True,
    problems=(Invalid, NotFound, OwnerStays, TooManyAttempts, VersionStale, Unavailable),
)
def hand_out_grant(call: Call[GrantByAddressIn, Nothing]) -> Answer:
    """Give a user, found by e-mail address, roles in the cinema.

    They replace what the user had. It counts from the user's next call on.
    """
    assert call.principal.user_id is not None
    granted = call.wiring.grants.hand_out(
        _cinema(call), call.body.email, call.body.roles, call.principal.user_id
    )
    return _answer(granted)


@routes.get("/v1/cinemas/{cinema_id}/grants/{user_id}", access=OWNER, answer=GrantOut, conditional=True)
def read_grant(call: Call[Nothing, Nothing]) -> Answer:
    """Read what a user may do in the cinema."""
    return _answer(call.wiring.grants.of(call.path["cinema_id"], call.path["user_id"]))


@routes.put(
    "/v1/cinemas/{cinema_id}/grants/{user_id}",
    access=OWNER,
    body=GrantIn,
    answer=GrantOut,
    if_match=True,
    problems=(NotFound, OwnerStays, VersionStale, Unavailable),
)
def change_grant(call: Call[GrantIn, Nothing]) -> Answer:
    """Set what a user may do in the cinema.

    For a user who has no role there yet, If-Match is "0".
    """
    assert call.expected_version is not None
    granted = call.wiring.grants.change(
        _cinema(call), call.path["user_id"], call.body.roles, call.expected_version
    )
    return _answer(granted)


@routes.delete(
    "/v1/cinemas/{cinema_id}/grants/{user_id}",
    access=OWNER,
    status=204,
    if_match=True,
    problems=(NotFound, OwnerStays, VersionStale, Unavailable),
)
def withdraw_grant(call: Call[Nothing, Nothing]) -> None:
    """Withdraw all roles of a user in the cinema, from the next call on."""
    assert call.expected_version is not None
    call.wiring.grants.withdraw(_cinema(call), call.path["user_id"], call.expected_version)


def _answer(granted: Granted) -> Answer:
    return Answer(_grant(granted), etag=f'"{granted.grant.version}"')


def _grant(granted: Granted) -> GrantOut:
    return GrantOut(
        cinema_id=granted.grant.cinema_id,
        user_id=granted.user.id,
        name=granted.user.name,
        email=granted.user.email,
        roles=tuple(sorted(granted.grant.roles)),
        version=granted.grant.version,
        updated_at=granted.grant.updated_at,
    )
