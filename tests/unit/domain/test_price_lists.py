import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.money import Money
from chalicelib.domain.price_lists import PriceList, TicketType, check
from chalicelib.domain.seating_plans import SeatCategory

ADULT, CHILD = TicketType("adult", "Adult"), TicketType("child", "Child")
STANDARD, PREMIUM = SeatCategory.STANDARD, SeatCategory.PREMIUM


def pointers(types: list[TicketType], prices: list[tuple[str, SeatCategory]]) -> set[str]:
    with pytest.raises(Invalid) as refused:
        check(types, prices)
    return {pointer for pointer, _ in refused.value.errors}


def test_types_with_their_prices_are_accepted() -> None:
    check([ADULT, CHILD], [("adult", STANDARD), ("adult", PREMIUM), ("child", STANDARD)])


def test_ticket_type_named_twice_is_pointed_at() -> None:
    assert pointers([ADULT, ADULT], [("adult", STANDARD)]) == {"/ticket_types/1/id"}


def test_price_of_an_unknown_type_is_pointed_at() -> None:
    assert pointers([ADULT], [("adult", STANDARD), ("child", STANDARD)]) == {"/prices/1/ticket_type"}


def test_pair_priced_twice_is_pointed_at() -> None:
    assert pointers([ADULT], [("adult", STANDARD), ("adult", STANDARD)]) == {"/prices/1"}


def test_lowest_price_includes_the_fee_of_one_ticket() -> None:
    prices = {("adult", STANDARD): Money(1200, "EUR"), ("child", STANDARD): Money(800, "EUR")}
    found = PriceList("1", "c", "x", "EUR", (ADULT, CHILD), prices, Money(50, "EUR"), False, 1)

    assert found.lowest() == Money(850, "EUR")


def test_free_place_of_a_companion_is_not_the_lowest_price() -> None:
    prices = {
        ("adult", STANDARD): Money(1200, "EUR"),
        ("adult", SeatCategory.WHEELCHAIR): Money(900, "EUR"),
        ("adult", SeatCategory.COMPANION): Money(0, "EUR"),
    }
    found = PriceList("1", "c", "x", "EUR", (ADULT,), prices, Money(50, "EUR"), False, 1)

    assert found.lowest() == Money(1250, "EUR")


def test_list_that_sells_only_accessible_places_names_the_lowest_of_them() -> None:
    prices = {("adult", SeatCategory.WHEELCHAIR): Money(900, "EUR")}
    found = PriceList("1", "c", "x", "EUR", (ADULT,), prices, Money(50, "EUR"), False, 1)

    assert found.lowest() == Money(950, "EUR")
