"""From the stream of the sales table to the mail queue: what changed in a booking orders its mails."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.jobs.job import Record, Run, in_parts, job
from chalicelib.stores import bookings

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="mail_outbox")
@job
def mail_outbox(event: dict[str, Any], run: Run) -> dict[str, Any]:
    """The event source lets only items of kind "booking" through. A deleted one orders nothing."""

    def handle(record: Record) -> None:
        images = record.content
        if "NewImage" not in images:
            return
        old = bookings.from_image(images["OldImage"]) if "OldImage" in images else None
        run.wiring.notifications.booking_changed(old, bookings.from_image(images["NewImage"]))

    changes = (each["dynamodb"] for each in event["Records"])
    return in_parts((Record(each["SequenceNumber"], each) for each in changes), handle, ordered=True)
