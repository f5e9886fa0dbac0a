"""Auditoriums: the rooms of a cinema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.access import ANYONE, Access
from chalicelib.api.contract import Answer, Call, Payload, Query
from chalicelib.api.fields import AuditoriumId, Ulid, name
from chalicelib.api.finding import cinema_of_auditorium, cinema_of_body
from chalicelib.api.presenting import listed, versioned
from chalicelib.api.routing import Routes
from chalicelib.domain.auditoriums import Auditorium, AuditoriumIdTaken
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.obstacles import InUse
from chalicelib.domain.principals import NotFound, Role
from chalicelib.services.catalogue.auditoriums import AuditoriumDetails

routes = Routes("auditoriums")

RUNS_IT = Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_auditorium)

Format = Annotated[str, Field(pattern="^[A-Z0-9][A-Z0-9 +-]{0,11}$")]
"""How a movie is shown: "2D", "3D", "IMAX"."""


class AuditoriumFields(Payload):
    """`cleaning_minutes` follow each showtime; `formats` are those it can show."""

    name: Annotated[str, name(60)]
    cleaning_minutes: Annotated[int, Field(ge=0, le=120)] = 20
    formats: Annotated[tuple[Format, ...], Field(min_length=1, max_length=10)] = ("2D",)


class NewAuditorium(AuditoriumFields):
    """`code` ends its id: S1 of cinema X is X-S1. It gets its seating plan once one is made for it."""

    cinema_id: Ulid
    code: Annotated[str, Field(pattern="^[A-Z0-9]{2,6}$")]


class AuditoriumIn(AuditoriumFields):
    """`plan_id` is one of its seating plans, null for none; the newest version of the plan is taken."""

    plan_id: Ulid | None


class AuditoriumOut(AuditoriumFields):
    id: AuditoriumId
    cinema_id: Ulid
    plan_id: Ulid | None
    plan_version: int | None
    version: int


class AuditoriumList(Payload):
    auditoriums: tuple[AuditoriumOut, ...]


class AuditoriumSearch(Query):
    cinema: Ulid


@routes.get(
    "/v1/auditoriums",
    access=ANYONE,
    query=AuditoriumSearch,
    answer=AuditoriumList,
    problems=(NotFound,),
    conditional=True,
)
def list_auditoriums(call: Call[Any, AuditoriumSearch]) -> Answer:
    """List the auditoriums of a cinema"""
    cinema = call.wiring.cinemas.require_visible(call.query.cinema, call.principal)
    found = call.wiring.auditoriums.of_cinema(cinema.id)
    body = AuditoriumList(auditoriums=tuple(map(_out, found)))
    return listed(call, body, is_public=cinema.is_published)


@routes.post(
    "/v1/auditoriums",
    access=Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_body),
    body=NewAuditorium,
    answer=AuditoriumOut,
    status=201,
    replay=True,
    problems=(AuditoriumIdTaken,),
)
def create_auditorium(call: Call[NewAuditorium, Any]) -> Answer:
    """Make an auditorium"""
    details = AuditoriumDetails(call.body.name, "", call.body.cleaning_minutes, call.body.formats)
    auditorium = call.wiring.auditoriums.create(call.body.cinema_id, call.body.code, details)
    return versioned(call, _out(auditorium), auditorium.version)


@routes.get(
    "/v1/auditoriums/{auditorium_id}",
    access=ANYONE,
    answer=AuditoriumOut,
    problems=(NotFound,),
    conditional=True,
)
def read_auditorium(call: Call[Any, Any]) -> Answer:
    """Read an auditorium"""
    auditorium = call.wiring.auditoriums.read(call.path["auditorium_id"])
    cinema = call.wiring.cinemas.require_visible(auditorium.cinema_id, call.principal)
    return versioned(call, _out(auditorium), auditorium.version, is_public=cinema.is_published)


@routes.put(
    "/v1/auditoriums/{auditorium_id}",
    access=RUNS_IT,
    body=AuditoriumIn,
    answer=AuditoriumOut,
    if_match=True,
    problems=(Invalid, VersionStale),
)
def change_auditorium(call: Call[AuditoriumIn, Any]) -> Answer:
    """Change an auditorium

    Showtimes that are scheduled keep the version of the plan they were made with.
    """
    assert call.expected_version is not None
    body = call.body
    auditorium = call.wiring.auditoriums.change(
        call.path["auditorium_id"],
        call.expected_version,
        AuditoriumDetails(body.name, body.plan_id or "", body.cleaning_minutes, body.formats),
    )
    return versioned(call, _out(auditorium), auditorium.version)


@routes.delete(
    "/v1/auditoriums/{auditorium_id}",
    access=RUNS_IT,
    if_match=True,
    status=204,
    problems=(VersionStale, InUse),
)
def delete_auditorium(call: Call[Any, Any]) -> None:
    """Delete an auditorium in which no showtimes are to come"""
    assert call.expected_version is not None
    call.wiring.auditoriums.delete(call.path["auditorium_id"], call.expected_version)


def _out(auditorium: Auditorium) -> AuditoriumOut:
    return AuditoriumOut(
        id=auditorium.id,
        cinema_id=auditorium.cinema_id,
        name=auditorium.name,
        plan_id=auditorium.plan_id or None,
        plan_version=auditorium.plan_version or None,
        cleaning_minutes=auditorium.cleaning_minutes,
        formats=auditorium.formats,
        version=auditorium.version,
    )
