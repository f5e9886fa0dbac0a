"""Which cinema's grants count: for each way in which a request names an object of it."""

from __future__ import annotations

from typing import Any

from chalicelib.api.contract import Call
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.principals import NotFound


def cinema_of_path(call: Call[Any, Any]) -> Cinema:
    return call.wiring.catalogue.live_cinema(call.path["cinema_id"])


def cinema_of_body(call: Call[Any, Any]) -> Cinema:
    return call.wiring.catalogue.live_cinema(call.body.cinema_id)


def cinema_of_auditorium(call: Call[Any, Any]) -> Cinema:
    return _of_auditorium(call, call.path["auditorium_id"])


def cinema_of_auditorium_in_body(call: Call[Any, Any]) -> Cinema:
    return _of_auditorium(call, call.body.auditorium_id)


def cinema_of_plan(call: Call[Any, Any]) -> Cinema:
    plan = call.wiring.seating_plans.latest(call.path["plan_id"])
    return call.wiring.catalogue.cinema(call.wiring.catalogue.auditorium(plan.auditorium_id).cinema_id)


def cinema_of_price_list(call: Call[Any, Any]) -> Cinema:
    price_list = call.wiring.catalogue.live_price_list(call.path["price_list_id"])
    return call.wiring.catalogue.live_cinema(price_list.cinema_id)


def cinema_of_showtime(call: Call[Any, Any]) -> Cinema:
    showtime = call.wiring.scheduling.showtime(call.path["showtime_id"])
    if not showtime.is_visible:
        raise NotFound("showtime", showtime.id)
    return call.wiring.catalogue.cinema(showtime.cinema_id)


def _of_auditorium(call: Call[Any, Any], auditorium_id: str) -> Cinema:
    return call.wiring.catalogue.cinema(call.wiring.catalogue.live_auditorium(auditorium_id).cinema_id)
