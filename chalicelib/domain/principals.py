"""Who asks: a user, a guest, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.errors import DomainError


class Role(StrEnum):
    """What a grant lets a user do in one cinema. `customer` and `admin` are global and are not grants."""

    OWNER = "owner"
    MANAGER = "manager"
    FINANCE = "finance"
    STAFF = "staff"


_USER, _GUEST = "U#", "G#"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `id` tells a user from a guest, and is "" for nobody; it scopes holds and idempotency keys."""

    id: str
    user_id: str | None = None
    guest_id: str | None = None
    is_admin: bool = False

    @property
    def is_anonymous(self) -> bool:
        return not self.id

    @property
    def is_guest(self) -> bool:
        """By the id alone, which is all that holds and bookings keep of their principal."""
        return self.id.startswith(_GUEST)


ANONYMOUS = Principal(id="")


def user_principal(user_id: str, *, is_admin: bool = False) -> Principal:
    return Principal(id=f"{_USER}{user_id}", user_id=user_id, is_admin=is_admin)


def guest_principal(guest_id: str) -> Principal:
    return Principal(id=f"{_GUEST}{guest_id}", guest_id=guest_id)


class NotSignedIn(DomainError):
    """The route needs someone, and nobody (or somebody whose token no longer counts) asked."""

    def __init__(self, detail: str = "Sign in, then repeat the request with the access token.") -> None:
        super().__init__(detail)


class Forbidden(DomainError):
    """The caller is known, and may not do this."""

    def __init__(self, detail: str = "Your role does not allow this.") -> None:
        super().__init__(detail)


class NotFound(DomainError):
    """There is no such object, or none within the caller's reach."""

    def __init__(self, noun: str, id: str) -> None:
        super().__init__(f"There is no {noun} {id}.")
        self.noun = noun
        self.id = id
