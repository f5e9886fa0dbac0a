"""What texts of one line refuse is the same wherever it is read: in Python, in pydantic's Rust, on the page."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from chalicelib.api.fields import LINE_PATTERN, NAME_PATTERN

PAGE = Path(__file__).parents[2] / "web/src/components/accounts/unseen.ts"
CHARACTERS = [chr(i) for i in range(sys.maxunicode + 1) if not 0xD800 <= i <= 0xDFFF]


def _refused(pattern: str) -> list[str]:
    compiled = re.compile(pattern)
    return [each for each in CHARACTERS if compiled.fullmatch(each) is None]


def _class_of_the_page() -> re.Pattern[str]:
    """Its class of characters, in Python's words."""
    (script,) = re.findall(r"^const UNSEEN = /(\[.*\])/u$", PAGE.read_text("utf-8"), re.MULTILINE)
    controls = script.replace(r"\p{Cc}", r"\x00-\x1f\x7f-\x9f")
    return re.compile(re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), controls))


@pytest.mark.parametrize("pattern", [LINE_PATTERN, NAME_PATTERN], ids=["line", "name"])
def test_validator_reads_the_pattern_as_python_does(pattern: str) -> None:
    validator = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])

    def is_refused(character: str) -> bool:
        try:
            validator.validate_python(character)
        except ValidationError:
            return True
        return False

    assert [each for each in CHARACTERS if is_refused(each)] == _refused(pattern)


def test_page_names_the_characters_that_the_api_refuses() -> None:
    page = _class_of_the_page()

    assert [each for each in CHARACTERS if page.fullmatch(each)] == _refused(LINE_PATTERN)
