"""E-mail addresses in one spelling."""

from __future__ import annotations

import pytest

from chalicelib.domain.users import address_digest
from chalicelib.gateways.addresses import AddressUnusable, normalised


class TestNormalised:
    @pytest.mark.parametrize(
        ("given", "spelled"),
        [
            ("Ada@EXAMPLE.com", "Ada@example.com"),
            ("ada@xn--bcher-kva.example.com", "ada@bücher.example.com"),
            ("ada@BÜCHER.example.com", "ada@bücher.example.com"),
            ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ],
    )
    def test_spelling(self, given: str, spelled: str) -> None:
        assert normalised(given) == spelled

    @pytest.mark.parametrize("given", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@nowhere"])
    def test_no_address(self, given: str) -> None:
        with pytest.raises(AddressUnusable):
            normalised(given)


class TestAddressDigest:
    def test_case_makes_no_other_address(self) -> None:
        assert address_digest("Ada@example.com") == address_digest("aDA@example.com")
        assert address_digest("ada@example.com") != address_digest("ada@example.org")
