"""What the policies allow suffices: from the first registration to mail and money, through every function."""

from __future__ import annotations

from tests.infra_iam.journey import Visitor, choose, make_admin, open_a_cinema, until
from tests.support.deployed import Deployed


def test_cinema_opens_sells_and_pays_back_under_its_policies(deployed: Deployed) -> None:
    with deployed.explained():
        _journey(deployed)
    assert deployed.complaints() == []


def _journey(deployed: Deployed) -> None:
    owner, admin, customer = Visitor(deployed.site), Visitor(deployed.site), Visitor(deployed.site)
    owner.join("owner@example.com", "Otto Brandt", "owner")
    admin.join("admin@example.com", "Iris Adler", "customer")
    make_admin(deployed, "admin@example.com")
    admin.log_in("admin@example.com")
    showtime = open_a_cinema(owner, admin)
    customer.join("clara@example.com", "Clara Sommer", "customer")

    held = customer.api(
        "POST",
        f"/v1/showtimes/{showtime}/holds",
        {"seats": [{"seat": "B-4"}, {"seat": "B-5"}]},
        expect=201,
    )
    booking = customer.api("POST", "/v1/bookings", {}, expect=201, headers={"Hold-Token": held["token"]})
    choose(customer, booking["payment"]["url"], "approve")

    # Nobody confirms: the provider's notice, or recovery, does.
    path = f"/v1/bookings/{booking['reference']}"
    _until_state(customer, path, "confirmed")
    tickets = customer.api("GET", f"{path}/tickets", expect=200)
    assert len(tickets["tickets"]) == 2
    assert customer.api("GET", "/v1/bookings", expect=200)["bookings"]
    assert customer.mail_to("clara@example.com", booking["reference"])

    shown = customer.api("GET", f"{path}/cancellation", expect=200)
    customer.api("POST", f"{path}/cancel", {"refund": shown["refund"]}, expect=200)
    _until_state(customer, path, "cancelled")
    assert customer.mail_to("clara@example.com", "cancelled")
    again = customer.api(
        "POST", f"/v1/showtimes/{showtime}/holds", {"seats": [{"seat": "B-4"}, {"seat": "B-5"}]}, expect=201
    )
    assert again["seats"] == ["B-4", "B-5"]


def _until_state(visitor: Visitor, path: str, state: str) -> None:
    def look() -> bool | None:
        return visitor.api("GET", path, expect=200)["state"] == state or None

    until(look, f"booking that is {state}")
