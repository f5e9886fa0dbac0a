from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import Money, total

minors = st.integers(-(10**9), 10**9)


@given(minors, st.integers(0, 100))
def test_share_is_rounded_half_away_from_zero(minor: int, percentage: int) -> None:
    expected = (Decimal(minor) * percentage / 100).quantize(Decimal(1), ROUND_HALF_UP)

    assert Money(minor, "EUR").per_cent(percentage) == Money(int(expected), "EUR")


@given(st.lists(minors))
def test_total_is_the_sum_of_its_parts(parts: list[int]) -> None:
    assert total((Money(part, "INR") for part in parts), "INR") == Money(sum(parts), "INR")


@given(minors, minors)
def test_difference_undoes_a_sum(one: int, other: int) -> None:
    assert Money(one, "EUR") + Money(other, "EUR") - Money(other, "EUR") == Money(one, "EUR")


@pytest.mark.parametrize("step", [lambda a, b: a + b, lambda a, b: a - b])
def test_two_currencies_do_not_add_up(step: object) -> None:
    assert callable(step)
    with pytest.raises(ValueError):
        step(Money(1, "EUR"), Money(1, "INR"))


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1250, "EUR"), "12.50 EUR"),
        (Money(-5, "EUR"), "-0.05 EUR"),
        (Money(1250, "JPY"), "1250 JPY"),
        (Money(-1250, "JPY"), "-1250 JPY"),
        (Money(1250, "KWD"), "1.250 KWD"),
        (Money(0, "INR"), "0.00 INR"),
    ],
)
def test_amount_is_written_with_the_digits_of_its_currency(money: Money, text: str) -> None:
    assert str(money) == text
