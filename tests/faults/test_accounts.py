"""Accounts with the wire cut at each call that a story makes, in turn: the person repeats the step, and all ends well.

The calls are those that the code makes, counted in a run without faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import boto3
import pytest
from botocore.retries.standard import ExponentialBackoff

from chalicelib.domain.errors import DomainError, Unavailable, VersionStale
from chalicelib.domain.limits import HoldLimitReached
from chalicelib.domain.principals import NotSignedIn, Role, guest_principal, user_principal
from chalicelib.domain.sessions import SessionOver
from chalicelib.domain.users import CredentialsRejected
from chalicelib.services.accounts.registrations import Wish
from chalicelib.services.hoarding import Hoarding
from chalicelib.stores import grants, sessions, tables, users
from tests.support.cloud import Burst, Cloud
from tests.support.people import a_user
from tests.support.races import a_real_world
from tests.support.sign_in import mailed_token
from tests.support.world import World

T = TypeVar("T")

# What meets every call while it lasts: it was done and its reply lost; it was never done; the first with one repeat.
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "reply lost once": {"response": {"abort_bytes": 0}, "times": 1},
    "reply lost": {"response": {"abort_bytes": 0}, "times": 20},
    "never arrives": {"reset": True, "times": 20},
}
ADDRESS = "203.0.113.7"
PASSWORD = "correct horse battery"


@dataclass
class Wire:
    """Counts the calls of a story's act, and cuts the wire at one of them."""

    burst: Burst
    fault: Mapping[str, Any] | None = None
    at: int = -1
    calls: list[str] = field(default_factory=list)
    is_open: bool = True

    @contextmanager
    def in_the_way(self) -> Iterator[None]:
        """What is done meanwhile may be cut; what is done before and after, to arrange and to look, is not."""
        self.is_open = False
        try:
            yield
        finally:
            self.is_open = True
            self.burst.rules([])

    def cut(self, at: int, fault: Mapping[str, Any] | None) -> None:
        """Let the fault meet that call."""
        self.calls.clear()
        self.at, self.fault = at, fault

    def heed(self, event_name: str, **_: object) -> None:
        """botocore tells it of each call, before it is made."""
        if self.is_open:
            return
        operation = event_name.removeprefix("before-call.")
        if len(self.calls) == self.at and self.fault:
            self.burst.rules([{"service": operation.partition(".")[0], **self.fault}])
        elif len(self.calls) == self.at + 1:
            self.burst.rules([])
        self.calls.append(operation)


@pytest.fixture(scope="module")
def wired(cloud: Cloud, burst: Burst) -> Iterator[tuple[World, Wire]]:
    wire = Wire(burst)
    burst.rules([])
    with (
        pytest.MonkeyPatch.context() as patch,
        a_real_world(cloud, {"AWS_ENDPOINT_URL": burst.endpoint}) as world,
    ):
        patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION
        boto3.DEFAULT_SESSION.events.register("before-call", wire.heed)
        tables.client().meta.events.register("before-call", wire.heed)
        world.wiring.password_hashes = QuickHashes()  # type: ignore[assignment]
        try:
            yield world, wire
        finally:
            burst.rules([])
            boto3.DEFAULT_SESSION = None


class QuickHashes:
    """Stands in for argon2, which takes its time."""

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, password: str, password_hash: str | None) -> bool:
        return password_hash == self.hash(password)

    def is_outdated(self, password_hash: str) -> bool:
        return False


def patiently(call: Callable[[], T]) -> T:
    """As a person does: again, while the answer is "busy"."""
    for _ in range(3):
        try:
            return call()
        except Unavailable:
            continue
    raise AssertionError("busy for good")


def registering(world: World, wire: Wire, email: str) -> None:
    wish = Wish(email, PASSWORD, "Ada", "en", "Etc/UTC")

    with wire.in_the_way():
        patiently(lambda: world.wiring.registrations.register(wish, ADDRESS))
    token = mailed_token(world, "verify-address")
    with wire.in_the_way():
        patiently(lambda: world.wiring.registrations.verify(token))

    user = users.find_by_address(email)
    assert user is not None and user.version == 1
    assert world.wiring.sessions.log_in(email, PASSWORD, ADDRESS).user == user


def staying_signed_in(world: World, wire: Wire, email: str) -> None:
    user = a_user(world, email, password=PASSWORD)

    with wire.in_the_way():
        signed_in = patiently(lambda: world.wiring.sessions.log_in(email, PASSWORD, ADDRESS))
        for number in range(2, 4):
            before = signed_in.refresh_token
            signed_in = patiently(lambda token=before: world.wiring.sessions.refresh(token))  # type: ignore[misc]
            assert signed_in.refresh_token.split(".")[2] == str(number)
        patiently(lambda: world.wiring.sessions.log_out(signed_in.refresh_token))

    with pytest.raises(SessionOver):
        world.wiring.sessions.refresh(signed_in.refresh_token)
    assert len(sessions.of_user(user.id)) <= 1  # of a log-in whose answer was lost; nobody has its token


def resetting_the_password(world: World, wire: Wire, email: str) -> None:
    user = a_user(world, email, password=PASSWORD)
    old = world.wiring.sessions.begin(user).refresh_token

    with wire.in_the_way():
        patiently(lambda: world.wiring.passwords.send_link(email, ADDRESS))
    token = mailed_token(world, "reset-password")
    with wire.in_the_way():
        patiently(lambda: world.wiring.passwords.reset(token, "another password", ADDRESS))

    with pytest.raises(SessionOver):
        world.wiring.sessions.refresh(old)
    with pytest.raises(CredentialsRejected):
        world.wiring.sessions.log_in(email, PASSWORD, ADDRESS)
    world.wiring.sessions.log_in(email, "another password", ADDRESS)
    after = users.find(user.id)
    assert after is not None and after.credentials_epoch == 2


def changing_the_profile(world: World, wire: Wire, email: str) -> None:
    """A change that was made and whose answer was lost is told as stale: the person reads it again and sees it."""
    user = a_user(world, email)

    with wire.in_the_way(), suppress(VersionStale):
        patiently(lambda: world.wiring.profiles.change(user.id, {"name": "Countess"}, 1))

    after = users.find(user.id)
    assert after is not None and (after.name, after.version) == ("Countess", 2)


def handing_out_roles(world: World, wire: Wire, email: str) -> None:
    user, cinema_id = a_user(world, email), world.wiring.ids.ulid()

    with wire.in_the_way():
        patiently(lambda: world.wiring.accounts.grant(user.id, cinema_id, [Role.STAFF]))
        patiently(lambda: world.wiring.accounts.grant(user.id, cinema_id, [Role.MANAGER]))

    decides, listed = grants.find(user.id, cinema_id), grants.in_cinema(cinema_id, None, 10)
    assert decides is not None and decides.roles == {Role.STAFF, Role.MANAGER}
    assert listed == [decides]


def erasing(world: World, wire: Wire, email: str) -> None:
    """Once it is done, and its answer lost, asking again is asking as nobody."""
    user, cinema_id = a_user(world, email, password=PASSWORD), world.wiring.ids.ulid()
    world.wiring.accounts.grant(user.id, cinema_id, [Role.STAFF])
    token = world.wiring.sessions.begin(user).refresh_token

    with wire.in_the_way(), suppress(NotSignedIn):
        patiently(lambda: world.wiring.profiles.erase(user.id, 1))

    assert users.find(user.id) is None and users.holder_of(email) is None
    assert grants.of_user(user.id) == grants.in_cinema(cinema_id, None, 10) == []
    with pytest.raises(SessionOver):
        world.wiring.sessions.refresh(token)


def counting_holds(world: World, wire: Wire, email: str) -> None:
    hoarding, buyer = Hoarding(world.wiring.clock, of_an_account=2, of_an_address=2), user_principal(email)
    until = world.clock.now() + timedelta(minutes=10)

    with wire.in_the_way():
        for own in (1, 2):
            patiently(lambda own=own: hoarding.take(buyer, email, own, until))  # type: ignore[misc]
        with pytest.raises(HoldLimitReached):
            patiently(lambda: hoarding.take(buyer, email, 3, until))
        patiently(lambda: hoarding.give_back(buyer, email, 1))
        patiently(lambda: hoarding.take(buyer, email, 3, until))

    with pytest.raises(HoldLimitReached):
        hoarding.take(buyer, email, 4, until)
    with pytest.raises(HoldLimitReached):
        hoarding.take(guest_principal("another"), email, 5, until)


STORIES = (
    registering,
    staying_signed_in,
    resetting_the_password,
    changing_the_profile,
    handing_out_roles,
    erasing,
    counting_holds,
)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_story_ends_well_wherever_the_wire_is_cut(
    wired: tuple[World, Wire], story: Callable[[World, Wire, str], None], fault: str
) -> None:
    world, wire = wired
    person = f"{fault.replace(' ', '-')}-{story.__name__}"
    wire.cut(-1, None)
    story(world, wire, f"{person}@example.com")
    calls = list(wire.calls)
    assert calls

    for at, operation in enumerate(calls):
        world.clock.advance(days=2)  # what was slowed down is forgotten
        wire.cut(at, FAULTS[fault])
        try:
            story(world, wire, f"{person}-{at}@example.com")
        except (AssertionError, DomainError) as error:
            raise AssertionError(f"{fault} at call {at}, {operation}: {error!r}") from error
