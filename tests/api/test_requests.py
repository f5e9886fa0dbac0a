"""Requests of every kind of wrong, through Chalice: each is told by a problem, none by a 500."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.access import ANYONE
from chalicelib.api.application import Application
from chalicelib.api.contract import Call
from chalicelib.api.fields import LINE_PATTERN
from chalicelib.api.routing import Misdeclared, Routes
from tests.api.sample_operations import (
    routes,
)
from tests.support.api import Api, bind_routes
from tests.support.world import World, a_world


@pytest.fixture
def api() -> Iterator[Api]:
    with a_world() as world:
        yield api_of(world)


def api_of(world: World) -> Api:
    app = Application("sample")
    bind_routes(app, routes)
    return Api(app, world.seed)


JSON = {"Content-Type": "application/json"}


class TestBody:
    def test_a_fitting_body_is_taken(self, api: Api) -> None:
        answer = api.post(
            "/v1/things", json={"name": "x", "on": "2026-11-22", "at": "2026-11-22T10:00:00+05:30"}
        )

        assert answer.status == 201
        assert answer.json["at"] == "2026-11-22T04:30:00Z"
        assert answer.headers["cache-control"] == "private, no-store"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"nothing",
            b'{"name": "\xff"}',
            b'{"name": "\\ud800"}',
            b"[" * 5000,
            b'{"name":' * 5000,
            b'{"count":' + b"1" * 6000 + b"}",
            b'{"name": "a\x00b"}',
            b"\xef\xbb\xbf{}",
            "{}".encode("utf-16"),
        ],
    )
    def test_what_is_not_json_is_400(self, api: Api, body: bytes) -> None:
        answer = api.post("/v1/things", body=body, headers=JSON)

        assert (answer.status, answer.problem) == (400, "invalid-json")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/name"),
            ({"name": ""}, "/name"),
            ({"name": "x" * 11}, "/name"),
            ({"name": "a\nb"}, "/name"),
            ({"name": 1}, "/name"),
            ({"name": None}, "/name"),
            ({"name": "x", "count": "1"}, "/count"),
            ({"name": "x", "count": True}, "/count"),
            ({"name": "x", "count": 11}, "/count"),
            ({"name": "x", "note": "a\0b"}, "/note"),
            ({"name": "x", "on": "0"}, "/on"),
            ({"name": "x", "on": "2026-02-30"}, "/on"),
            ({"name": "x", "at": "1"}, "/at"),
            ({"name": "x", "at": "2026-11-22T10:00:00"}, "/at"),
            ({"name": "x", "a~/b": 1}, "/a~0~1b"),
            ([], ""),
            (None, ""),
            ("text", ""),
        ],
    )
    def test_what_does_not_fit_is_422_and_pointed_at(self, api: Api, body: Any, pointer: str) -> None:
        answer = api.post("/v1/things", body=json.dumps(body).encode(), headers=JSON)

        assert (answer.status, answer.problem) == (422, "invalid")
        assert pointer in [error["pointer"] for error in answer.json["errors"]]

    def test_a_list_is_not_called_too_short_for_an_entry_that_was_refused(self, api: Api) -> None:
        answer = api.post("/v1/lists", json={"sizes": [-1]})

        assert [error["pointer"] for error in answer.json["errors"]] == ["/sizes/0"]

    def test_what_is_wrong_is_said_without_the_words_of_python(self, api: Api) -> None:
        short = api.post("/v1/lists", json={"sizes": []}).json["errors"]
        wrong = api.post("/v1/things", json={"name": "x", "on": "2026-02-30"}).json["errors"]

        assert short == [{"pointer": "/sizes", "detail": "List should have at least 1 item, not 0"}]
        assert not wrong[0]["detail"].startswith("Value error")

    @pytest.mark.parametrize(
        ("text", "character"),
        [
            ("Ada\u202egnorB", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
            ("\u2066Ada", "U+2066 (LEFT-TO-RIGHT ISOLATE)"),
            ("Ada\u200f", "U+200F (RIGHT-TO-LEFT MARK)"),
            ("A\u200bda", "U+200B (ZERO WIDTH SPACE)"),
            ("A\u00adda", "U+00AD (SOFT HYPHEN)"),
            ("Ada\ufeff", "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
            ("Ada\u2028", "U+2028 (LINE SEPARATOR)"),
            ("Ada\x85", "U+0085 (a control character)"),
            ("Ada\U000e0062", "U+E0062 (TAG LATIN SMALL LETTER B)"),
            ("\U0001d173Ada", "U+1D173 (MUSICAL SYMBOL BEGIN BEAM)"),
        ],
    )
    def test_a_character_that_cannot_be_seen_is_refused_by_its_name(
        self, api: Api, text: str, character: str
    ) -> None:
        answer = api.post("/v1/things", json={"name": text})

        assert answer.json["errors"] == [
            {"pointer": "/name", "detail": f"Take out the character {character}: it can't be seen"}
        ]

    @pytest.mark.parametrize(
        "text", ["क्\u200dष", "نمی\u200cشود", "👩\u200d🚀", "❤\ufe0f", "אדה", "Zoë", "🎬", "𓀀", "葛\U000e0100"]
    )
    def test_joiners_and_every_writing_are_taken(self, api: Api, text: str) -> None:
        assert api.post("/v1/things", json={"name": text}).status == 201

    def test_no_other_character_changes_unseen_how_a_line_is_read(self) -> None:
        unseen = [
            c
            for c in map(chr, range(sys.maxunicode + 1))
            if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")
        ]

        taken = [c for c in unseen if re.fullmatch(LINE_PATTERN, c)]

        # The joiners, and Arabic, Syriac and Kaithi signs before numbers, which are seen.
        assert "".join(taken) == (
            "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u200c\u200d\U000110bd\U000110cd"
        )

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "application/xml",
            "application/json; charset=utf-16",
            "",
            "multipart/form-data",
            "json",
        ],
    )
    def test_another_type_or_charset_is_415(self, api: Api, content_type: str) -> None:
        answer = api.post("/v1/things", body=b"{}", headers={"Content-Type": content_type})

        assert (answer.status, answer.problem) == (415, "unsupported-media-type")

    def test_json_in_utf_8_may_say_so(self, api: Api) -> None:
        answer = api.post(
            "/v1/things", body=b'{"name": "x"}', headers={"Content-Type": 'Application/JSON; charset="UTF-8"'}
        )

        assert answer.status == 201

    @pytest.mark.parametrize("count", ["1.0", "1e0", "10E-1", "1"])
    def test_a_whole_number_is_an_integer_however_it_is_written(self, api: Api, count: str) -> None:
        answer = api.post("/v1/things", body=f'{{"name": "x", "count": {count}}}'.encode(), headers=JSON)

        assert answer.json["count"] == 1

    @pytest.mark.parametrize("count", ["1.5", "1e400", "-1.0", "1e30", "NaN", '"1.0"'])
    def test_another_number_is_none(self, api: Api, count: str) -> None:
        answer = api.post("/v1/things", body=f'{{"name": "x", "count": {count}}}'.encode(), headers=JSON)

        assert answer.status == 422

    def test_a_huge_body_is_413(self, api: Api) -> None:
        answer = api.post("/v1/things", body=b'"' + b"x" * 600_000 + b'"', headers=JSON)

        assert (answer.status, answer.problem) == (413, "too-large")


class TestQuery:
    def test_texts_become_what_the_fields_say(self, api: Api) -> None:
        answer = api.get("/v1/things?n=3&exact=true&tag=a&tag=b&on=2026-11-22")

        assert answer.json == {"n": 3, "exact": True, "tag": ["a", "b"], "on": "2026-11-22"}

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("n=0", "n"),
            ("n=1.5", "n"),
            ("n=1_0", "n"),
            ("n=%2B1", "n"),
            ("n=", "n"),
            ("n=9999999999999999999999", "n"),
            ("n=1&n=2", "n"),
            ("exact=yes", "exact"),
            ("on=0", "on"),
            ("on=2026-13-01", "on"),
            ("other=1", "other"),
        ],
    )
    def test_what_does_not_fit_is_422_by_name(self, api: Api, query: str, parameter: str) -> None:
        answer = api.get(f"/v1/things?{query}")

        assert (answer.status, answer.problem) == (422, "invalid")
        assert [error["parameter"] for error in answer.json["errors"]] == [parameter]

    def test_a_route_without_a_query_refuses_one(self, api: Api) -> None:
        assert api.get("/v1/busy?x=1").problem == "invalid"


class TestCursors:
    def test_pages_follow_one_another_to_the_end(self, api: Api) -> None:
        seen, query = "", {"limit": 4}
        while True:
            page = api.get("/v1/letters/x", query=query).json
            seen += page["letters"]
            if page["next_cursor"] is None:
                break
            query = {"limit": 4, "cursor": page["next_cursor"]}

        assert seen == "abcdefghij"

    def test_a_cursor_of_another_filter_or_path_or_hand_is_400(self, api: Api) -> None:
        cursor = api.get("/v1/letters/x?limit=4").json["next_cursor"]

        for path in (
            f"/v1/letters/y?cursor={cursor}",
            f"/v1/letters/x?kind=vowels&cursor={cursor}",
            f"/v1/letters/x?cursor={cursor[:-2]}",
            "/v1/letters/x?cursor=nonsense",
        ):
            answer = api.get(path)
            assert (answer.status, answer.problem) == (400, "invalid-cursor"), path

    def test_a_cursor_of_another_purpose_is_400(self) -> None:
        with a_world() as world:
            other = world.wiring.signer("hold").sign({"for": "x", "at": {"at": 4}})

            assert api_of(world).get(f"/v1/letters/x?cursor={other}").problem == "invalid-cursor"


class TestHeaders:
    def test_a_change_needs_the_version_it_is_based_on(self, api: Api) -> None:
        missing = api.put("/v1/things/a", json={"name": "x"})
        unfit = api.put("/v1/things/a", json={"name": "x"}, headers={"If-Match": "*"})
        given = api.put("/v1/things/a", json={"name": "x"}, version=4)

        assert (missing.status, missing.problem) == (428, "precondition-required")
        assert (unfit.status, unfit.problem) == (412, "precondition-failed")
        assert (given.status, given.etag) == (200, '"4"')

    @pytest.mark.parametrize(
        "key", [None, "", "x", "{6f1c8b1e-8a1c-4d55-9a3a-6d1f3a8b2c11}", "6f1c8b1e8a1c4d559a3a6d1f3a8b2c11"]
    )
    def test_a_key_is_a_uuid(self, api: Api, key: str | None) -> None:
        answer = api.post("/v1/keyed", key=key)

        assert (answer.status, answer.problem) == (400, "idempotency-key-required")

    @pytest.mark.parametrize(
        ("etag", "status"), [('"7"', 304), ('W/"7"', 304), ('"1", "7"', 304), ("*", 304), ('"8"', 200)]
    )
    def test_what_the_caller_has_is_not_sent_again(self, api: Api, etag: str, status: int) -> None:
        answer = api.get("/v1/things", headers={"If-None-Match": etag})

        assert (answer.status, answer.etag) == (status, '"7"')
        assert (answer.body == b"") == (status == 304)

    def test_a_header_never_ends_early(self, api: Api) -> None:
        answer = api.get("/v1/torn")

        assert (answer.status, answer.problem) == (500, "internal")
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize("value", ["Basic eDp5", "Bearer", "Bearer  ", "nonsense"])
    def test_an_authorization_that_is_no_token_is_401(self, api: Api, value: str) -> None:
        answer = api.get("/v1/mine", headers={"Authorization": value})

        assert (answer.status, answer.problem) == (401, "not-signed-in")
        assert answer.headers["www-authenticate"] == "Bearer"


class TestPaths:
    @pytest.mark.parametrize("thing", ["%00", "a%0Ab", "%F0%9F%98%80", "x" * 65, "a%2Fb"])
    def test_a_name_that_could_not_exist_is_404(self, api: Api, thing: str) -> None:
        answer = api.put(f"/v1/things/{thing}", json={"name": "x"}, version=1)

        assert (answer.status, answer.problem) == (404, "not-found")


class TestAnswersWithoutAView:
    def test_a_method_that_the_path_does_not_take_is_405(self, api: Api) -> None:
        answer = api.delete("/v1/things")

        assert (answer.status, answer.problem) == (405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, POST"

    def test_a_path_that_the_gateway_knows_and_we_do_not_is_404(self, api: Api) -> None:
        app = Application("sample")

        answer = app(
            {"requestContext": {"resourcePath": "/nowhere", "httpMethod": "GET"}, "headers": None}, None
        )

        assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (404, "application/problem+json")

    def test_busy_says_when_to_come_again(self, api: Api) -> None:
        answer = api.get("/v1/busy")

        assert (answer.status, answer.problem) == (503, "unavailable")
        assert (answer.headers["retry-after"], answer.json["retry_after_s"]) == ("3", 3)

    def test_a_defect_is_told_without_its_inside(self, api: Api) -> None:
        answer = api.get("/v1/broken")

        assert (answer.status, answer.problem) == (500, "internal")
        assert "secret" not in answer.text


class TestDeclaring:
    def test_an_operation_needs_words(self) -> None:
        with pytest.raises(Misdeclared):
            Routes("x").get("/v1/x", access=ANYONE)(lambda call: None)

    def test_nothing_is_replayed_to_nobody(self) -> None:
        def create(call: Call[Any, Any]) -> None:
            """Make."""

        with pytest.raises(Misdeclared):
            Routes("x").post("/v1/x", access=ANYONE, replay=True)(create)
