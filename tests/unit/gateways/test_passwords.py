"""Password hashes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.gateways.passwords import PasswordHashes


class TestPasswordHashes:
    def test_password_is_known_by_its_hash(self) -> None:
        hashes = PasswordHashes()
        stored = hashes.hash("correct horse")

        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert hashes.verify("correct horse", stored)
        assert not hashes.verify("correct hors", stored)
        assert not hashes.is_outdated(stored)

    def test_letters_of_two_spellings_are_one_password(self) -> None:
        hashes = PasswordHashes()

        assert hashes.verify("caf\u00e9 au lait", hashes.hash("cafe\u0301 au lait"))

    def test_nobodys_hash_fits_no_password_and_costs_as_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from argon2 import PasswordHasher

        costs: list[str] = []
        verify = PasswordHasher.verify

        def noted(self: PasswordHasher, hash: Any, password: Any) -> Any:
            costs.append(str(hash).rsplit("$", 2)[0])
            return verify(self, hash, password)

        monkeypatch.setattr(PasswordHasher, "verify", noted)
        hashes = PasswordHashes()

        assert not hashes.verify("", None)
        assert not hashes.verify("correct horse", None)
        assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2
