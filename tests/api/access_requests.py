"""One request for each operation, such that whoever may do it succeeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.bookings import cancellation_quote
from tests.support.chain import Chain
from tests.support.sign_in import PASSWORD, mailed_token, registration

NOTICE = "payments notice"


@dataclass(frozen=True, slots=True)
class Request:
    """`path` overrides what the chain gives for a parameter; `version` is for If-Match."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    body: bytes | None = None


Make = Callable[[Chain, str], Request]
NOTHING: Make = lambda chain, role: Request()  # noqa: E731 - a table of functions reads best so


def names(chain: Chain) -> dict[str, str]:
    """What the parameters of paths name, unless the request says otherwise."""
    own = chain.own
    return {
        "cinema_id": own.cinema.id,
        "auditorium_id": own.auditorium.id,
        "plan_id": own.showtime.plan_id,
        "version": "1",
        "movie_id": chain.movie.id,
        "price_list_id": own.price_list.id,
        "showtime_id": own.showtime.id,
        "reference": chain.bookings.confirmed,
        "user_id": chain.users["staff"].id,
    }


def _shown(chain: Chain) -> dict[str, object]:
    booking = chain.world.wiring.selling.reading.by_reference(chain.bookings.confirmed)
    refund = cancellation_quote(booking).refund
    return {"minor": refund.minor, "currency": refund.currency}


def _hold(chain: Chain, role: str) -> Request:
    return Request(headers={"Hold-Token": chain.bookings.hold})


def _cinema(chain: Chain, role: str) -> dict[str, Any]:
    return {
        "name": "Astoria",
        "street": "Main Street 1",
        "city": "Berlin",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
    }


def _movie(chain: Chain, role: str) -> dict[str, Any]:
    return {"title": "Another Take", "languages": ["en"], "duration_minutes": 90}


def _prices() -> dict[str, Any]:
    return {
        "name": "Matinee",
        "ticket_types": [{"id": "adult", "name": "Adult"}],
        "prices": [{"ticket_type": "adult", "category": "standard", "minor": 900}],
    }


def _plan() -> dict[str, Any]:
    return {"name": "New", "rows": [{"id": "A", "label": "A", "seats": [{"number": "1", "position": 0}]}]}


def _showtime(chain: Chain) -> dict[str, Any]:
    own = chain.own
    return {
        "movie_id": chain.movie.id,
        "price_list_id": own.price_list.id,
        "starts_at": "2026-11-25T20:15",
        "language": "en",
    }


def _refresh(chain: Chain, role: str) -> Request:
    return Request(json={"refresh_token": chain.refresh_tokens.get(role, "none")})


def _verify(chain: Chain, role: str) -> Request:
    assert chain.world.api.post("/v1/auth/register", json=registration("new@people.example")).status == 202
    return Request(json={"token": mailed_token(chain.world, "verify-address")})


def _reset(chain: Chain, role: str) -> Request:
    asked = {"email": "customer@people.example"}
    assert chain.world.api.post("/v1/auth/password-reset", json=asked).status == 202
    token = mailed_token(chain.world, "reset-password")
    return Request(json={"token": token, "password": "another good password"})


def _notice(chain: Chain, role: str) -> Request:
    headers, body = chain.world.payments.deliver()[-1]
    return Request(headers=headers, body=body)


def _me_version(chain: Chain, role: str) -> int:
    """The caller's own: reading it notes the day they were seen, which is no change."""
    read = chain.world.api.get("/v1/me", as_=chain.as_(role))
    return int(read.json["version"]) if read.status == 200 else 1


def _grant_version(chain: Chain, user: str) -> int:
    path = f"/v1/cinemas/{chain.own.cinema.id}/grants/{chain.users[user].id}"
    return int(chain.world.api.get(path, as_=chain.as_("owner")).json["version"])


REQUESTS: dict[str, Make] = {
    "readHealth": NOTHING,
    "readOpenApiDocument": NOTHING,
    "readDocs": NOTHING,
    "readDocsScript": NOTHING,
    "readDocsStyle": NOTHING,
    "register": lambda chain, role: Request(json=registration("new@people.example")),
    "verifyAddress": _verify,
    "sendVerificationAgain": lambda chain, role: Request(json={"email": "new@people.example"}),
    "logIn": lambda chain, role: Request(json={"email": "customer@people.example", "password": PASSWORD}),
    "refreshSession": _refresh,
    "logOut": _refresh,
    "askForPasswordReset": lambda chain, role: Request(json={"email": "customer@people.example"}),
    "resetPassword": _reset,
    "becomeGuest": NOTHING,
    "readMe": NOTHING,
    "changeMe": lambda chain, role: Request(json={"name": "New Name"}, version=_me_version(chain, role)),
    "changePassword": lambda chain, role: Request(
        json={"current_password": PASSWORD, "password": "another good password"},
        version=_me_version(chain, role),
    ),
    "listMyGrants": NOTHING,
    "exportMe": NOTHING,
    "eraseMe": lambda chain, role: Request(version=_me_version(chain, role)),
    "listGrants": NOTHING,
    "handOutGrant": lambda chain, role: Request(
        json={"email": chain.users["another customer"].email, "roles": ["staff"]}
    ),
    "readGrant": NOTHING,
    "changeGrant": lambda chain, role: Request(
        json={"roles": ["finance"]}, version=_grant_version(chain, "staff")
    ),
    "withdrawGrant": lambda chain, role: Request(version=_grant_version(chain, "staff")),
    "listCinemas": NOTHING,
    "createCinema": lambda chain, role: Request(json=_cinema(chain, role)),
    "readCinema": NOTHING,
    "readCinema of a draft": lambda chain, role: Request({"cinema_id": chain.draft.id}),
    "changeCinema": lambda chain, role: Request(json=_cinema(chain, role), version=chain.own.cinema.version),
    "changeCinema of a draft": lambda chain, role: Request(
        {"cinema_id": chain.draft.id}, json=_cinema(chain, role), version=chain.draft.version
    ),
    "deleteCinema": lambda chain, role: Request({"cinema_id": chain.draft.id}, version=chain.draft.version),
    "approveCinema": lambda chain, role: Request({"cinema_id": chain.draft.id}),
    "listAuditoriums": lambda chain, role: Request(query={"cinema": chain.own.cinema.id}),
    "createAuditorium": lambda chain, role: Request(
        json={"cinema_id": chain.own.cinema.id, "code": "S9", "name": "Screen 9"}
    ),
    "readAuditorium": NOTHING,
    "changeAuditorium": lambda chain, role: Request(
        json={"name": "Screen 1", "plan_id": chain.own.showtime.plan_id},
        version=chain.own.auditorium.version,
    ),
    "deleteAuditorium": lambda chain, role: Request(
        {"auditorium_id": chain.own.spare_auditorium.id}, version=chain.own.spare_auditorium.version
    ),
    "readSeatingPlanSchema": NOTHING,
    "listSeatingPlans": lambda chain, role: Request(query={"auditorium": chain.own.auditorium.id}),
    "createSeatingPlan": lambda chain, role: Request(
        json={"auditorium_id": chain.own.auditorium.id, **_plan()}
    ),
    "readSeatingPlan": NOTHING,
    "readSeatingPlanVersion": NOTHING,
    "changeSeatingPlan": lambda chain, role: Request(json=_plan(), version=1),
    "deleteSeatingPlan": lambda chain, role: Request(
        {"plan_id": chain.own.spare_plan.id}, version=chain.own.spare_plan.version
    ),
    "listMovies": NOTHING,
    "createMovie": lambda chain, role: Request(json=_movie(chain, role)),
    "readMovie": NOTHING,
    "readMovie of a draft": lambda chain, role: Request({"movie_id": chain.draft_movie.id}),
    "changeMovie": lambda chain, role: Request(json=_movie(chain, role), version=chain.movie.version),
    "changeMovie of a draft": lambda chain, role: Request(
        {"movie_id": chain.draft_movie.id}, json=_movie(chain, role), version=chain.draft_movie.version
    ),
    "deleteMovie": lambda chain, role: Request(
        {"movie_id": chain.spare_movie.id}, version=chain.spare_movie.version
    ),
    "listPriceLists": lambda chain, role: Request(query={"cinema": chain.own.cinema.id}),
    "createPriceList": lambda chain, role: Request(json={"cinema_id": chain.own.cinema.id, **_prices()}),
    "readPriceList": NOTHING,
    "changePriceList": lambda chain, role: Request(json=_prices(), version=chain.own.price_list.version),
    "deletePriceList": lambda chain, role: Request(
        {"price_list_id": chain.own.spare_price_list.id}, version=chain.own.spare_price_list.version
    ),
    "listShowtimes": lambda chain, role: Request(query={"cinema": chain.own.cinema.id}),
    "createShowtime": lambda chain, role: Request(
        json={"auditorium_id": chain.own.auditorium.id, **_showtime(chain)}
    ),
    "createShowtime of a draft movie": lambda chain, role: Request(
        json={"auditorium_id": chain.own.auditorium.id, **_showtime(chain), "movie_id": chain.draft_movie.id}
    ),
    "readShowtime": NOTHING,
    "changeShowtime": lambda chain, role: Request(
        {"showtime_id": chain.own.spare_showtime.id},
        json=_showtime(chain),
        version=chain.own.spare_showtime.version,
    ),
    "changeShowtime to a draft movie": lambda chain, role: Request(
        {"showtime_id": chain.own.spare_showtime.id},
        json=_showtime(chain) | {"movie_id": chain.draft_movie.id},
        version=chain.own.spare_showtime.version,
    ),
    "deleteShowtime": lambda chain, role: Request(
        {"showtime_id": chain.own.spare_showtime.id}, version=chain.own.spare_showtime.version
    ),
    "withdrawShowtime": NOTHING,
    "reopenShowtime": NOTHING,
    "cancelShowtime": NOTHING,
    "readProgramme": NOTHING,
    "readAvailability": NOTHING,
    "makeHold": lambda chain, role: Request(
        json={"seats": [{"seat": "B-8"}, {"seat": "B-9"}, {"seat": "B-10"}]}
    ),
    "readHold": _hold,
    "extendHold": _hold,
    "changeHoldTypes": lambda chain, role: Request(
        headers={"Hold-Token": chain.bookings.hold},
        json={"seats": [{"seat": "A-5", "ticket_type": "adult"}, {"seat": "A-6", "ticket_type": "child"}]},
    ),
    "releaseHold": _hold,
    "checkOut": lambda chain, role: Request(headers={"Hold-Token": chain.bookings.hold}, json={}),
    "listOwnBookings": NOTHING,
    "readBooking": NOTHING,
    "readBooking by its link": lambda chain, role: Request(
        headers={"Booking-Token": chain.world.wiring.links.booking_token(chain.bookings.confirmed)}
    ),
    "readBooking by another's link": lambda chain, role: Request(
        headers={"Booking-Token": chain.world.wiring.links.booking_token(chain.bookings.pending)}
    ),
    "confirmBooking": NOTHING,
    "payAgain": lambda chain, role: Request({"reference": chain.bookings.declined}),
    "quoteCancellation": NOTHING,
    "cancelBooking": lambda chain, role: Request(json={"refund": _shown(chain)}),
    "listTickets": NOTHING,
    "takeNotice": _notice,
    "listTicketKeys": NOTHING,
}


def body_of(request: Request) -> bytes | None:
    return request.body if request.json is None else json.dumps(request.json).encode()
