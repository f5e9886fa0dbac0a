"""Selling through its services, as threads and crash tests need it: nothing between them and the writes."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.bookings import Booking, cancellation_quote
from chalicelib.domain.cinemas import Cinema
from chalicelib.domain.holds import Hold
from chalicelib.domain.principals import guest_principal
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.services.selling.best_seats import Party
from chalicelib.services.selling.checkout import Buyer, CheckedOut
from chalicelib.services.selling.drafting import Asker
from chalicelib.services.selling.holding import Choice
from chalicelib.services.selling.reading import customer_of_address
from chalicelib.services.selling.selling import Selling
from chalicelib.stores.bookings import Bookings
from chalicelib.stores.rows import Rows
from tests.support.world import World


@dataclass
class Box:
    """The box office of one showtime, and whoever comes to it by name."""

    world: World
    showtime_id: str
    cinema: Cinema

    @property
    def selling(self) -> Selling:
        return self.world.wiring.selling

    def hold(self, who: str, *seats: str, key: str = "k") -> Hold:
        asker = Asker(guest_principal(who), "", key, {"seats": seats})
        choices = [Choice(SeatRef.parse(seat), None) for seat in seats]
        return self.selling.holding.hold_seats(asker, self.showtime_id, choices)

    def hold_best(self, who: str, size: int, wheelchairs: int = 0) -> Hold:
        asker = Asker(guest_principal(who), "", "k", {"party": size, "wheelchairs": wheelchairs})
        return self.selling.best_seats.hold(asker, self.showtime_id, Party(((None, size),), wheelchairs))

    def check_out(self, hold: Hold, name: str = "Ada", *, other_seats: bool = False) -> CheckedOut:
        email = f"{hold.principal_id.removeprefix('G#').lower()}@people.example"
        buyer = Buyer(customer_of_address(email), email, name, "en", other_seats)
        return self.selling.checkout.check_out(hold, buyer, self.cinema, "")

    def pending(self, who: str, *seats: str) -> Booking:
        return self.check_out(self.hold(who, *seats)).booking

    def confirmed(self, who: str, *seats: str) -> Booking:
        booking = self.pending(who, *seats)
        self.world.payments.choose(booking.attempt_key(1))
        return self.selling.settling.settle(booking)

    def cancel(self, booking: Booking) -> Booking:
        """By the terms that hold for the booking as it is here."""
        return self.selling.cancelling.cancel(booking, cancellation_quote(booking).refund)

    def stored(self, booking: Booking) -> Booking:
        found = Bookings().get(booking.showtime_id, booking.own)
        assert found is not None
        return found

    def claims(self, row_id: str) -> dict[str, int]:
        """Seats of the row that are not free, as "A-1", with their claims."""
        for row in Rows(self.world.wiring.ids).read(self.showtime_id, consistent=True):
            if row.row_id == row_id:
                return {f"{row_id}-{number}": claim for number, claim in row.claims.items() if claim}
        raise KeyError(row_id)

    def bookings(self) -> list[Booking]:
        return list(Bookings().of_showtime(self.showtime_id))
