"""The command that makes the first admin."""

from __future__ import annotations

import pytest

from dev import admin
from tests.support import secret
from tests.support.people import a_user
from tests.support.world import World, a_world


@pytest.fixture(autouse=True)
def _secret_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.gateways import secrets

    monkeypatch.setattr(secrets, "from_secrets_manager", lambda _: secrets.Secrets(secret.DOCUMENT))


def is_admin(world: World, user_id: str) -> bool:
    return world.wiring.accounts.user(user_id).is_admin


class TestGrantAdmin:
    def test_user_becomes_an_admin_and_no_longer_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        with a_world() as world:
            user = a_user(world, "ada@example.com")

            assert admin.main(["grant-admin", "ADA@example.com"]) == 0
            assert is_admin(world, user.id)
            assert admin.main(["grant-admin", "ada@example.com"]) == 0

            assert admin.main(["revoke-admin", "ada@example.com"]) == 0
            assert not is_admin(world, user.id)
            assert "no longer an admin" in capsys.readouterr().out

    @pytest.mark.parametrize("email", ["ben@example.com", "ben"])
    def test_unknown_address_is_one_line(self, email: str, capsys: pytest.CaptureFixture[str]) -> None:
        with a_world():
            assert admin.main(["grant-admin", email]) == 1

            assert len(capsys.readouterr().err.splitlines()) == 1

    def test_missing_environment_is_one_line(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("ACCOUNTS_TABLE", raising=False)

        assert admin.main(["grant-admin", "ada@example.com"]) == 1

        assert len(capsys.readouterr().err.splitlines()) == 1
