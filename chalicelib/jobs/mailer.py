"""From the mail queue to the mail service."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.mail import unpack
from chalicelib.jobs.job import Record, Run, in_parts, job

blueprint = Blueprint(__name__)

# No mail is begun with less time left: a run that is killed between SES's answer and the ledger sends twice.
ONE_MAIL_S = 25


@blueprint.lambda_function(name="mailer")
@job
def mailer(event: dict[str, Any], run: Run) -> dict[str, Any]:
    """A message that fails comes again after the queue's visibility timeout, and in the end to its dead letters."""

    def handle(record: Record) -> None:
        if run.seconds_left() < ONE_MAIL_S:
            raise Unavailable("The mailer", retry_after_s=ONE_MAIL_S)
        run.wiring.mails.deliver(unpack(record.content["body"]))

    records = (Record(each["messageId"], each) for each in event["Records"])
    return in_parts(records, handle, ordered=False)
