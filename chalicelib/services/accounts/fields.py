"""Fields of an account that a schema alone can't judge."""

from __future__ import annotations

from chalicelib.domain.errors import Invalid
from chalicelib.domain.local_times import is_zone
from chalicelib.gateways import addresses
from chalicelib.gateways.addresses import AddressUnusable


def usable_address(email: str) -> str:
    """The address in its one spelling. Raises Invalid, pointing at /email."""
    try:
        return addresses.normalised(email)
    except AddressUnusable as unusable:
        raise Invalid([("/email", unusable.why)]) from None


def usable_time_zone(name: str) -> str:
    """Raises Invalid, pointing at /time_zone, for a name that IANA does not know."""
    if not is_zone(name):
        raise Invalid([("/time_zone", f"{name} is no IANA time zone; send one like Europe/Berlin.")])
    return name
