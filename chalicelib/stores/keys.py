"""Every key of the three tables. Nothing else builds one. `docs/data-model.md` lists who reads which, and the cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class Key(NamedTuple):
    pk: str
    sk: str


# --- catalogue -------------------------------------------------------------------------------------------------

CINEMAS = "CINEMAS"
MOVIES = "MOVIES"
AUDITORIUM_PREFIX = "AUDITORIUM#"
PRICE_LIST_PREFIX = "PRICES#"
PLAN_PREFIX = "PLAN#"
PLAN_VERSION_PREFIX = "V#"
UNFINISHED = "UNFINISHED"


def cinema(cinema_id: str) -> Key:
    """All cinemas share a partition: the chain's list is one query."""
    return Key(CINEMAS, cinema_id)


def movie(movie_id: str) -> Key:
    return Key(MOVIES, movie_id)


def parts_of_cinema(cinema_id: str) -> str:
    """The partition of a cinema's auditoriums, and of what names its seating plans and price lists."""
    return f"CINEMA#{cinema_id}"


def auditorium(cinema_id: str, auditorium_id: str) -> Key:
    return Key(parts_of_cinema(cinema_id), f"{AUDITORIUM_PREFIX}{auditorium_id}")


def price_list_name(cinema_id: str, price_list_id: str) -> Key:
    """Lists a price list under its cinema."""
    return Key(parts_of_cinema(cinema_id), f"{PRICE_LIST_PREFIX}{price_list_id}")


def seating_plan_names(auditorium_id: str) -> str:
    return f"{PLAN_PREFIX}{auditorium_id}#"


def seating_plan_name(cinema_id: str, auditorium_id: str, plan_id: str) -> Key:
    """Lists a seating plan under its auditorium."""
    return Key(parts_of_cinema(cinema_id), f"{seating_plan_names(auditorium_id)}{plan_id}")


def price_list(price_list_id: str) -> Key:
    return Key(f"PRICES#{price_list_id}", "PRICES")


def price_list_id_of(pk: str) -> str:
    return pk.removeprefix("PRICES#")


def seating_plan_versions(plan_id: str) -> str:
    return f"PLAN#{plan_id}"


def seating_plan(plan_id: str, version: int) -> Key:
    return Key(seating_plan_versions(plan_id), f"{PLAN_VERSION_PREFIX}{version:06d}")


def plan_id_of(pk: str) -> str:
    return pk.removeprefix("PLAN#")


def plan_version_of(sk: str) -> int:
    return int(sk.removeprefix(PLAN_VERSION_PREFIX))


def showtime(showtime_id: str) -> Key:
    return Key(f"SHOWTIME#{showtime_id}", "SHOWTIME")


def showtime_id_of(pk: str) -> str:
    return pk.removeprefix("SHOWTIME#")


def unfinished_showtime(showtime_id: str) -> Key:
    """The work order of a showtime whose making or cancelling has begun and not ended."""
    return Key(UNFINISHED, showtime_id)


def showings(movie_id: str) -> str:
    """The partition of a movie's showtimes, in the order of their start."""
    return f"SHOWINGS#{movie_id}"


def showing(movie_id: str, starts_at: datetime, showtime_id: str) -> Key:
    return Key(showings(movie_id), starts_sort(starts_at, showtime_id))


def starts_sort(starts_at: datetime, showtime_id: str = "") -> str:
    return f"{starts_at:%Y-%m-%dT%H:%M}#{showtime_id}"


def programmes(auditorium_id: str) -> str:
    return f"PROGRAMME#{auditorium_id}"


def programme(auditorium_id: str, day: date) -> Key:
    return Key(programmes(auditorium_id), day.isoformat())


def cinema_day(cinema_id: str, business_date: date) -> str:
    return f"{cinema_id}#{business_date.isoformat()}"


def movie_day(movie_id: str, business_date: date) -> str:
    return f"{movie_id}#{business_date.isoformat()}"


# --- sales -----------------------------------------------------------------------------------------------------

ROW_PREFIX = "R#"
BOOKING_PREFIX = "B#"
_CUSTOMER_OF_ADDRESS = "E#"
DUE_SHARDS = 16


def showtime_sales(showtime_id: str) -> str:
    """The partition of a showtime's rows and bookings. Short, because a full row must stay under 1 KB."""
    return f"S#{showtime_id}"


def showtime_of_sales(pk: str) -> str:
    return pk.removeprefix("S#")


def row(showtime_id: str, row_id: str) -> Key:
    return Key(showtime_sales(showtime_id), f"{ROW_PREFIX}{row_id}")


def booking(showtime_id: str, own_digits: int) -> Key:
    return Key(showtime_sales(showtime_id), f"{BOOKING_PREFIX}{own_digits:010d}")


def clearance(showtime_id: str) -> Key:
    """The work order that undoes every booking of a cancelled showtime."""
    return Key(showtime_sales(showtime_id), "CLEARANCE")


def due_shard(own_digits: int) -> str:
    return f"D#{own_digits % DUE_SHARDS:02d}"


REFUSED_REFUNDS = "REFUSED"


def refused_refund(reference: str, attempt: int) -> Key:
    """Refunds that the provider refuses for good: one list, waiting for a human."""
    return Key(REFUSED_REFUNDS, f"{reference}/{attempt}")


def customer_of_user(user_id: str) -> str:
    return f"U#{user_id}"


def customer_of_address(address_digest: str) -> str:
    """A guest's bookings, until the address is verified by an account and they join it."""
    return f"{_CUSTOMER_OF_ADDRESS}{address_digest}"


def is_customer_of_address(customer: str) -> bool:
    return customer.startswith(_CUSTOMER_OF_ADDRESS)


# --- accounts: mails -------------------------------------------------------------------------------------------

REFUSED_MAILS = "REFUSED_MAILS"


def mail(kind: str, subject_id: str, address_digest: str) -> Key:
    """The ledger's entry of one mail: at most one is sent a key."""
    return Key(f"MAIL#{kind}#{subject_id}", address_digest)


def refused_mail(kind: str, subject_id: str, address_digest: str) -> Key:
    """Mails that the mail service refuses for good: one list, for a human to read."""
    return Key(REFUSED_MAILS, f"{kind}#{subject_id}#{address_digest}")


# --- accounts: replays -----------------------------------------------------------------------------------------


def replay(principal_id: str, operation_id: str, idempotency_key: str) -> Key:
    """An answer that is kept for whoever repeats the request."""
    return Key(f"REPLAY#{principal_id}", f"{operation_id}#{idempotency_key}")


# --- accounts --------------------------------------------------------------------------------------------------

FAMILY_PREFIX = "F#"
GRANT_PREFIX = "G#"
REGISTRATION_PREFIX = "R#"


def account(user_id: str) -> str:
    """The partition of a user: who they are, their sessions, their grants."""
    return f"U#{user_id}"


def user_id_of(pk: str) -> str:
    return pk.removeprefix("U#")


def user(user_id: str) -> Key:
    return Key(account(user_id), "USER")


def family(user_id: str, family_id: str) -> Key:
    return Key(account(user_id), f"{FAMILY_PREFIX}{family_id}")


def grant(user_id: str, cinema_id: str) -> Key:
    """What decides: read at each call that needs a role."""
    return Key(account(user_id), f"{GRANT_PREFIX}{cinema_id}")


def grants_in(cinema_id: str) -> str:
    return f"C#{cinema_id}"


def grant_in(cinema_id: str, user_id: str) -> Key:
    """The same grant, listed under its cinema."""
    return Key(grants_in(cinema_id), f"{GRANT_PREFIX}{user_id}")


def address(address_digest: str) -> Key:
    """The claim of one account on an e-mail address."""
    return Key(f"E#{address_digest}", "ADDRESS")


def registrations(address_digest: str) -> str:
    return f"E#{address_digest}"


def registration(address_digest: str, registration_id: str) -> Key:
    return Key(registrations(address_digest), f"{REGISTRATION_PREFIX}{registration_id}")


def attempts(what: str, digest: str) -> Key:
    """The counter of attempts that slows guesses down; `what` says who is slowed."""
    return Key(f"A#{what}#{digest}", "ATTEMPTS")


def live_holds(holder_digest: str) -> Key:
    """The hoarding counter of an account or of a network address."""
    return Key(f"H#{holder_digest}", "HOLDS")


def due_shards() -> list[str]:
    """All shards of the `due` index; recovery queries each."""
    return [due_shard(i) for i in range(DUE_SHARDS)]
