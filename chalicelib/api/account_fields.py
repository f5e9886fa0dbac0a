"""Fields that several resources of accounts share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.api.contract import Payload
from chalicelib.api.fields import name

Email = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        json_schema_extra={"format": "idn-email"},
        description="An e-mail address that mail can be sent to; international ones too.",
    ),
]
Password = Annotated[str, Field(min_length=10, max_length=200)]
"""A password to be set. One that is only compared may be shorter: it may be wrong."""

GivenPassword = Annotated[str, Field(min_length=1, max_length=200)]
PersonName = Annotated[str, name(80)]
City = Annotated[str, name(80)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1: the language of our mails.")]
TimeZone = Annotated[
    str,
    Field(
        min_length=3,
        max_length=40,
        pattern=r"^[A-Za-z0-9_+/-]+$",
        json_schema_extra={"format": "iana-time-zone"},
        description="An IANA time zone, like Europe/Berlin.",
    ),
]
Token = Annotated[str, Field(min_length=1, max_length=2048)]


class Accepted(Payload):
    """The same whether the address is known or not: whoever reads its mailbox learns it."""

    detail: str


LOOK_INTO_THE_MAILBOX = Accepted(detail="We have sent a mail. Look into your mailbox.")
