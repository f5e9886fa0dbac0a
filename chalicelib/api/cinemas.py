"""Cinemas: found by everybody, made by owners, approved by admins."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.access import ADMIN, ANYONE, CUSTOMER, Access
from chalicelib.api.contract import Answer, Call, Payload
from chalicelib.api.cursors import Paged, following, position
from chalicelib.api.fields import Instant, Ulid, line, name, sought
from chalicelib.api.finding import cinema_of_path
from chalicelib.api.presenting import listed, versioned
from chalicelib.api.routing import Routes
from chalicelib.domain.cinemas import CancellationPolicy, Cinema
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.obstacles import InUse
from chalicelib.domain.principals import NotFound, Role
from chalicelib.services.catalogue.cinemas import CinemaDetails

routes = Routes("cinemas")

RUNS_IT = Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_path)


class PolicyPayload(Payload):
    """What a customer gets back who cancels until `closes_minutes` before the start: so many per cent."""

    closes_minutes: Annotated[int, Field(ge=0, le=20_160)] = 60
    refund_per_cent: Annotated[int, Field(ge=0, le=100)] = 100


class CinemaIn(Payload):
    """`time_zone` is an IANA name, `currency` a code of ISO 4217; both stay once something rests on them."""

    name: Annotated[str, name(80)]
    street: Annotated[str, line(0, 120)]
    city: Annotated[str, name(80)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    time_zone: Annotated[str, Field(pattern="^[A-Za-z0-9_+/-]{1,40}$")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    cancellation: PolicyPayload = PolicyPayload()
    day_starts_hour: Annotated[int, Field(ge=0, le=12)] = 6


class CinemaOut(CinemaIn):
    id: Ulid
    status: Annotated[str, Field(pattern="^(draft|published)$")]
    version: int
    created_at: Instant
    updated_at: Instant


class CinemaList(Payload):
    cinemas: tuple[CinemaOut, ...]
    next: str | None


class CinemaSearch(Paged):
    """Any part of name and city, in any case and with or without accents."""

    name: Annotated[str, sought(80)] = ""
    city: Annotated[str, sought(80)] = ""


@routes.get("/v1/cinemas", access=ANYONE, query=CinemaSearch, answer=CinemaList, conditional=True)
def list_cinemas(call: Call[Any, CinemaSearch]) -> Answer:
    """Find cinemas by name and city

    Drafts are listed for their owner and for admins only.
    """
    found = call.wiring.cinemas.search(call.query.name, call.query.city, call.principal)
    begin = (position(call) or {}).get("after", ["", ""])
    rest = [cinema for cinema in found if [cinema.folded_name, cinema.id] > begin]
    page = rest[: call.query.limit]
    after = {"after": [page[-1].folded_name, page[-1].id]} if len(rest) > len(page) else None
    return listed(call, CinemaList(cinemas=tuple(map(_out, page)), next=following(call, after)))


@routes.post(
    "/v1/cinemas",
    access=CUSTOMER,
    body=CinemaIn,
    answer=CinemaOut,
    status=201,
    replay=True,
    problems=(Invalid,),
)
def create_cinema(call: Call[CinemaIn, Any]) -> Answer:
    """Make a cinema: a draft until an admin approves it

    For users registered as owners, and for admins. Whoever makes it is its owner.
    """
    cinema = call.wiring.cinemas.create(call.principal, _details(call.body))
    return versioned(call, _out(cinema), cinema.version)


@routes.get(
    "/v1/cinemas/{cinema_id}", access=ANYONE, answer=CinemaOut, problems=(NotFound,), conditional=True
)
def read_cinema(call: Call[Any, Any]) -> Answer:
    """Read a cinema"""
    cinema = call.wiring.cinemas.read(call.path["cinema_id"], call.principal)
    return versioned(call, _out(cinema), cinema.version, is_public=cinema.is_published)


@routes.put(
    "/v1/cinemas/{cinema_id}",
    access=RUNS_IT,
    body=CinemaIn,
    answer=CinemaOut,
    if_match=True,
    problems=(Invalid, VersionStale, InUse),
)
def change_cinema(call: Call[CinemaIn, Any]) -> Answer:
    """Change a cinema

    Time zone, currency and the hour a business date begins stay once it has auditoriums or price lists.
    """
    assert call.expected_version is not None
    cinema = call.wiring.cinemas.change(call.path["cinema_id"], call.expected_version, _details(call.body))
    return versioned(call, _out(cinema), cinema.version)


@routes.delete(
    "/v1/cinemas/{cinema_id}",
    access=Access.granted(Role.OWNER, cinema=cinema_of_path),
    if_match=True,
    status=204,
    problems=(VersionStale, InUse),
)
def delete_cinema(call: Call[Any, Any]) -> None:
    """Delete a cinema that has no auditoriums any more"""
    assert call.expected_version is not None
    call.wiring.cinemas.delete(call.path["cinema_id"], call.expected_version)


@routes.post(
    "/v1/cinemas/{cinema_id}/approve",
    access=ADMIN,
    answer=CinemaOut,
    problems=(NotFound, VersionStale),
)
def approve_cinema(call: Call[Any, Any]) -> Answer:
    """Make a draft public, and with it the movies its owner has added; it can be repeated"""
    cinema = call.wiring.cinemas.approve(call.path["cinema_id"])
    return versioned(call, _out(cinema), cinema.version)


def _details(body: CinemaIn) -> CinemaDetails:
    return CinemaDetails(
        name=body.name,
        street=body.street,
        city=body.city,
        country=body.country,
        time_zone=body.time_zone,
        currency=body.currency,
        policy=CancellationPolicy(body.cancellation.closes_minutes, body.cancellation.refund_per_cent),
        day_starts_hour=body.day_starts_hour,
    )


def _out(cinema: Cinema) -> CinemaOut:
    return CinemaOut(
        id=cinema.id,
        name=cinema.name,
        street=cinema.street,
        city=cinema.city,
        country=cinema.country,
        time_zone=cinema.time_zone,
        currency=cinema.currency,
        cancellation=PolicyPayload(
            closes_minutes=cinema.policy.closes_minutes, refund_per_cent=cinema.policy.refund_per_cent
        ),
        day_starts_hour=cinema.day_starts_hour,
        status=cinema.status.value,
        version=cinema.version,
        created_at=cinema.created_at,
        updated_at=cinema.updated_at,
    )
