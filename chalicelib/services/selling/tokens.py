"""The hold token: a hold, signed, carried by its holder. Nothing of it is stored but the claims."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.holds import Hold, HoldTokenRejected
from chalicelib.domain.instants import instant_of, seconds
from chalicelib.domain.money import Money
from chalicelib.domain.principals import Principal
from chalicelib.domain.quotes import Quote, QuoteLine
from chalicelib.domain.seating_plans import SeatRef
from chalicelib.gateways.signing import Signer, TokenRejected


class HoldTokens:
    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def write(self, hold: Hold) -> str:
        quote = hold.quote
        return self._signer.sign(
            {
                "show": hold.showtime_id,
                "who": hold.principal_id,
                "own": hold.own,
                "mac": hold.digest,
                "lines": [[str(line.seat), line.ticket_type, line.price.minor] for line in quote.lines],
                "fee": quote.fee.minor,
                "cur": quote.fee.currency,
                "last": seconds(hold.latest_expiry),
                "until": seconds(hold.expires_at),
            }
        )

    def read(self, token: str, showtime_id: str | None, principal: Principal) -> Hold:
        """Raises HoldTokenRejected. An expired hold is read as well: what may still be done with it is its use's to say.

        A hold begun as a guest may be carried into an account: signing in must not lose the seats. So a token of another
        guest is refused, and one of another user, but not a guest's in the hands of a user.
        """
        try:
            claims = self._signer.read(token)
        except TokenRejected:
            raise HoldTokenRejected() from None
        hold = _hold(claims)
        if showtime_id is not None and hold.showtime_id != showtime_id:
            raise HoldTokenRejected()
        is_carried_over = principal.user_id is not None and Principal(hold.principal_id).is_guest
        if hold.principal_id != principal.id and not is_carried_over:
            raise HoldTokenRejected()
        return hold


def _hold(claims: dict[str, Any]) -> Hold:
    currency = claims["cur"]
    lines = tuple(
        QuoteLine(SeatRef.parse(seat), ticket_type, Money(price, currency))
        for seat, ticket_type, price in claims["lines"]
    )
    return Hold(
        showtime_id=claims["show"],
        principal_id=claims["who"],
        own=claims["own"],
        digest=claims["mac"],
        quote=Quote(lines, Money(claims["fee"], currency)),
        # One signed before tokens said it can no more be extended, but it opens what it holds.
        latest_expiry=instant_of(claims.get("last", claims["until"])),
        expires_at=instant_of(claims["until"]),
    )
