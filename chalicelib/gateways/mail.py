"""Mail on its way: the queue of mails to be sent, and the service that sends them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.mails import Mail, MailKind, MailMessage, MailRefused, MailUnreadable

if TYPE_CHECKING:
    from email.message import EmailMessage

    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

SENDER_NAME = "Matinee"

# Within the 29 seconds API Gateway gives a request, and well within the time a claim on a mail lasts.
CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 5
SES_READ_TIMEOUT_S = 15

# SES's words for a mail it will never send, whatever we do: https://docs.aws.amazon.com/ses/latest/APIReference/
# API_SendRawEmail.html. Its other refusals (sender not verified, sending paused, access denied, throttled) are
# about us and are mended, so the mail waits for that.
_FOR_GOOD = frozenset({"MessageRejected", "InvalidParameterValue", "InvalidParameterValueException"})


class MailQueue(Protocol):
    """Where mails wait to be sent. What is in it will be sent, maybe handed over twice."""

    def put(self, message: MailMessage) -> None:
        """Raises Unavailable when it is not known to be in the queue: put it again."""
        ...


class Mailer(Protocol):
    """The service that sends mail."""

    def send(self, mail: Mail) -> str:
        """Send once and tell the service's id of the mail.

        Raises MailRefused if it will never be sent, and Unavailable if it was not sent or that is unknown.
        """
        ...


def pack(message: MailMessage) -> str:
    """The body of a queue message."""
    return json.dumps(
        {
            "kind": message.kind,
            "subject_id": message.subject_id,
            "recipient": message.recipient,
            "language": message.language,
            "data": dict(message.data),
        },
        separators=(",", ":"),
    )


def unpack(body: str) -> MailMessage:
    """Raises MailUnreadable unless the body is one that `pack` makes."""
    try:
        fields = json.loads(body)
        return MailMessage(
            kind=MailKind(fields["kind"]),
            subject_id=str(fields["subject_id"]),
            recipient=str(fields["recipient"]),
            language=str(fields["language"]),
            data={str(name): str(value) for name, value in fields["data"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise MailUnreadable("a message of the mail queue can't be read") from exc


class SqsMailQueue:
    """The mail queue on SQS. A SendMessage that is repeated after a lost reply puts a second copy of the same
    message in; the ledger lets one of them through."""

    def __init__(self, url: str) -> None:
        self._url = url

    def put(self, message: MailMessage) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=pack(message))
        except (BotoCoreError, ClientError) as exc:
            raise Unavailable("Mail") from exc

    @cached_property
    def _client(self) -> SQSClient:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "sqs",
            config=Config(
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )


class SesMailer:
    """Raw mail through SES. `sender` is the verified address that mails come from."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, mail: Mail) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            recipient = _ascii_address(mail.recipient)
            raw = _mime(mail, self._sender, recipient).as_bytes()
        except ValueError as exc:
            raise MailRefused("the address can't be written in a mail") from exc
        try:
            answer = self._client.send_raw_email(
                Source=self._sender, Destinations=[recipient], RawMessage={"Data": raw}
            )
        except ClientError as exc:
            code = exc.response["Error"]["Code"]
            if code in _FOR_GOOD:
                raise MailRefused(code) from exc
            raise Unavailable("Mail") from exc
        except BotoCoreError as exc:
            raise Unavailable("Mail") from exc
        return answer["MessageId"]

    @cached_property
    def _client(self) -> SESClient:
        """SES has no idempotency key: the SDK must not repeat by itself a send whose reply was lost."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "ses",
            config=Config(
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=SES_READ_TIMEOUT_S,
                retries={"mode": "standard", "total_max_attempts": 1},
            ),
        )


def _mime(mail: Mail, sender: str, recipient: str) -> EmailMessage:
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    mime = EmailMessage(policy=SMTP)
    mime["From"] = Address(SENDER_NAME, addr_spec=sender)
    mime["To"] = Address(addr_spec=recipient)
    mime["Subject"] = mail.subject
    # SES puts its own Message-ID in place of this one; other relays, and the copy we look at, keep it.
    mime["Message-ID"] = f"<{mail.mail_id}@{sender.rpartition('@')[2]}>"
    mime["Auto-Submitted"] = "auto-generated"
    mime.set_content(mail.text)
    mime.add_alternative(mail.html, subtype="html")
    return mime


def _ascii_address(address: str) -> str:
    """The address with its domain as the wire wants it. Raises ValueError if that can't be (SES takes no
    non-ASCII local part)."""
    local, _, domain = address.rpartition("@")
    if not (local and domain and local.isascii()):
        raise ValueError("not an address that SES takes")
    if domain.isascii():
        return address
    import idna

    return f"{local}@{idna.encode(domain, uts46=True).decode()}"
