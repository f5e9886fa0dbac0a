"""Availability: free or taken, seat by seat, apart from the plan, which never changes."""

from __future__ import annotations

from typing import Any

from chalicelib.api.access import ANYONE
from chalicelib.api.contract import Answer, Call, Payload
from chalicelib.api.presenting import etag_of
from chalicelib.api.routing import Routes
from chalicelib.domain.claims import threshold
from chalicelib.domain.instants import seconds
from chalicelib.domain.principals import NotFound

routes = Routes("availability")


class RowAvailability(Payload):
    """`taken` are the numbers of the seats that can't be had now: held, sold or withheld alike."""

    row: str
    taken: tuple[str, ...]


class Availability(Payload):
    """Rows in the order of their ids. `on_sale` is false once nothing can be held any more."""

    showtime_id: str
    on_sale: bool
    seats_left: int
    rows: tuple[RowAvailability, ...]


@routes.get(
    "/v1/showtimes/{showtime_id}/availability",
    access=ANYONE,
    answer=Availability,
    problems=(NotFound,),
    cache="public, max-age=1",
    conditional=True,
)
def read_availability(call: Call[Any, Any]) -> Answer:
    """Tell which seats of a showtime are taken."""
    showtime_id = call.path["showtime_id"]
    states = call.wiring.selling.stock.rows_of(showtime_id)
    if not states:
        raise NotFound("showtime", showtime_id)
    now_s = seconds(call.wiring.clock.now())
    on_sale = all(row.is_on_sale(now_s) for row in states)
    # Rows outlive their showtime. Those on sale belong to none that is deleted, so a rush of readers reads no showtime.
    if not on_sale and not call.wiring.scheduling.showtime(showtime_id).is_visible:
        raise NotFound("showtime", showtime_id)
    lapsed = threshold(now_s)
    rows = []
    left = 0
    for row in states:
        taken = tuple(number for number, claim in row.claims.items() if claim >= lapsed)
        left += len(row.claims) - len(taken)
        rows.append(RowAvailability(row=row.row_id, taken=taken))
    body = Availability(
        showtime_id=showtime_id,
        on_sale=on_sale,
        seats_left=left,
        rows=tuple(rows),
    )
    text = body.model_dump_json()
    return Answer(body, text=text, etag=etag_of(text))
