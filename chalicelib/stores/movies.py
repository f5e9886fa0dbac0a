"""Movies, all in one partition: a search by any part of a title reads it, and a process keeps what it read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from chalicelib.domain.movies import Movie
from chalicelib.stores import keys, versions
from chalicelib.stores.tables import CatalogueTable, InstantAttribute
from chalicelib.stores.transactions import Transaction


class MovieItem(CatalogueTable):
    title = UnicodeAttribute()
    synopsis = UnicodeAttribute()
    genres: ListAttribute[str] = ListAttribute()
    tags: ListAttribute[str] = ListAttribute()
    languages: ListAttribute[str] = ListAttribute()
    duration_minutes = NumberAttribute()
    certificate = UnicodeAttribute()
    released_on = UnicodeAttribute(null=True)
    rating = NumberAttribute(null=True)
    poster = UnicodeAttribute(null=True)
    created_by = UnicodeAttribute()
    deleted = BooleanAttribute(default=False)
    unapproved = BooleanAttribute(null=True)
    version = NumberAttribute()
    uses = NumberAttribute(default=0)
    created_at = InstantAttribute()
    updated_at = InstantAttribute()


class ShowingItem(CatalogueTable):
    """A showtime of the movie, in the order of their start: what deleting the movie would leave without it."""

    cinema_id = UnicodeAttribute()
    showtime_id = UnicodeAttribute()
    business_date = UnicodeAttribute()


def find(movie_id: str, *, consistent: bool = True) -> Movie | None:
    """Deleted ones too."""
    try:
        return _movie(MovieItem.get(*keys.movie(movie_id), consistent_read=consistent))
    except DoesNotExist:
        return None


def find_many(movie_ids: Sequence[str]) -> dict[str, Movie]:
    """Those that are found, by id, deleted ones too; eventually consistent."""
    items = MovieItem.batch_get([tuple(keys.movie(each)) for each in movie_ids])
    return {movie.id: movie for movie in map(_movie, items)}


def all() -> list[Movie]:
    """Every movie, deleted ones too; eventually consistent."""
    return [_movie(item) for item in MovieItem.query(keys.MOVIES)]


def add(movie: Movie) -> None:
    versions.add(_item(movie), movie, lambda: find(movie.id), "movie")


def change(movie: Movie, *, unused: bool = False) -> None:
    """Write over the version before; raises VersionStale. `unused`: only while its `uses` are as the writer read."""
    uses = movie.uses if unused else None
    versions.change(_item(movie), movie, lambda: find(movie.id), "movie", uses=uses)


def use(transaction: Transaction, movie_id: str) -> None:
    """Count one more showtime of it, while it stands."""
    transaction.update(
        "movie",
        MovieItem(*keys.movie(movie_id)),
        [MovieItem.uses.add(1)],
        MovieItem.deleted == False,  # noqa: E712  # PynamoDB builds the condition from ==
    )


# --- its showtimes


def add_showing(
    transaction: Transaction, movie_id: str, starts_at: datetime, showtime_id: str, cinema_id: str, day: date
) -> None:
    transaction.put(
        "showing",
        ShowingItem(
            *keys.showing(movie_id, starts_at, showtime_id),
            cinema_id=cinema_id,
            showtime_id=showtime_id,
            business_date=day.isoformat(),
        ),
    )


def remove_showing(transaction: Transaction, movie_id: str, starts_at: datetime, showtime_id: str) -> None:
    transaction.delete("showing", ShowingItem(*keys.showing(movie_id, starts_at, showtime_id)))


def showings_from(movie_id: str, start: datetime, limit: int, after: str = "") -> list[tuple[str, str]]:
    """(sort key, showtime id) of the movie's showtimes that start then or later; a consistent read."""
    lower = max(keys.starts_sort(start), after + "\x00" if after else "")
    items = ShowingItem.query(
        keys.showings(movie_id), ShowingItem.sk >= lower, consistent_read=True, limit=limit
    )
    return [(item.sk, item.showtime_id) for item in items]


def _item(movie: Movie) -> MovieItem:
    return MovieItem(
        *keys.movie(movie.id),
        title=movie.title,
        synopsis=movie.synopsis,
        genres=list(movie.genres),
        tags=list(movie.tags),
        languages=list(movie.languages),
        duration_minutes=movie.duration_minutes,
        certificate=movie.certificate,
        released_on=movie.released_on.isoformat() if movie.released_on else None,
        rating=movie.rating,
        poster=movie.poster,
        created_by=movie.created_by,
        deleted=movie.deleted,
        unapproved=movie.unapproved or None,
        version=movie.version,
        uses=movie.uses,
        created_at=movie.created_at,
        updated_at=movie.updated_at,
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _movie(item: MovieItem) -> Movie:
    return Movie(
        id=item.sk,
        title=item.title,
        synopsis=item.synopsis,
        genres=tuple(item.genres),
        tags=tuple(item.tags),
        languages=tuple(item.languages),
        duration_minutes=int(item.duration_minutes),
        certificate=item.certificate,
        released_on=date.fromisoformat(item.released_on) if item.released_on else None,
        rating=_whole(item.rating),
        poster=item.poster,
        created_by=item.created_by,
        deleted=item.deleted,
        unapproved=bool(item.unapproved),
        version=int(item.version),
        uses=int(item.uses),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )
