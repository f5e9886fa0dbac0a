"""Registering and logging in over HTTP, as people do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher

from tests.support.people import a_user

if TYPE_CHECKING:
    import pytest

    from chalicelib.domain.users import User
    from tests.support.api import Reply
    from tests.support.world import World

PASSWORD = "correct horse battery"


def registration(email: str = "ada@example.com", **more: Any) -> dict[str, Any]:
    return {"email": email, "password": PASSWORD, "name": "Ada Byron"} | more


def mailed_token(world: World, kind: str) -> str:
    """The token of the newest mail of the kind; takes all mail off the queue."""
    found = [mail["data"]["token"] for mail in world.queued_mail() if mail["kind"] == kind]
    return str(found[-1])


def register(world: World, email: str = "ada@example.com", **more: Any) -> None:
    """An account whose address is verified."""
    assert world.api.post("/v1/auth/register", json=registration(email, **more)).status == 202
    token = mailed_token(world, "verify-address")
    assert world.api.post("/v1/auth/verify", json={"token": token}).status == 204


def log_in(world: World, email: str = "ada@example.com", password: str = PASSWORD, **more: Any) -> Reply:
    """Tokens in the body."""
    body = {"email": email, "password": password, "tokens_in": "body"} | more
    return world.api.post("/v1/auth/login", json=body)


def access_token(world: World, email: str = "ada@example.com", **more: Any) -> str:
    """Registered, verified, logged in."""
    register(world, email, **more)
    return str(log_in(world, email).json["access_token"])


def refresh(world: World, token: str) -> Reply:
    return world.api.post("/v1/auth/refresh", json={"refresh_token": token})


def cookie(reply: Reply, name: str) -> str:
    """ "name=value" of a cookie that the reply sets."""
    found = [each for each in reply.cookies if each.startswith(f"{name}=")]
    assert len(found) == 1, reply.cookies
    return found[0].partition(";")[0]


def a_person(world: World, email: str = "ada@example.com") -> User:
    return a_user(world, email, password=PASSWORD)


def hashes_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every run of argon2."""
    runs: list[str] = []
    for name in ("hash", "verify"):
        original = getattr(PasswordHasher, name)

        def noted(self: Any, *args: Any, _original: Any = original, _name: str = name, **more: Any) -> Any:
            runs.append(_name)
            return _original(self, *args, **more)

        monkeypatch.setattr(PasswordHasher, name, noted)
    return runs
