"""The demo's movies and their posters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dev.demo.catalogue import make_movies
from dev.demo.data import MOVIES, slug
from tests.support.builders import a_movie, an_admin, principal_of
from tests.support.world import World, a_world


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as made:
        yield made


def test_slug_is_made_of_small_letters_digits_and_hyphens() -> None:
    assert slug("Été à Zürich") == "ete-a-zurich"
    assert slug("Hello, Operator") == "hello-operator"
    assert slug("Lighthouse No. 9") == "lighthouse-no-9"


def test_movies_are_made_once(world: World) -> None:
    admin = an_admin(world)

    made = make_movies(world.wiring, admin)

    assert make_movies(world.wiring, admin) == made
    assert [movie.poster for movie in made] == [f"/posters/{slug(each.title)}.svg" for each in MOVIES]


def test_movie_from_before_there_were_posters_gets_its_own_unless_somebody_has_changed_it(
    world: World,
) -> None:
    admin = an_admin(world)
    old, changed = MOVIES[0], MOVIES[1]
    a_movie(world, old.title)
    touched = a_movie(world, changed.title, by=admin)
    by = principal_of(admin)
    world.wiring.movies.change(touched.id, by, touched.version, replace(changed, poster=None))

    made = {movie.title: movie.poster for movie in make_movies(world.wiring, admin)}

    assert made[old.title] == old.poster
    assert made[changed.title] is None
