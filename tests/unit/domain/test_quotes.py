from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import Money
from chalicelib.domain.price_lists import PriceList, TicketType
from chalicelib.domain.quotes import default_type, quote
from chalicelib.domain.seating_plans import SeatCategory, SeatRef
from tests.support.builders import a_row, a_seating_plan

TYPES = (TicketType("adult", "Adult"), TicketType("child", "Child"))
PLAN = a_seating_plan(
    [
        a_row("A", 6, categories=[SeatCategory.PREMIUM, SeatCategory.WHEELCHAIR, SeatCategory.RECLINER]),
    ]
)


def prices(
    adult: int = 1200, child: int = 800, fee: int = 100, premium: int | None = 1500, wheelchair: int = 600
) -> PriceList:
    """Recliners are not sold; children sit in standard seats only."""
    found = {
        ("adult", SeatCategory.STANDARD): adult,
        ("child", SeatCategory.STANDARD): child,
        ("child", SeatCategory.WHEELCHAIR): wheelchair,
        **({("adult", SeatCategory.PREMIUM): premium} if premium is not None else {}),
    }
    return PriceList(
        id="P",
        cinema_id="C",
        name="Evening",
        currency="EUR",
        ticket_types=TYPES,
        prices={pair: Money(minor, "EUR") for pair, minor in found.items()},
        booking_fee=Money(fee, "EUR"),
        deleted=False,
        version=1,
    )


def seat(number: int) -> SeatRef:
    return SeatRef("A", str(number))


@given(
    st.lists(
        st.sampled_from([(1, "adult"), (4, "adult"), (4, "child"), (5, "child"), (6, None)]), max_size=10
    ),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**4),
)
def test_parts_add_up_to_the_total(
    chosen: list[tuple[int, str | None]], adult: int, child: int, fee: int
) -> None:
    listed = prices(adult, child, fee)

    quoted = quote(PLAN, listed, [(seat(number), ticket_type) for number, ticket_type in chosen])

    assert quoted.total.minor == sum(line.price.minor for line in quoted.lines) + quoted.fee.minor
    assert quoted.tickets + quoted.fee == quoted.total
    assert quoted.fee.minor == fee * len(chosen)


def test_price_is_that_of_type_and_category() -> None:
    quoted = quote(PLAN, prices(), [(seat(1), "adult"), (seat(4), "adult"), (seat(5), "child")])

    assert [line.price.minor for line in quoted.lines] == [1500, 1200, 800]


def test_without_a_type_the_first_that_the_seat_is_sold_as_is_taken() -> None:
    assert default_type(prices(), SeatCategory.STANDARD) == "adult"
    assert default_type(prices(), SeatCategory.WHEELCHAIR) == "child"
    assert default_type(prices(), SeatCategory.RECLINER) is None


def test_types_that_do_not_fit_are_named_each_with_its_seat() -> None:
    with pytest.raises(Invalid) as refused:
        quote(PLAN, prices(), [(seat(4), "adult"), (seat(1), "child"), (seat(3), None), (seat(5), "senior")])

    assert [pointer for pointer, _ in refused.value.errors] == [
        "/seats/1/ticket_type",
        "/seats/2/ticket_type",
        "/seats/3/ticket_type",
    ]
    assert "choose of: adult" in refused.value.errors[0][1]


def test_seat_without_a_price_is_not_free() -> None:
    with pytest.raises(Invalid):
        quote(PLAN, prices(premium=None), [(seat(1), "adult")])
