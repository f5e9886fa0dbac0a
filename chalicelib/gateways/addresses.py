"""E-mail addresses in one spelling: international domains and letters normalised."""

from __future__ import annotations


class AddressUnusable(Exception):
    """No mail can be sent there; `why` is for the person who typed it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def normalised(address: str) -> str:
    """The address in Unicode's NFC, its domain in lower case and as it is read (IDNA 2008), not as Punycode.

    Upper and lower case of what stands before the @ are kept, for the mail; accounts are found without regard to it.
    Raises AddressUnusable. Whether the mailbox exists is not asked: only a mail that is answered shows it.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise AddressUnusable(str(error)) from None
