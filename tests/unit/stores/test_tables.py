"""Models of one table, and what Lambda hands over of it."""

from __future__ import annotations

import base64
from typing import Any

from chalicelib.stores import bookings
from chalicelib.stores.showtimes import ShowtimeItem
from chalicelib.stores.tables import CatalogueTable
from tests.support.mails import a_booking
from tests.support.world import a_world


def test_model_knows_its_indexes_though_its_base_was_used_first() -> None:
    with a_world():
        CatalogueTable._get_connection()
        assert list(ShowtimeItem.by_cinema_day.query("C#1#2026-11-22")) == []


def test_stream_image_is_read_with_its_binaries_in_base_64() -> None:
    booking = a_booking()
    image = bookings._model(booking).serialize()
    assert bookings.from_image(_as_lambda_tells(image)) == bookings.from_image(image)


def _as_lambda_tells(image: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
        for name, value in image.items()
    }
