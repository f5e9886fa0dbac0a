"""Sending the mails of the queue, each once as far as that can be known. docs/mail.md says what each crash leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.mails import MailMessage, MailRefused, MailSettled, MailSuperseded
from chalicelib.observability import logger
from chalicelib.stores import mails

if TYPE_CHECKING:
    from chalicelib.clock import Clock, Ids
    from chalicelib.gateways.mail import Mailer
    from chalicelib.services.composing import Composer


class Mails:
    def __init__(self, composer: Composer, mailer: Mailer, clock: Clock, ids: Ids) -> None:
        self._composer = composer
        self._mailer = mailer
        self._clock = clock
        self._ids = ids

    def deliver(self, message: MailMessage) -> None:
        """Send the mail unless it was; when this returns, nothing is left to do for it.

        Raises MailClaimed while another run has it in hand, Unavailable when it was not sent or that is unknown:
        deliver the message again later. Only then can a mail go out twice: when it was sent and its run was killed,
        or SES's answer was lost, before the ledger knew.
        """
        with logger.append_context_keys(kind=message.kind.value, mail=message.mail_id):
            self._deliver(message)

    def _deliver(self, message: MailMessage) -> None:
        try:
            claim = mails.claim(self._ids.ulid(), message, self._clock.now())
        except MailSettled as settled:
            logger.info("mail was settled before", state=settled.state.value)
            return
        if claim.attempt > 1:
            logger.warning("mail claimed again: it may go out twice", attempt=claim.attempt)
        try:
            service_id = self._mailer.send(self._composer.compose(message))
        except MailSuperseded as superseded:
            logger.info("mail dropped", why=str(superseded))
            mails.dropped(claim, str(superseded), self._clock.now())
            return
        except MailRefused as refused:
            logger.error("mail refused", reason=refused.reason)
            mails.refused(claim, refused.reason, self._clock.now())
            return
        logger.info("mail sent", service_id=service_id)
        try:
            mails.sent(claim, service_id, self._clock.now())
        except Unavailable:
            # The mail is out. To fail here would bring the message back and send it again for certain; like this only
            # a stray copy of the message can.
            logger.exception("mail sent, but the ledger does not know")
