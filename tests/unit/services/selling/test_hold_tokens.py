from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.principals import guest_principal
from tests.support.customers import House


def test_token_gives_back_the_hold_it_was_written_for(house: House) -> None:
    hold = house.customers[0].hold(house.showtime.id, "A-1", "A-2")
    tokens = house.selling.hold_tokens

    assert tokens.read(tokens.write(hold), hold.showtime_id, house.customers[0].principal) == hold


def test_token_from_before_it_said_how_far_it_can_be_extended_opens_its_hold(house: House) -> None:
    hold = replace(
        house.customers[0].hold(house.showtime.id, "A-1", "A-2"), principal_id=guest_principal("g").id
    )
    signer = house.world.wiring.signer("hold")
    tokens = house.selling.hold_tokens
    claims = signer.read(tokens.write(hold))
    del claims["last"]

    read = tokens.read(signer.sign(claims), hold.showtime_id, guest_principal("g"))

    assert read == replace(hold, latest_expiry=hold.expires_at)
