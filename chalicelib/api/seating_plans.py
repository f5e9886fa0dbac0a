"""Seating plans: an open format with a published schema. A version never changes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, RootModel

from chalicelib.api.access import ANYONE, Access
from chalicelib.api.contract import Answer, Call, Payload, Query
from chalicelib.api.fields import AuditoriumId, Ulid, name
from chalicelib.api.finding import cinema_of_auditorium_in_body, cinema_of_plan
from chalicelib.api.presenting import listed, versioned
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.obstacles import InUse
from chalicelib.domain.principals import NotFound, Role
from chalicelib.domain.seating_plans import (
    MAX_POSITION,
    MAX_ROWS,
    MAX_SEATS,
    MAX_SEATS_A_ROW,
    Row,
    Seat,
    SeatCategory,
    SeatingPlan,
)

routes = Routes("seating-plans")

RUNS_IT = Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_plan)

Code = Annotated[str, Field(pattern="^[A-Z0-9]{1,3}$")]
Position = Annotated[int, Field(ge=0, le=MAX_POSITION)]


class SeatPayload(Payload):
    """`number` is what the seat is called in its row; `position` is its place from left to right, from 0.

    Positions that follow each other are neighbours; a position left out is a gap.
    """

    number: Code
    position: Position
    category: SeatCategory = SeatCategory.STANDARD


class RowPayload(Payload):
    """`id` is the row's for ever; `label` is what stands on the floor. An aisle runs after each position of `aisles`."""

    id: Code
    label: Annotated[str, name(4)]
    seats: Annotated[tuple[SeatPayload, ...], Field(min_length=1, max_length=MAX_SEATS_A_ROW)]
    aisles: Annotated[tuple[Position, ...], Field(max_length=MAX_SEATS_A_ROW)] = ()


class SeatingPlanIn(Payload):
    """Rows from the screen to the back; 1,000 seats at most. Row ids, row labels, numbers and positions are unique."""

    name: Annotated[str, name(60)]
    rows: Annotated[tuple[RowPayload, ...], Field(min_length=1, max_length=MAX_ROWS)]


class NewSeatingPlan(SeatingPlanIn):
    auditorium_id: AuditoriumId


class SeatingPlanOut(NewSeatingPlan):
    id: Ulid
    version: int
    capacity: Annotated[int, Field(ge=1, le=MAX_SEATS)]


class SeatingPlanName(Payload):
    id: Ulid
    name: str
    version: int
    capacity: int


class SeatingPlanList(Payload):
    seating_plans: tuple[SeatingPlanName, ...]


class SeatingPlanSearch(Query):
    auditorium: AuditoriumId


class JsonSchema(RootModel[dict[str, Any]]):
    """A document of JSON Schema 2020-12."""


@routes.get(
    "/v1/seating-plans/schema",
    access=ANYONE,
    answer=JsonSchema,
    cache="public, max-age=3600",
    media_type="application/schema+json",
)
def read_seating_plan_schema(call: Call[Any, Any]) -> Answer:
    """Read the JSON Schema of a seating plan"""
    return Answer(None, text=schema_text())


@routes.get(
    "/v1/seating-plans",
    access=ANYONE,
    query=SeatingPlanSearch,
    answer=SeatingPlanList,
    problems=(NotFound,),
    conditional=True,
)
def list_seating_plans(call: Call[Any, SeatingPlanSearch]) -> Answer:
    """List the seating plans of an auditorium"""
    auditorium = call.wiring.catalogue.live_auditorium(call.query.auditorium)
    cinema = call.wiring.cinemas.require_visible(auditorium.cinema_id, call.principal)
    found = call.wiring.seating_plans.of_auditorium(auditorium.id)
    names = [
        SeatingPlanName(id=plan.id, name=plan.name, version=plan.version, capacity=plan.capacity)
        for plan in found
    ]
    return listed(call, SeatingPlanList(seating_plans=tuple(names)), is_public=cinema.is_published)


@routes.post(
    "/v1/seating-plans",
    access=Access.granted(Role.OWNER, Role.MANAGER, cinema=cinema_of_auditorium_in_body),
    body=NewSeatingPlan,
    answer=SeatingPlanOut,
    status=201,
    replay=True,
    problems=(Invalid,),
)
def create_seating_plan(call: Call[NewSeatingPlan, Any]) -> Answer:
    """Make a seating plan for an auditorium

    The auditorium takes it once it is told to.
    """
    plan = call.wiring.seating_plans.create(call.body.auditorium_id, call.body.name, _rows(call.body))
    return versioned(call, _out(plan), plan.version)


@routes.get(
    "/v1/seating-plans/{plan_id}",
    access=ANYONE,
    answer=SeatingPlanOut,
    problems=(NotFound,),
    conditional=True,
)
def read_seating_plan(call: Call[Any, Any]) -> Answer:
    """Read the newest version of a seating plan"""
    plan = call.wiring.seating_plans.latest(call.path["plan_id"])
    is_public = _require_visible(call, plan)
    return versioned(call, _out(plan), plan.version, is_public=is_public)


@routes.get(
    "/v1/seating-plans/{plan_id}/versions/{version}",
    access=ANYONE,
    answer=SeatingPlanOut,
    problems=(NotFound,),
    conditional=True,
)
def read_seating_plan_version(call: Call[Any, Any]) -> Answer:
    """Read one version of a seating plan, as a showtime pins it: it never changes"""
    plan = call.wiring.catalogue.plan(call.path["plan_id"], int(call.path["version"]))
    is_public = _require_visible(call, plan)
    for_ever = "public, max-age=31536000, immutable" if is_public else "private, no-cache"
    return Answer(_out(plan), etag=f'"{plan.version}"', cache=for_ever)


@routes.put(
    "/v1/seating-plans/{plan_id}",
    access=RUNS_IT,
    body=SeatingPlanIn,
    answer=SeatingPlanOut,
    if_match=True,
    problems=(Invalid, VersionStale),
)
def change_seating_plan(call: Call[SeatingPlanIn, Any]) -> Answer:
    """Make the next version of a seating plan

    Auditorium and showtimes keep the version they have, until the auditorium is given the plan again.
    """
    assert call.expected_version is not None
    plan = call.wiring.seating_plans.change(
        call.path["plan_id"], call.expected_version, call.body.name, _rows(call.body)
    )
    return versioned(call, _out(plan), plan.version)


@routes.delete(
    "/v1/seating-plans/{plan_id}",
    access=RUNS_IT,
    if_match=True,
    status=204,
    problems=(VersionStale, InUse),
)
def delete_seating_plan(call: Call[Any, Any]) -> None:
    """Delete a seating plan that its auditorium has not taken; showtimes keep the versions they pin"""
    assert call.expected_version is not None
    call.wiring.seating_plans.delete(call.path["plan_id"], call.expected_version)


@lru_cache(maxsize=1)
def schema_text() -> str:
    """The published schema; docs/seating-plan.schema.json is a copy."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SeatingPlanIn.model_json_schema(),
        "title": "SeatingPlan",
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _require_visible(call: Call[Any, Any], plan: SeatingPlan) -> bool:
    """Whether everyone may see it. Raises NotFound for a plan of somebody else's draft."""
    auditorium = call.wiring.catalogue.auditorium(plan.auditorium_id)
    return call.wiring.cinemas.require_visible(auditorium.cinema_id, call.principal).is_published


def _rows(body: SeatingPlanIn) -> tuple[Row, ...]:
    return tuple(
        Row(
            id=row.id,
            label=row.label,
            seats=tuple(Seat(seat.number, seat.position, seat.category) for seat in row.seats),
            aisles=frozenset(row.aisles),
        )
        for row in body.rows
    )


def _out(plan: SeatingPlan) -> SeatingPlanOut:
    rows = tuple(
        RowPayload(
            id=row.id,
            label=row.label,
            seats=tuple(
                SeatPayload(number=seat.number, position=seat.position, category=seat.category)
                for seat in row.seats
            ),
            aisles=tuple(sorted(row.aisles)),
        )
        for row in plan.rows
    )
    return SeatingPlanOut(
        id=plan.id,
        version=plan.version,
        auditorium_id=plan.auditorium_id,
        name=plan.name,
        capacity=plan.capacity,
        rows=rows,
    )
