import pytest

from chalicelib.domain.cinemas import check
from chalicelib.domain.errors import Invalid


def test_known_zone_and_currency_are_accepted() -> None:
    check("Asia/Kolkata", "INR")


def test_unknown_zone_and_currency_are_both_pointed_at() -> None:
    with pytest.raises(Invalid) as refused:
        check("Europe/Nowhere", "XXX")

    assert [pointer for pointer, _ in refused.value.errors] == ["/time_zone", "/currency"]
