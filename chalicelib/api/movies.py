"""Movies of the chain."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.api.access import ANYONE, CUSTOMER
from chalicelib.api.contract import Answer, Call, Payload
from chalicelib.api.cursors import Paged, following, position
from chalicelib.api.fields import Day, Instant, Language, Ulid, line, lines, name, sought
from chalicelib.api.presenting import digested, listed
from chalicelib.api.routing import Routes
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.movies import Movie, MovieFilter, MovieStatus
from chalicelib.domain.obstacles import InUse
from chalicelib.domain.principals import Forbidden, NotFound
from chalicelib.services.catalogue.movies import MovieDetails

routes = Routes("movies")

Poster = Annotated[
    str,
    Field(
        max_length=120,
        pattern=r"^/posters/[a-z0-9-]+\.(svg|webp|jpg|png)$",
        examples=["/posters/kite-season.svg"],
    ),
]
"""A picture of the page's own origin: it shows no other."""

Words = Annotated[tuple[Annotated[str, name(40)], ...], Field(max_length=12)]


class MovieIn(Payload):
    """`rating` is by viewers, in tenths (0 to 100), null before the first; `certificate` is who may see it ("12A").

    `poster` is a path of the site's own, null for none.
    """

    title: Annotated[str, name(160)]
    synopsis: Annotated[str, lines(0, 4000)] = ""
    genres: Words = ()
    tags: Words = ()
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=20)]
    duration_minutes: Annotated[int, Field(ge=1, le=600)]
    certificate: Annotated[str, line(0, 12)] = ""
    released_on: Day | None = None
    rating: Annotated[int, Field(ge=0, le=100)] | None = None
    poster: Poster | None = None


class MovieOut(MovieIn):
    id: Ulid
    status: MovieStatus
    version: int
    created_at: Instant
    updated_at: Instant


class MovieList(Payload):
    movies: tuple[MovieOut, ...]
    next: str | None


class MovieSearch(Paged):
    """Any part of the title, in any case and with or without accents. `cinema` and `date`: where and when it is shown.

    Without a date, a cinema's coming seven days count; without a cinema, every cinema of the chain.
    """

    title: Annotated[str, sought(160)] = ""
    genre: Annotated[str, sought(40)] = ""
    tag: Annotated[str, sought(40)] = ""
    language: Language | None = None
    certificate: Annotated[str, sought(12)] = ""
    min_rating: Annotated[int, Field(ge=0, le=100)] | None = None
    cinema: Ulid | None = None
    date: Day | None = None


@routes.get(
    "/v1/movies",
    access=ANYONE,
    query=MovieSearch,
    answer=MovieList,
    problems=(NotFound,),
    conditional=True,
)
def list_movies(call: Call[Any, MovieSearch]) -> Answer:
    """Find movies

    Drafts are listed for who made them and for admins only.
    """
    query = call.query
    wanted = MovieFilter(
        title=query.title,
        genre=query.genre,
        tag=query.tag,
        language=query.language or "",
        certificate=query.certificate,
        min_rating=query.min_rating,
    )
    found = call.wiring.movies.search(wanted, _shown(call), call.principal)
    begin = (position(call) or {}).get("after", ["", ""])
    rest = [movie for movie in found if [movie.folded_title, movie.id] > begin]
    page = rest[: query.limit]
    after = {"after": [page[-1].folded_title, page[-1].id]} if len(rest) > len(page) else None
    return listed(
        call, MovieList(movies=tuple(_out(call, each) for each in page), next=following(call, after))
    )


@routes.post("/v1/movies", access=CUSTOMER, body=MovieIn, answer=MovieOut, status=201, replay=True)
def create_movie(call: Call[MovieIn, Any]) -> Answer:
    """Add a movie

    For users registered as owners, and for admins. An owner's is a draft until an admin approves a cinema of theirs, or
    a showtime of it is scheduled.
    """
    movie = call.wiring.movies.create(call.principal, _details(call.body))
    return _told(call, movie)


@routes.get("/v1/movies/{movie_id}", access=ANYONE, answer=MovieOut, problems=(NotFound,), conditional=True)
def read_movie(call: Call[Any, Any]) -> Answer:
    """Read a movie"""
    movie = call.wiring.movies.read(call.path["movie_id"], call.principal)
    return _told(call, movie)


@routes.put(
    "/v1/movies/{movie_id}",
    access=CUSTOMER,
    body=MovieIn,
    answer=MovieOut,
    if_match=True,
    problems=(NotFound, Forbidden, VersionStale),
)
def change_movie(call: Call[MovieIn, Any]) -> Answer:
    """Change a movie: by who made it, or by an admin

    Showtimes that are scheduled keep their times.
    """
    assert call.expected_version is not None
    movie = call.wiring.movies.change(
        call.path["movie_id"], call.principal, call.expected_version, _details(call.body)
    )
    return _told(call, movie)


@routes.delete(
    "/v1/movies/{movie_id}",
    access=CUSTOMER,
    if_match=True,
    status=204,
    problems=(NotFound, Forbidden, VersionStale, InUse),
)
def delete_movie(call: Call[Any, Any]) -> None:
    """Delete a movie of which no showtimes are to come: by who made it, or by an admin"""
    assert call.expected_version is not None
    call.wiring.movies.delete(call.path["movie_id"], call.principal, call.expected_version)


def _shown(call: Call[Any, MovieSearch]) -> frozenset[str] | None:
    if call.query.cinema is None and call.query.date is None:
        return None
    if call.query.cinema is not None:
        call.wiring.cinemas.require_visible(call.query.cinema, call.principal)
    return call.wiring.listing.movies_shown(call.query.cinema, call.query.date)


def _details(body: MovieIn) -> MovieDetails:
    return MovieDetails(
        title=body.title,
        synopsis=body.synopsis,
        genres=body.genres,
        tags=body.tags,
        languages=body.languages,
        duration_minutes=body.duration_minutes,
        certificate=body.certificate,
        released_on=body.released_on,
        rating=body.rating,
        poster=body.poster,
    )


def _told(call: Call[Any, Any], movie: Movie) -> Answer:
    """Its ETag changes with its status, too, which changes without it."""
    body = _out(call, movie)
    return digested(call, body, movie.version, is_public=body.status is MovieStatus.PUBLISHED)


def _out(call: Call[Any, Any], movie: Movie) -> MovieOut:
    return MovieOut(
        id=movie.id,
        title=movie.title,
        synopsis=movie.synopsis,
        genres=movie.genres,
        tags=movie.tags,
        languages=movie.languages,
        duration_minutes=movie.duration_minutes,
        certificate=movie.certificate,
        released_on=movie.released_on,
        rating=movie.rating,
        poster=movie.poster,
        status=MovieStatus.PUBLISHED if call.wiring.catalogue.is_published(movie) else MovieStatus.DRAFT,
        version=movie.version,
        created_at=movie.created_at,
        updated_at=movie.updated_at,
    )
