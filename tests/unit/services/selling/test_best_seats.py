"""Best available asked for again, after its answer was lost."""

from __future__ import annotations

from chalicelib.domain.principals import guest_principal
from chalicelib.services.selling.best_seats import Party
from chalicelib.services.selling.drafting import Asker
from tests.support.builders import a_row, a_showtime
from tests.support.world import a_world


def test_hold_that_is_found_again_has_its_ticket_types_and_its_price() -> None:
    with a_world() as world:
        showtime = a_showtime(world, rows=[a_row("A", 12)])
        best_seats = world.wiring.selling.best_seats
        asker = Asker(guest_principal("ada"), "", "key", {})
        party = Party((("child", 9), ("adult", 1)))

        first = best_seats.hold(asker, showtime.id, party)
        again = best_seats.hold(asker, showtime.id, party)

        assert again.quote == first.quote
        assert [line.seat.number for line in first.quote.lines] == sorted(
            (seat.number for seat in first.seats), key=int
        )
