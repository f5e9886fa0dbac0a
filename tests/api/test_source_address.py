"""Whose address counts where callers are limited by address."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.gateways.secrets import Secrets
from chalicelib.services.accounts.sessions import Sessions
from tests.support import secret
from tests.support.world import World, a_world

VIEWER = "CloudFront-Viewer-Address"


def address_seen(world: World, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]) -> str:
    seen: list[str] = []

    def note(_: Any, __: str, ___: str, address: str, *____: Any) -> None:
        seen.append(address)
        raise RuntimeError("seen")

    monkeypatch.setattr(Sessions, "log_in", note)
    world.api.post("/v1/auth/login", json={"email": "a@example.com", "password": "x"}, headers=headers)
    return seen[0]


class TestSourceAddress:
    def test_address_is_the_gateways_word(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_world() as world:
            assert address_seen(world, monkeypatch, {}) == "127.0.0.1"

    def test_caller_cannot_tell_an_address_of_their_choice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_world() as world:
            for headers in ({VIEWER: "203.0.113.7:4711"}, {VIEWER: "203.0.113.7:4711", "Edge-Key": ""}):
                assert address_seen(world, monkeypatch, headers) == "127.0.0.1"

    @pytest.mark.parametrize(
        ("viewer", "address"),
        [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("2001:db8::7:4711", "2001:db8::7"),
        ],
    )
    def test_our_cloudfront_tells_the_viewers(
        self, viewer: str, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with a_world() as world:
            world.wiring.secrets = Secrets(secret.DOCUMENT | {"edge_key": "the edge's"})

            assert address_seen(world, monkeypatch, {VIEWER: viewer, "Edge-Key": "the edge's"}) == address
            assert address_seen(world, monkeypatch, {VIEWER: viewer, "Edge-Key": "another"}) == "127.0.0.1"
