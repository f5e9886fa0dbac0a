from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claims import (
    FOREVER_S,
    FREE,
    OWN_LIMIT,
    Claim,
    ClaimKind,
    claim_of,
    hold_claim,
    is_free,
    paying_claim,
    sold_claim,
    threshold,
    withheld_claim,
)

instants = st.integers(1_000_000_000, FOREVER_S)
claims = st.builds(
    Claim,
    expires_s=instants,
    kind=st.sampled_from(ClaimKind),
    own=st.integers(0, OWN_LIMIT - 1),
    generation=st.integers(0, 9),
)


@given(claims)
def test_number_stands_for_its_claim_and_no_other(claim: Claim) -> None:
    assert claim_of(claim.number) == claim


@given(claims)
def test_number_has_at_most_22_digits(claim: Claim) -> None:
    assert len(str(claim.number)) <= 22


@given(claims, claims)
def test_numbers_are_ordered_by_expiry_then_kind(one: Claim, other: Claim) -> None:
    if one.expires_s != other.expires_s:
        assert (one.number < other.number) == (one.expires_s < other.expires_s)
    elif one.kind != other.kind:
        assert (one.number < other.number) == (one.kind < other.kind)


@given(claims, instants)
def test_claim_lives_through_its_last_second_and_no_longer(claim: Claim, now_s: int) -> None:
    assert is_free(claim.number, now_s) == (claim.expires_s < now_s)


@given(instants)
def test_free_seat_is_free_at_any_time(now_s: int) -> None:
    assert is_free(FREE, now_s)
    assert claim_of(FREE) is None


def test_example_of_the_glossary() -> None:
    assert hold_claim(481_516_2342, 1_763_769_600).number == 1763769600_1_4815162342_0
    assert threshold(1_763_769_600) == 1763769600_0_0000000000_0


def test_sold_claim_never_lapses() -> None:
    assert not is_free(sold_claim(1).number, 9_000_000_000)


@given(claims, st.integers(0, OWN_LIMIT - 1), st.integers(0, 9))
def test_claim_is_of_its_own_digits_and_generation_only(claim: Claim, own: int, generation: int) -> None:
    withheld = claim.kind is ClaimKind.WITHHELD
    assert claim.is_of(own, generation) == (
        (claim.own, claim.generation) == (own, generation) and not withheld
    )
    assert claim.is_of(claim.own, claim.generation) == (not withheld)


def test_withheld_seat_is_nobodys() -> None:
    assert not withheld_claim(FOREVER_S).is_of(0, 0)


def test_generations_of_one_booking_are_different_numbers() -> None:
    assert paying_claim(7, 1_763_769_600, 0).number != paying_claim(7, 1_763_769_600, 1).number
