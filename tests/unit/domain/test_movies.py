from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.movies import Movie, MovieFilter
from chalicelib.domain.text import fold

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_stored_movie(title: str = "Amélie und die Straße", **details: Any) -> Movie:
    fields: dict[str, Any] = {
        "id": "01",
        "title": title,
        "synopsis": "",
        "genres": ("Comédie", "Drama"),
        "tags": ("Paris",),
        "languages": ("fr", "de"),
        "duration_minutes": 100,
        "certificate": "12A",
        "released_on": None,
        "rating": 75,
        "created_by": "u",
        "deleted": False,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Movie(**(fields | details))


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Amélie", "amelie"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("ﬁlm", "film"),
            ("Ærø", "ærø"),
        ],
    )
    def test_accents_case_and_ligatures_do_not_count(self, text: str, folded: str) -> None:
        assert fold(text) == fold(folded)

    def test_composed_and_decomposed_letters_are_the_same(self) -> None:
        assert fold("e\u0301te\u0301") == fold("été")


class TestMovieFilter:
    @pytest.mark.parametrize(
        "wanted",
        [
            MovieFilter(),
            MovieFilter(title="AMELIE"),
            MovieFilter(title="die STRASSE"),
            MovieFilter(title="lie u"),
            MovieFilter(genre="comedie"),
            MovieFilter(tag="paris"),
            MovieFilter(language="de"),
            MovieFilter(certificate="12a"),
            MovieFilter(min_rating=75),
            MovieFilter(title="am", genre="Drama", language="fr", min_rating=0),
        ],
    )
    def test_movie_that_fits_is_found(self, wanted: MovieFilter) -> None:
        assert wanted.matches(a_stored_movie())

    @pytest.mark.parametrize(
        "wanted",
        [
            MovieFilter(title="amelia"),
            MovieFilter(genre="Dram"),
            MovieFilter(tag="London"),
            MovieFilter(language="en"),
            MovieFilter(certificate="12"),
            MovieFilter(min_rating=76),
            MovieFilter(title="am", genre="Horror"),
        ],
    )
    def test_movie_that_lacks_one_thing_is_not_found(self, wanted: MovieFilter) -> None:
        assert not wanted.matches(a_stored_movie())

    def test_movie_without_rating_has_no_minimum(self) -> None:
        assert not MovieFilter(min_rating=0).matches(a_stored_movie(rating=None))

    def test_deleted_movie_is_never_found(self) -> None:
        assert not MovieFilter().matches(a_stored_movie(deleted=True))
