"""The provider's HTTP API at its edges: what it refuses, and what it never leaves to the shop."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from dev.payments.api import ENTRIES_A_PAGE, Api
from dev.payments.memory import MemoryLedger
from dev.payments.provider import Provider
from dev.payments.sessions import Choice, Entry, EntryKind, Session
from tests.support.chance import START, FrozenClock, SeededIds
from tests.support.payments import API_KEY, KEY, HttpSandbox, an_event, an_order

AUTHORIZED = {"Authorization": f"Bearer {API_KEY}"}
ORDER = {
    "key": KEY,
    "reference": "AB12CD-0123456",
    "amount": {"minor": 2450, "currency": "EUR"},
    "expires_at": "2026-11-20T12:14:00+00:00",
    "return_url": "http://127.0.0.1:8000/bookings",
    "description": "2 seats",
}


@pytest.fixture
def sandbox() -> HttpSandbox:
    return HttpSandbox(FrozenClock(), MemoryLedger())


def post(sandbox: HttpSandbox, path: str, payload: Any, headers: Mapping[str, str] = AUTHORIZED) -> int:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return int(sandbox.api(an_event("POST", path, body, headers))["statusCode"])


def page_of(sandbox: HttpSandbox) -> str:
    return f"/pay/{sandbox.payments.open(an_order()).session_id}"


def press(sandbox: HttpSandbox, path: str, choice: str) -> dict[str, Any]:
    return sandbox.api(an_event("POST", path, urlencode({"choice": choice}).encode()))


@pytest.mark.parametrize(
    "change",
    [
        {"key": ""},
        {"key": None},
        {"key": "a\nb"},
        {"key": "k" * 201},
        {"amount": {"minor": 0, "currency": "EUR"}},
        {"amount": {"minor": -1, "currency": "EUR"}},
        {"amount": {"minor": 24.5, "currency": "EUR"}},
        {"amount": {"minor": True, "currency": "EUR"}},
        {"amount": {"minor": 2**53, "currency": "EUR"}},
        {"amount": {"minor": 1, "currency": "eur"}},
        {"amount": {"minor": 1, "currency": None}},
        {"amount": 2450},
        {"expires_at": "soon"},
        {"expires_at": "2026-11-20T12:14:00"},
        {"return_url": "javascript:alert(1)"},
        {"return_url": "http://shop.example/\r\nSet-Cookie: a=b"},
        {"description": "d" * 501},
    ],
)
def test_an_order_of_another_shape_opens_nothing(sandbox: HttpSandbox, change: dict[str, Any]) -> None:
    assert post(sandbox, "/v1/sessions", ORDER | change) == 400
    assert sandbox.payments.find(KEY) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null"])
def test_a_body_that_is_no_object_is_malformed(sandbox: HttpSandbox, body: bytes) -> None:
    assert post(sandbox, "/v1/sessions", body) == 400


@pytest.mark.parametrize(
    ("encoded", "status"), [(base64.b64encode(json.dumps(ORDER).encode()), 200), (b"*", 400)]
)
def test_a_body_in_base_64_is_read(sandbox: HttpSandbox, encoded: bytes, status: int) -> None:
    event = an_event("POST", "/v1/sessions", encoded, AUTHORIZED) | {"isBase64Encoded": True}
    assert sandbox.api(event)["statusCode"] == status


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": API_KEY}, {"Authorization": "Bearer "}, {"Authorization": "Bearer ü"}]
)
@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/sessions/end", "/v1/refunds", "/v1/ledger", "/other"])
def test_without_the_key_nothing_is_answered(
    sandbox: HttpSandbox, headers: dict[str, str], path: str
) -> None:
    assert post(sandbox, path, ORDER, headers) == 401
    assert sandbox.payments.find(KEY) is None


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v2"), ("DELETE", "/v1/sessions"), ("GET", "/v1/refunds")]
)
def test_an_unknown_route_is_not_an_unknown_key(sandbox: HttpSandbox, method: str, path: str) -> None:
    answer = sandbox.api(an_event(method, path, None, AUTHORIZED))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (404, "no_such_route")


def test_a_session_that_changes_without_end_may_be_tried_again() -> None:
    class Restless(MemoryLedger):
        def save(self, session: Session, entries: Any) -> bool:
            return False

    sandbox = HttpSandbox(FrozenClock(), Restless())
    sandbox.payments.open(an_order())
    assert post(sandbox, "/v1/sessions/end", {"key": KEY}) == 503


class TestPage:
    def test_a_person_sees_what_is_paid_and_every_choice(self, sandbox: HttpSandbox) -> None:
        answer = sandbox.api(an_event("GET", page_of(sandbox)))
        assert answer["statusCode"] == 200
        for text in ("24.50 EUR", "2 seats: The Long Night", "AB12CD-0123456", "12:14:00 UTC"):
            assert text in answer["body"]
        for choice in Choice:
            assert f"value={choice}" in answer["body"]

    @pytest.mark.parametrize(("late_s", "told"), [(120, "2 minutes"), (75, "75 seconds")])
    def test_a_person_is_told_how_late_the_late_bank_is(
        self, sandbox: HttpSandbox, late_s: int, told: str
    ) -> None:
        sandbox.provider.late = timedelta(seconds=late_s)
        answer = sandbox.api(an_event("GET", page_of(sandbox)))
        assert f"The money is taken {told} after 12:14:00 UTC" in answer["body"]

    @pytest.mark.parametrize("choice", list(Choice))
    def test_after_choosing_one_is_back_in_the_shop(self, sandbox: HttpSandbox, choice: Choice) -> None:
        answer = press(sandbox, page_of(sandbox), choice)
        assert (answer["statusCode"], answer["headers"]["Location"]) == (303, an_order().return_url)

    def test_a_person_may_go_back_without_choosing(self, sandbox: HttpSandbox) -> None:
        body = sandbox.api(an_event("GET", page_of(sandbox)))["body"]
        assert f'href="{an_order().return_url}">Back without paying' in body

    @pytest.mark.parametrize("choice", ["", "steal"])
    def test_what_is_no_choice_changes_nothing(self, sandbox: HttpSandbox, choice: str) -> None:
        path = page_of(sandbox)
        assert press(sandbox, path, choice)["statusCode"] == 400
        assert "Decline" in sandbox.api(an_event("GET", path))["body"]

    def test_a_body_that_is_no_text_changes_nothing(self, sandbox: HttpSandbox) -> None:
        event = an_event("POST", page_of(sandbox)) | {"body": "/w==", "isBase64Encoded": True}
        assert sandbox.api(event)["statusCode"] == 400

    def test_who_comes_too_late_is_told_so_and_pays_nothing(self, sandbox: HttpSandbox) -> None:
        path = page_of(sandbox)
        sandbox.payments.end(KEY)
        answer = press(sandbox, path, "approve")
        assert answer["statusCode"] == 409
        assert "has ended" in answer["body"]
        assert an_order().return_url in answer["body"]

    @pytest.mark.parametrize(
        ("choice", "text"),
        [(Choice.APPROVE, "complete"), (Choice.DECLINE, "Declined"), (Choice.SLOW, "bank is at work")],
    )
    def test_a_page_opened_again_says_how_it_stands(
        self, sandbox: HttpSandbox, choice: Choice, text: str
    ) -> None:
        path = page_of(sandbox)
        press(sandbox, path, choice)
        body = sandbox.api(an_event("GET", path))["body"]
        assert text in body
        assert "<form" not in body

    def test_a_guessed_page_does_not_exist(self, sandbox: HttpSandbox) -> None:
        assert sandbox.api(an_event("GET", "/pay/ps_guessed"))["statusCode"] == 404
        assert press(sandbox, "/pay/ps_guessed", "approve")["statusCode"] == 404

    def test_a_page_takes_get_and_post_alone(self, sandbox: HttpSandbox) -> None:
        assert sandbox.api(an_event("PUT", page_of(sandbox)))["statusCode"] == 405

    def test_a_key_ended_before_it_was_opened_has_a_page_that_says_so(self, sandbox: HttpSandbox) -> None:
        session_id = sandbox.payments.end(KEY).session_id
        assert "has ended" in sandbox.api(an_event("GET", f"/pay/{session_id}"))["body"]
        assert press(sandbox, f"/pay/{session_id}", "approve")["statusCode"] == 409

    def test_words_of_the_shop_are_shown_and_not_run(self, sandbox: HttpSandbox) -> None:
        post(
            sandbox,
            "/v1/sessions",
            ORDER | {"description": "<script>1</script>", "return_url": 'http://a/"><b>'},
        )
        session = sandbox.payments.find(KEY)
        assert session is not None
        for _ in range(2):
            body = sandbox.api(an_event("GET", f"/pay/{session.session_id}"))["body"]
            assert "<script>" not in body
            assert '"><b>' not in body
            press(sandbox, f"/pay/{session.session_id}", "approve")

    def test_the_page_runs_loads_and_keeps_nothing(self, sandbox: HttpSandbox) -> None:
        answer = sandbox.api(an_event("GET", page_of(sandbox)))
        policy = answer["headers"]["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self' http://127.0.0.1:8000;" in policy
        assert answer["headers"]["Cache-Control"] == "no-store"
        assert "<script" not in answer["body"]


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (5, "EUR", "0.05 EUR"),
        (123456, "INR", "1234.56 INR"),
        (500, "JPY", "500 JPY"),
        (1005, "KWD", "1.005 KWD"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    sandbox: HttpSandbox, minor: int, currency: str, shown: str
) -> None:
    post(sandbox, "/v1/sessions", ORDER | {"amount": {"minor": minor, "currency": currency}})
    session = sandbox.payments.find(KEY)
    assert session is not None
    assert f"Pay {shown}" in sandbox.api(an_event("GET", f"/pay/{session.session_id}"))["body"]


class TestLedger:
    def test_it_tells_every_movement_of_a_key(self, sandbox: HttpSandbox) -> None:
        press(sandbox, page_of(sandbox), "approve")
        post(
            sandbox,
            "/v1/refunds",
            {"key": KEY, "refund_key": "r1", "amount": {"minor": 450, "currency": "EUR"}},
        )
        answer = sandbox.api(an_event("GET", "/v1/ledger", None, AUTHORIZED, {"key": KEY}))
        found = [
            (entry["key"], entry["kind"], entry["refund_key"], entry["amount"]["minor"])
            for entry in json.loads(answer["body"])["entries"]
        ]
        assert found == [(KEY, "charge", "", 2450), (KEY, "refund", "r1", 450)]

    def test_it_is_read_in_pages(self) -> None:
        ledger = MemoryLedger()
        clock = FrozenClock()
        provider = Provider(ledger, clock, SeededIds(1, clock).token)
        session = provider.end(KEY)
        count = ENTRIES_A_PAGE * 2 + 1
        entries = [Entry(str(number), EntryKind.CHARGE, "", 1, "EUR", START) for number in range(count)]
        found = ledger.session(session.key)
        assert found is not None
        ledger._entries.extend(entries)
        api = Api(provider, API_KEY, "http://127.0.0.1:8000")
        keys: list[str] = []
        query: dict[str, str] = {}
        while True:
            page = json.loads(api(an_event("GET", "/v1/ledger", None, AUTHORIZED, query))["body"])
            keys += [entry["key"] for entry in page["entries"]]
            if "after" not in page:
                break
            query = {"after": page["after"]}
        assert keys == [str(number) for number in range(count)]
