"""Reading the catalogue, as every other capability does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from chalicelib.clock import Clock
from chalicelib.domain.auditoriums import Auditorium
from chalicelib.domain.cinemas import Cinema, CinemaStatus
from chalicelib.domain.movies import Movie
from chalicelib.domain.price_lists import PriceList
from chalicelib.domain.principals import NotFound, Principal
from chalicelib.domain.seating_plans import SeatingPlan
from chalicelib.services.kept import CATALOGUE_S, Kept
from chalicelib.stores import auditoriums, cinemas, movies, price_lists, seating_plans

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_ALL = "all"
_PLANS_KEPT = 128


class Catalogue:
    """Cinemas, movies, price lists: at most CATALOGUE_S old. Plan versions never change and are kept for ever.

    What is deleted is still found by its id: a booking of last year shows its movie. `live_…` raises NotFound for it.
    """

    def __init__(self, clock: Clock) -> None:
        self._cinemas: Kept[str, Cinema] = Kept(clock, CATALOGUE_S)
        self._auditoriums: Kept[str, Auditorium] = Kept(clock, CATALOGUE_S)
        self._movies: Kept[str, Movie] = Kept(clock, CATALOGUE_S)
        self._price_lists: Kept[str, PriceList] = Kept(clock, CATALOGUE_S)
        self._plans: Kept[tuple[str, int], SeatingPlan] = Kept(clock, None, most=_PLANS_KEPT)
        self._all_cinemas: Kept[str, list[Cinema]] = Kept(clock, CATALOGUE_S)
        self._all_movies: Kept[str, list[Movie]] = Kept(clock, CATALOGUE_S)
        self._approved_owners: Kept[str, frozenset[str]] = Kept(clock, CATALOGUE_S)

    def cinema(self, cinema_id: str) -> Cinema:
        """Raises NotFound."""
        return self._cinemas.get(cinema_id, lambda: found(cinemas.find, "cinema", cinema_id))

    def live_cinema(self, cinema_id: str) -> Cinema:
        cinema = self.cinema(cinema_id)
        if cinema.status is CinemaStatus.DELETED:
            raise NotFound("cinema", cinema_id)
        return cinema

    def auditorium(self, auditorium_id: str) -> Auditorium:
        """Raises NotFound."""
        return self._auditoriums.get(
            auditorium_id, lambda: found(auditoriums.find, "auditorium", auditorium_id)
        )

    def live_auditorium(self, auditorium_id: str) -> Auditorium:
        auditorium = self.auditorium(auditorium_id)
        if auditorium.deleted:
            raise NotFound("auditorium", auditorium_id)
        return auditorium

    def movie(self, movie_id: str) -> Movie:
        """Raises NotFound."""
        return self._movies.get(movie_id, lambda: found(movies.find, "movie", movie_id))

    def read_movies_together(self, movie_ids: Sequence[str]) -> None:
        """Read at once those that are not kept, for `movie` to find."""
        self._movies.read_together(movie_ids, movies.find_many)

    def live_movie(self, movie_id: str) -> Movie:
        movie = self.movie(movie_id)
        if movie.deleted:
            raise NotFound("movie", movie_id)
        return movie

    def is_published(self, movie: Movie) -> bool:
        """A draft becomes public when an admin approves a cinema of its maker's, or when one is scheduled to show it.

        That is told from the cinemas: an approval writes no movie, and a list that has drafts reads the cinemas, once
        in a while, for all of them.
        """
        return not movie.unapproved or movie.uses > 0 or self.is_approved(movie.created_by)

    def is_visible(self, movie: Movie, by: Principal) -> bool:
        """A draft is there for its maker and for admins alone."""
        return is_own(movie, by) or self.is_published(movie)

    def is_approved(self, owner_id: str) -> bool:
        """Whether an admin has approved a cinema of the owner's."""
        return owner_id in self._approved_owners.get(
            _ALL, lambda: frozenset(each.owner_id for each in self.all_cinemas() if each.is_published)
        )

    def price_list(self, price_list_id: str) -> PriceList:
        """Raises NotFound."""
        return self._price_lists.get(
            price_list_id, lambda: found(price_lists.find, "price list", price_list_id)
        )

    def live_price_list(self, price_list_id: str) -> PriceList:
        price_list = self.price_list(price_list_id)
        if price_list.deleted:
            raise NotFound("price list", price_list_id)
        return price_list

    def plan(self, plan_id: str, version: int) -> SeatingPlan:
        """Raises NotFound."""
        return self._plans.get((plan_id, version), lambda: _plan(plan_id, version))

    def all_cinemas(self) -> list[Cinema]:
        """Drafts and deleted ones too."""
        return self._all_cinemas.get(_ALL, cinemas.all)

    def all_movies(self) -> list[Movie]:
        """Deleted ones too."""
        return self._all_movies.get(_ALL, movies.all)

    # --- what this process has just changed

    def forget_cinema(self, cinema_id: str) -> None:
        self._cinemas.drop(cinema_id)
        self._all_cinemas.drop(_ALL)
        self._approved_owners.drop(_ALL)

    def forget_auditorium(self, auditorium_id: str) -> None:
        self._auditoriums.drop(auditorium_id)

    def forget_movie(self, movie_id: str) -> None:
        self._movies.drop(movie_id)
        self._all_movies.drop(_ALL)

    def forget_price_list(self, price_list_id: str) -> None:
        self._price_lists.drop(price_list_id)


class Find(Protocol[T_co]):
    def __call__(self, id: str, /, *, consistent: bool) -> T_co | None: ...


def found(find: Find[T], noun: str, id: str) -> T:
    """For what is kept anyway: half the price, and once more consistently before it is NotFound.

    What was made a moment ago may not have reached the copy that answers first.
    """
    value = find(id, consistent=False) or find(id, consistent=True)
    if value is None:
        raise NotFound(noun, id)
    return value


def _plan(plan_id: str, version: int) -> SeatingPlan:
    plan = seating_plans.find(plan_id, version)
    if plan is None:
        raise NotFound("seating plan", plan_id)
    return plan


def is_own(movie: Movie, by: Principal) -> bool:
    """Its maker's, and every admin's."""
    return by.is_admin or by.user_id == movie.created_by
