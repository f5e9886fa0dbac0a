"""Every error is a documented problem, and carries what the document says it does."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import domain
from chalicelib.api import problem_schemas, problem_table, problems
from chalicelib.domain.bookings import CancellationQuote
from chalicelib.domain.errors import DomainError
from chalicelib.domain.mails import MailClaimed, MailSettled
from chalicelib.domain.money import Money

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"
HEADING = re.compile(r"^### (?P<slug>[a-z0-9-]+) \((?P<status>\d{3})\): (?P<title>.+)$", re.MULTILINE)


def _every_error() -> list[type[DomainError]]:
    for module in pkgutil.iter_modules(domain.__path__):
        importlib.import_module(f"{domain.__name__}.{module.name}")
    found: list[type[DomainError]] = []
    waiting = DomainError.__subclasses__()
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("chalicelib."):
            found.append(error)
    return sorted(found, key=lambda error: error.__name__)


# Facts between the mail worker and its ledger: no caller of the API ever hears them.
NEVER_TOLD: set[type[Exception]] = {MailClaimed, MailSettled}
# Parameters whose type alone does not say what they hold.
_MONEY = st.builds(Money, currency=st.sampled_from(["EUR", "INR"]))
_BY_NAME = {
    "time_zone": st.sampled_from(["Asia/Kolkata", "Europe/Dublin"]),
    "quote": st.builds(CancellationQuote, refund=_MONEY, retained=_MONEY, fee=_MONEY),
}
ERRORS = [error for error in _every_error() if error not in NEVER_TOLD]


def test_every_domain_error_is_a_problem() -> None:
    assert [error.__name__ for error in ERRORS if error not in problem_table.TABLE] == []
    assert [error.__name__ for error in problem_table.TABLE if error not in ERRORS] == []


def test_a_slug_means_one_thing() -> None:
    told = [(kind.slug, kind.status, kind.title) for kind in problem_table.TABLE.values()]
    told += [(each.slug, each.status, each.title) for each in (*problems.OF_HTTP, *problems.OF_THE_GATEWAY)]

    by_slug: dict[str, set[tuple[int, str]]] = {}
    for slug, status, title in told:
        by_slug.setdefault(slug, set()).add((status, title))
    assert {slug: meanings for slug, meanings in by_slug.items() if len(meanings) > 1} == {}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_a_problem_carries_what_the_document_says(error: type[DomainError]) -> None:
    schema = problem_schemas.schemas()[problem_schemas.every()[problem_table.TABLE[error].slug].component]

    known = {name: values for name, values in _BY_NAME.items() if name in inspect.signature(error).parameters}

    @given(st.builds(error, **known))
    @settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))
    def holds(raised: Any) -> None:
        response = problems.response(problems.of(raised))
        jsonschema.validate(json.loads(response.body), schema)
        assert response.headers["Content-Type"] == "application/problem+json"

    holds()


def test_the_page_tells_every_problem_and_no_other() -> None:
    page = {
        match["slug"]: (int(match["status"]), match["title"])
        for match in HEADING.finditer(PAGE.read_text(encoding="utf-8"))
    }

    assert page == {slug: (told.status, told.title) for slug, told in problem_schemas.every().items()}


def test_the_page_says_what_to_do_and_names_every_member() -> None:
    _, *sections = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    for section in sections:
        heading, _, text = section.partition("\n")
        told = problem_schemas.every()[heading.split(" ")[0]]
        assert "**What to do.**" in text, heading
        assert [name for name, _ in told.members if f"`{name}`" not in text] == [], heading


def test_the_page_is_in_the_order_of_status() -> None:
    statuses = [int(match["status"]) for match in HEADING.finditer(PAGE.read_text(encoding="utf-8"))]

    assert statuses == sorted(statuses)
