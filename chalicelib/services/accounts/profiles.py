"""What a user may see, change, take along and erase of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.bookings import Booking
from chalicelib.domain.cinemas import Cinema, CinemaStatus
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.grants import Grant
from chalicelib.domain.movies import Movie
from chalicelib.domain.obstacles import NAMED, BookedObstacle, Obstacle
from chalicelib.domain.principals import NotFound, NotSignedIn, Role
from chalicelib.domain.sessions import Family
from chalicelib.domain.showtimes import Showtime
from chalicelib.domain.users import AccountNeeded, User, address_digest
from chalicelib.services.accounts.fields import usable_time_zone
from chalicelib.stores import grants, registrations, sessions, users
from chalicelib.stores.transactions import Transaction
from chalicelib.stores.versions import storable

if TYPE_CHECKING:
    from chalicelib.clock import Clock
    from chalicelib.services.accounts.bookings import CustomersBookings

CHANGEABLE = frozenset({"name", "language", "time_zone", "home_city"})


@dataclass(frozen=True, slots=True)
class Export:
    """All that is kept about a user."""

    user: User
    grants: tuple[Grant, ...]
    sessions: tuple[Family, ...]
    bookings: tuple[Booking, ...]


class Profiles:
    """`cinema`, `movie` and `showtime` find one by its id, and raise NotFound."""

    def __init__(
        self,
        clock: Clock,
        bookings: CustomersBookings,
        cinema: Callable[[str], Cinema],
        movie: Callable[[str], Movie],
        showtime: Callable[[str], Showtime],
    ) -> None:
        self._clock = clock
        self._bookings = bookings
        self._cinema = cinema
        self._movie = movie
        self._showtime = showtime

    def of(self, user_id: str) -> User:
        """Raises NotSignedIn when the account was erased: the token outlives it by some minutes."""
        user = users.find(user_id)
        if user is None:
            raise NotSignedIn("There is no such account any more.")
        return user

    def change(self, user_id: str, changes: dict[str, Any], expected_version: int) -> User:
        """Set those of CHANGEABLE that are given. Raises Invalid, VersionStale."""
        assert changes.keys() <= CHANGEABLE
        if "time_zone" in changes:
            usable_time_zone(changes["time_zone"])
        user = self._as_read(user_id, expected_version)
        changed = replace(user, **changes, version=user.version + 1, updated_at=storable(self._clock.now()))
        users.change(changed)
        return changed

    def export(self, user_id: str) -> Export:
        """A copy of all that is kept about the user, for the user."""
        return Export(
            user=self.of(user_id),
            grants=tuple(grants.of_user(user_id)),
            sessions=tuple(sessions.of_user(user_id)),
            bookings=tuple(self._bookings.bookings_of(user_id)),
        )

    def erase(self, user_id: str, expected_version: int) -> None:
        """Forget the person. Rows of money stay and name nobody.

        Bookings are made anonymous first: whatever stops it then, the account is still there to ask again. The account,
        its address and its grants go in one transaction. Raises AccountNeeded, VersionStale.
        """
        user = self._as_read(user_id, expected_version)
        held = grants.of_user(user_id)
        upcoming, owned = self._bookings.upcoming_bookings_of(user_id), self._owned(held)
        if upcoming or owned:
            named = (*(self._named(each) for each in upcoming[:NAMED]), *owned[:NAMED])
            raise AccountNeeded(named, len(upcoming) + len(owned))
        self._bookings.forget_customer(user_id)
        registrations.forget(address_digest(user.email))
        # A transaction takes a hundred writes; whoever has more grants than that loses most of them before it.
        for grant in held[_GRANTS_AT_ONCE:]:
            grants.withdraw(grant)
        transaction = Transaction()
        users.erase(transaction, user)
        for grant in held[:_GRANTS_AT_ONCE]:
            grants.remove(transaction, grant)
        if transaction.commit():
            raise VersionStale("account", self.of(user_id).version)
        for family in sessions.of_user(user_id):
            sessions.end(user_id, family.id)

    def _as_read(self, user_id: str, expected_version: int) -> User:
        user = self.of(user_id)
        if user.version != expected_version:
            raise VersionStale("account", user.version)
        return user

    def _named(self, booking: Booking) -> Obstacle:
        showtime = self._showtime(booking.showtime_id)
        cinema = self._cinema(showtime.cinema_id)
        return BookedObstacle(
            "booking",
            booking.reference,
            booking.reference,
            movie_title=self._movie(showtime.movie_id).title,
            cinema_name=cinema.name,
            starts_at=showtime.starts_at,
            time_zone=cinema.time_zone,
        )

    def _owned(self, held: list[Grant]) -> list[Obstacle]:
        obstacles = []
        for grant in held:
            if Role.OWNER not in grant.roles:
                continue
            try:
                cinema = self._cinema(grant.cinema_id)
            except NotFound:
                continue  # a deleted cinema needs no owner
            if cinema.status is not CinemaStatus.DELETED:
                obstacles.append(Obstacle("cinema", cinema.id, cinema.name))
        return obstacles


_GRANTS_AT_ONCE = 40
