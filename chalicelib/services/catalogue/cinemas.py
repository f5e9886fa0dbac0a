"""Making, changing and approving cinemas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.clock import Clock, Ids
from chalicelib.domain import cinemas as rules
from chalicelib.domain.cinemas import CancellationPolicy, Cinema, CinemaStatus
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.obstacles import InUse, Obstacle
from chalicelib.domain.principals import Forbidden, NotFound, Principal, Role
from chalicelib.domain.text import fold
from chalicelib.services.accounts.accounts import Accounts
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.stores import auditoriums, cinemas, price_lists
from chalicelib.stores.versions import storable


@dataclass(frozen=True, slots=True)
class CinemaDetails:
    """What an owner says of a cinema."""

    name: str
    street: str
    city: str
    country: str
    time_zone: str
    currency: str
    policy: CancellationPolicy
    day_starts_hour: int


class Cinemas:
    def __init__(self, accounts: Accounts, catalogue: Catalogue, clock: Clock, ids: Ids) -> None:
        self._accounts = accounts
        self._catalogue = catalogue
        self._clock = clock
        self._ids = ids

    def create(self, by: Principal, details: CinemaDetails) -> Cinema:
        """Make a draft of which `by` is the owner. Raises Forbidden unless `by` is an owner or an admin, Invalid."""
        if by.user_id is None or not (by.is_admin or self._accounts.user(by.user_id).is_owner):
            raise Forbidden("Register as an owner to make cinemas.")
        rules.check(details.time_zone, details.currency)
        now = self._now()
        cinema = Cinema(
            id=self._ids.ulid(),
            name=details.name,
            street=details.street,
            city=details.city,
            country=details.country,
            time_zone=details.time_zone,
            currency=details.currency,
            owner_id=by.user_id,
            status=CinemaStatus.DRAFT,
            policy=details.policy,
            day_starts_hour=details.day_starts_hour,
            version=1,
            created_at=now,
            updated_at=now,
        )
        # The grant first: one for a cinema that never came to be does no harm, a cinema without owner does.
        self._accounts.grant(by.user_id, cinema.id, {Role.OWNER})
        cinemas.add(cinema)
        self._catalogue.forget_cinema(cinema.id)
        return cinema

    def change(self, cinema_id: str, version: int, details: CinemaDetails) -> Cinema:
        """Raises NotFound, VersionStale, Invalid; InUse for what auditoriums and price lists rest on."""
        old = self._read(cinema_id, version)
        rules.check(details.time_zone, details.currency)
        new = replace(
            old,
            name=details.name,
            street=details.street,
            city=details.city,
            country=details.country,
            time_zone=details.time_zone,
            currency=details.currency,
            policy=details.policy,
            day_starts_hour=details.day_starts_hour,
            version=old.version + 1,
            updated_at=self._now(),
        )
        settled = rules.what_is_settled(old, new)
        if settled and old.uses:
            raise InUse(f"change {' and '.join(settled)} of", "cinema", cinema_id, self._uses(cinema_id))
        cinemas.change(new, unused=bool(settled))
        self._catalogue.forget_cinema(cinema_id)
        return new

    def approve(self, cinema_id: str) -> Cinema:
        """Make a draft public; it can be repeated. Raises NotFound."""
        old = self._read(cinema_id)
        if old.is_published:
            return old
        new = replace(old, status=CinemaStatus.PUBLISHED, version=old.version + 1, updated_at=self._now())
        cinemas.change(new)
        self._catalogue.forget_cinema(cinema_id)
        return new

    def delete(self, cinema_id: str, version: int) -> None:
        """Raises NotFound, VersionStale; InUse while it has an auditorium. Its price lists go with it."""
        old = self._read(cinema_id, version)
        standing = [
            Obstacle("auditorium", each.id, each.name)
            for each in auditoriums.of_cinema(cinema_id, consistent=True)
            if not each.deleted
        ]
        if standing:
            raise InUse("delete", "cinema", cinema_id, standing)
        new = replace(old, status=CinemaStatus.DELETED, version=old.version + 1, updated_at=self._now())
        # An auditorium made since the list was read has raised `uses`.
        cinemas.change(new, unused=True)
        self._catalogue.forget_cinema(cinema_id)

    def read(self, cinema_id: str, by: Principal) -> Cinema:
        """As it is now. Raises NotFound, for a draft too unless `by` has a role in it or is an admin."""
        cinema = self._read(cinema_id)
        if not cinema.is_published and not self._may_see_draft(cinema, by):
            raise NotFound("cinema", cinema_id)
        return cinema

    def require_visible(self, cinema_id: str, by: Principal) -> Cinema:
        """The cinema, as old as the catalogue may be. Raises NotFound as `read` does."""
        cinema = self._catalogue.live_cinema(cinema_id)
        if not cinema.is_published and not self._may_see_draft(cinema, by):
            raise NotFound("cinema", cinema_id)
        return cinema

    def search(self, name: str, city: str, by: Principal) -> list[Cinema]:
        """Those whose name and city contain the texts, by name; drafts only for an admin and for their owner."""
        wanted_name, wanted_city = fold(name).strip(), fold(city).strip()
        found = [
            each
            for each in self._catalogue.all_cinemas()
            if (each.is_published or (each.status is CinemaStatus.DRAFT and self._is_own(each, by)))
            and wanted_name in each.folded_name
            and wanted_city in fold(each.city)
        ]
        return sorted(found, key=lambda each: (each.folded_name, each.id))

    def _read(self, cinema_id: str, version: int | None = None) -> Cinema:
        cinema = cinemas.find(cinema_id)
        if cinema is None or cinema.status is CinemaStatus.DELETED:
            raise NotFound("cinema", cinema_id)
        if version is not None and cinema.version != version:
            raise VersionStale("cinema", cinema.version)
        return cinema

    def _uses(self, cinema_id: str) -> list[Obstacle]:
        rooms = [Obstacle("auditorium", each.id, each.name) for each in auditoriums.of_cinema(cinema_id)]
        lists = [self._catalogue.price_list(each) for each in price_lists.ids_of(cinema_id)]
        return rooms + [Obstacle("price list", each.id, each.name) for each in lists]

    def _may_see_draft(self, cinema: Cinema, by: Principal) -> bool:
        return self._is_own(cinema, by) or (
            by.user_id is not None and bool(self._accounts.roles_in(by.user_id, cinema.id))
        )

    @staticmethod
    def _is_own(cinema: Cinema, by: Principal) -> bool:
        return by.is_admin or (by.user_id is not None and by.user_id == cinema.owner_id)

    def _now(self) -> datetime:
        return storable(self._clock.now())
