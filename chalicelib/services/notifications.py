"""Which mails follow from what happened. They are only put in the queue here; services/mails.py sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.mails import DEFAULT_LANGUAGE, MailKind, MailMessage

if TYPE_CHECKING:
    from chalicelib.clock import Ids
    from chalicelib.gateways.mail import MailQueue


class Notifications:
    def __init__(self, queue: MailQueue, ids: Ids) -> None:
        self._queue = queue
        self._ids = ids

    def account_mail(
        self,
        kind: MailKind | str,
        address: str,
        data: Mapping[str, str],
        *,
        language: str = DEFAULT_LANGUAGE,
        subject_id: str = "",
    ) -> None:
        """Order a mail about an account.

        `data` holds "token" for verify-address and reset-password (the mail links to SITE_URL/verify-address or
        /reset-password with ?token=…), and may hold "name" (how to address the reader) and "expires_at" (ISO 8601,
        aware: the mail says until when its link works, and is not sent after).

        Each call orders one mail more, unless it names a `subject_id` for which one of this kind was ordered
        before. Raises Unavailable when the order is not known to be taken: call again.
        """
        self._queue.put(
            MailMessage(MailKind(kind), subject_id or self._ids.ulid(), address, language, dict(data))
        )
