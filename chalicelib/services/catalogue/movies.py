"""Movies of the chain: made by owners and admins, changed by who made them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.clock import Clock, Ids
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.movies import Movie, MovieFilter
from chalicelib.domain.obstacles import InUse, Obstacle
from chalicelib.domain.principals import Forbidden, NotFound, Principal
from chalicelib.domain.programmes import MAX_OCCUPIED
from chalicelib.services.accounts.accounts import Accounts
from chalicelib.services.catalogue.catalogue import Catalogue, is_own
from chalicelib.stores import movies
from chalicelib.stores.versions import storable

_OBSTACLES_READ = 100


@dataclass(frozen=True, slots=True)
class MovieDetails:
    """As Movie has them."""

    title: str
    synopsis: str
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    duration_minutes: int
    certificate: str
    released_on: date | None
    rating: int | None
    poster: str | None = None


class Movies:
    def __init__(self, accounts: Accounts, catalogue: Catalogue, clock: Clock, ids: Ids) -> None:
        self._accounts = accounts
        self._catalogue = catalogue
        self._clock = clock
        self._ids = ids

    def create(self, by: Principal, details: MovieDetails) -> Movie:
        """A draft, while no cinema of the owner's is approved. Raises Forbidden unless `by` is an owner or an admin."""
        if by.user_id is None or not (by.is_admin or self._accounts.user(by.user_id).is_owner):
            raise Forbidden("Owners and admins add movies.")
        now = self._now()
        movie = Movie(
            id=self._ids.ulid(),
            title=details.title,
            synopsis=details.synopsis,
            genres=details.genres,
            tags=details.tags,
            languages=details.languages,
            duration_minutes=details.duration_minutes,
            certificate=details.certificate,
            released_on=details.released_on,
            rating=details.rating,
            poster=details.poster,
            created_by=by.user_id,
            deleted=False,
            unapproved=not (by.is_admin or self._catalogue.is_approved(by.user_id)),
            version=1,
            created_at=now,
            updated_at=now,
        )
        movies.add(movie)
        self._catalogue.forget_movie(movie.id)
        return movie

    def change(self, movie_id: str, by: Principal, version: int, details: MovieDetails) -> Movie:
        """Showtimes keep the times they were made with. Raises NotFound, Forbidden, VersionStale."""
        old = self._read(movie_id, by, version)
        new = replace(
            old,
            title=details.title,
            synopsis=details.synopsis,
            genres=details.genres,
            tags=details.tags,
            languages=details.languages,
            duration_minutes=details.duration_minutes,
            certificate=details.certificate,
            released_on=details.released_on,
            rating=details.rating,
            poster=details.poster,
            version=old.version + 1,
            updated_at=self._now(),
        )
        movies.change(new)
        self._catalogue.forget_movie(movie_id)
        return new

    def delete(self, movie_id: str, by: Principal, version: int) -> None:
        """Raises NotFound, Forbidden, VersionStale; InUse while showtimes of it are to come or running."""
        old = self._read(movie_id, by, version)
        running = self._clock.now() - MAX_OCCUPIED
        coming = [
            Obstacle("showtime", showtime_id, f"{showtime_id} at {sort.partition('#')[0]}Z")
            for sort, showtime_id in movies.showings_from(movie_id, running, _OBSTACLES_READ)
        ]
        if coming:
            raise InUse("delete", "movie", movie_id, coming)
        # A showtime scheduled since the list was read has raised `uses`.
        movies.change(
            replace(old, deleted=True, version=old.version + 1, updated_at=self._now()), unused=True
        )
        self._catalogue.forget_movie(movie_id)

    def read(self, movie_id: str, by: Principal) -> Movie:
        """As it is now. Raises NotFound, for a draft too unless `by` made it or is an admin."""
        movie = movies.find(movie_id)
        if movie is None or movie.deleted or not self._catalogue.is_visible(movie, by):
            raise NotFound("movie", movie_id)
        return movie

    def require_visible(self, movie_id: str, by: Principal) -> Movie:
        """The movie, as old as the catalogue may be. Raises NotFound as `read` does."""
        movie = self._catalogue.live_movie(movie_id)
        if not self._catalogue.is_visible(movie, by):
            raise NotFound("movie", movie_id)
        return movie

    def search(self, wanted: MovieFilter, among: frozenset[str] | None, by: Principal) -> list[Movie]:
        """By title; `among` are the ids to choose from, None for all. Drafts only for an admin and for who made them."""
        found = [
            each
            for each in self._catalogue.all_movies()
            if (among is None or each.id in among)
            and wanted.matches(each)
            and self._catalogue.is_visible(each, by)
        ]
        return sorted(found, key=lambda each: (each.folded_title, each.id))

    def _read(self, movie_id: str, by: Principal, version: int) -> Movie:
        movie = self.read(movie_id, by)
        if not is_own(movie, by):
            raise Forbidden("A movie is changed by who made it, or by an admin.")
        if movie.version != version:
            raise VersionStale("movie", movie.version)
        return movie

    def _now(self) -> datetime:
        return storable(self._clock.now())
