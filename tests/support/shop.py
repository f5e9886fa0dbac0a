"""Buying through the API, as a customer does; each step gives the answer's body."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import User
from tests.support.api import Reply, guest
from tests.support.people import a_user, token_of
from tests.support.world import World


@dataclass
class Shopper:
    """Someone who buys: a user, a guest by the headers of `guest(...)`, or nobody."""

    world: World
    user: User | None = None
    guest: Mapping[str, str] | None = None

    @property
    def as_(self) -> Any:
        """A new access token each time: a test's clock runs past the 15 minutes of one."""
        return token_of(self.world, self.user) if self.user else self.guest

    def hold(self, showtime_id: str, *seats: str, key: str | None = None, **types: str) -> Reply:
        """Seats as "A-1"; `types` by seat with the hyphen as underscore (A_1="child")."""
        chosen: list[dict[str, str]] = []
        for seat in seats:
            ticket_type = types.get(seat.replace("-", "_"))
            chosen.append({"seat": seat, "ticket_type": ticket_type} if ticket_type else {"seat": seat})
        return self.world.api.post(
            f"/v1/showtimes/{showtime_id}/holds",
            json={"seats": chosen},
            as_=self.as_,
            key=key or str(uuid.uuid5(uuid.NAMESPACE_OID, self.world.wiring.ids.token())),
        )

    def hold_best(self, showtime_id: str, party: int, key: str | None = None, **wishes: Any) -> Reply:
        return self.world.api.post(
            f"/v1/showtimes/{showtime_id}/holds",
            json={"party": [{"ticket_type": "adult", "count": party}], **wishes},
            as_=self.as_,
            key=key or str(uuid.uuid5(uuid.NAMESPACE_OID, self.world.wiring.ids.token())),
        )

    def with_hold(self, method: str, path: str, token: str, **details: Any) -> Reply:
        return self.world.api.request(method, path, as_=self.as_, headers={"Hold-Token": token}, **details)

    def check_out(self, token: str, **details: Any) -> Reply:
        return self.with_hold("POST", "/v1/bookings", token, json=details)

    def booking(
        self, reference: str, step: str = "", method: str = "GET", token: str | None = None, **body: Any
    ) -> Reply:
        headers = {"Booking-Token": token} if token else {}
        path = f"/v1/bookings/{reference}" + (f"/{step}" if step else "")
        return self.world.api.request(method, path, as_=self.as_, headers=headers, json=body or None)

    def cancel(self, reference: str) -> Reply:
        """By the terms that are shown now; by none where it can't be cancelled."""
        shown = self.booking(reference, "cancellation")
        refund = shown.json["refund"] if shown.status == 200 else {"minor": 0, "currency": "EUR"}
        return self.booking(reference, "cancel", "POST", refund=refund)

    def buy(self, showtime_id: str, *seats: str) -> str:
        """Hold, check out, approve, confirm; gives the reference."""
        held = self.hold(showtime_id, *seats)
        assert held.status == 201, held.text
        reference: str = self.check_out(held.json["token"]).json["reference"]
        self.world.payments.choose(f"{reference}/1")
        confirmed = self.booking(reference, "confirm", "POST")
        assert confirmed.json["state"] == "confirmed", confirmed.text
        return reference


def a_shopper(world: World) -> Shopper:
    """With an account of their own."""
    return Shopper(world, a_user(world))


def taken(world: World, showtime: Showtime) -> set[str]:
    """Seats that can't be had, as "A-1"."""
    reply = world.api.get(f"/v1/showtimes/{showtime.id}/availability")
    return {f"{row['row']}-{number}" for row in reply.json["rows"] for number in row["taken"]}


def a_guest_shopper(world: World) -> Shopper:
    return Shopper(world, guest=guest(world.api.post("/v1/auth/guests").json["guest_id"]))


def checked_out(shopper: Shopper, showtime: Showtime, *seats: str) -> Any:
    """A booking that waits for its payment, as the check-out answers it; of A-1 and A-2 unless others are named."""
    held = shopper.hold(showtime.id, *(seats or ("A-1", "A-2")))
    return shopper.check_out(held.json["token"]).json


def notice(world: World) -> None:
    """The provider's notices arrive."""
    for headers, body in world.payments.deliver():
        assert world.api.post("/v1/payments/webhook", body=body, headers=headers).status == 200
