"""The people of the demo data, one of every role. Their password is no secret: they exist on this machine only."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.principals import Role

PASSWORD = "popcorn-and-velvet-seats"  # nosec B105


@dataclass(frozen=True, slots=True)
class Login:
    """`what` says on the screen of `make run` what the person may do. `cinemas` are keys of data.CINEMAS.

    A customer goes to these cinemas; everybody else works there.
    """

    email: str
    name: str
    what: str
    role: Role | None = None
    cinemas: tuple[str, ...] = ()
    is_owner: bool = False
    is_admin: bool = False
    password: str = PASSWORD

    @property
    def is_customer(self) -> bool:
        return self.role is None and not self.is_owner and not self.is_admin


LOGINS: tuple[Login, ...] = (
    Login("admin@matinee.example", "Iris Adler", "admin of the chain", is_admin=True),
    Login(
        "owner@matinee.example",
        "Otto Brandt",
        "owner of Lichtburg and Elbschloss",
        cinemas=("lichtburg", "elbschloss"),
        is_owner=True,
    ),
    Login(
        "owner.mumbai@matinee.example",
        "Meera Joshi",
        "owner of Rajmahal",
        cinemas=("rajmahal",),
        is_owner=True,
    ),
    Login("manager@matinee.example", "Mona Krüger", "manager of Lichtburg", Role.MANAGER, ("lichtburg",)),
    Login("finance@matinee.example", "Felix Zuse", "finance of Lichtburg", Role.FINANCE, ("lichtburg",)),
    Login("staff@matinee.example", "Stella Winter", "door staff of Lichtburg", Role.STAFF, ("lichtburg",)),
    Login(
        "customer@matinee.example",
        "Clara Sommer",
        "customer with bookings",
        cinemas=("lichtburg", "elbschloss"),
    ),
    Login("customer.two@matinee.example", "Ravi Menon", "another customer, in Mumbai", cinemas=("rajmahal",)),
)
