"""The drawings of the page: a poster for each demo movie, the icon and the name."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dev.demo.data import MOVIES, poster_of

WEB = Path(__file__).parents[3] / "web"
PUBLIC = WEB / "public"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"path", "circle", "ellipse", "rect", "g"}
# A listing shows some twenty at once, on a telephone.
MAX_BYTES = 12 * 1024

ICON = PUBLIC / "favicon.svg"
NAME = WEB / "src" / "assets" / "logo.svg"

titles = pytest.mark.parametrize("title", [movie.title for movie in MOVIES])


def poster_file(title: str) -> Path:
    return PUBLIC / poster_of(title).removeprefix("/")


def drawing(title: str) -> ElementTree.Element:
    return ElementTree.fromstring(poster_file(title).read_bytes())


def test_every_poster_belongs_to_a_demo_movie() -> None:
    assert set((PUBLIC / "posters").iterdir()) == {poster_file(movie.title) for movie in MOVIES}


@titles
def test_poster_is_two_by_three_and_small(title: str) -> None:
    assert drawing(title).get("viewBox") == "0 0 600 900"
    assert poster_file(title).stat().st_size <= MAX_BYTES


@titles
def test_poster_bears_the_title_of_its_movie(title: str) -> None:
    assert drawing(title).findtext(f"{SVG}title") == title


drawings = pytest.mark.parametrize(
    "file", [*(poster_file(movie.title) for movie in MOVIES), ICON, NAME], ids=lambda file: file.stem
)


@drawings
def test_drawing_is_made_of_shapes_only(file: Path) -> None:
    """Neither a script nor a style, which our policy refuses, nor text in a font the reader may not have."""
    root = ElementTree.fromstring(file.read_bytes())
    names = {element.tag.removeprefix(SVG) for element in root.iter()}

    assert names <= SHAPES | {"svg", "title", "clipPath"}


@drawings
def test_drawing_asks_for_nothing_else(file: Path) -> None:
    for element in ElementTree.fromstring(file.read_bytes()).iter():
        for name, value in element.attrib.items():
            assert name != "style" and not name.startswith("on") and not name.endswith("href")
            assert re.search(r"url\((?!#)", value) is None, (name, value)


def test_name_takes_the_colour_of_its_text() -> None:
    assert 'fill="currentColor"' in NAME.read_text()
