"""Making and changing auditoriums."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.domain.auditoriums import Auditorium, AuditoriumIdTaken
from chalicelib.domain.errors import Invalid, VersionStale
from chalicelib.domain.obstacles import InUse, Obstacle
from chalicelib.domain.principals import NotFound
from chalicelib.domain.programmes import Slot
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.stores import auditoriums, cinemas, programmes, seating_plans
from chalicelib.stores.transactions import Transaction


@dataclass(frozen=True, slots=True)
class AuditoriumDetails:
    """`plan_id` "" leaves it without a plan; of the plan, its newest version is taken."""

    name: str
    plan_id: str
    cleaning_minutes: int
    formats: tuple[str, ...]


class Auditoriums:
    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def create(self, cinema_id: str, code: str, details: AuditoriumDetails) -> Auditorium:
        """`code` makes its id: `<cinema>-<code>`.

        Raises NotFound, AuditoriumIdTaken; Invalid for a plan: a new auditorium has none yet.
        """
        auditorium_id = f"{cinema_id}-{code}"
        if details.plan_id:
            raise Invalid(
                [("/plan_id", "A new auditorium has no plans: make one for it, then give it to it.")]
            )
        auditorium = Auditorium(
            id=auditorium_id,
            cinema_id=cinema_id,
            name=details.name,
            plan_id="",
            plan_version=0,
            cleaning_minutes=details.cleaning_minutes,
            formats=details.formats,
            deleted=False,
            version=1,
        )
        transaction = Transaction()
        auditoriums.add(transaction, auditorium)
        cinemas.use(transaction, cinema_id)
        refused = transaction.commit()
        if "cinema" in refused:
            raise NotFound("cinema", cinema_id)
        if refused:
            raise AuditoriumIdTaken(auditorium_id)
        self._catalogue.forget_auditorium(auditorium_id)
        self._catalogue.forget_cinema(cinema_id)
        return auditorium

    def change(self, auditorium_id: str, version: int, details: AuditoriumDetails) -> Auditorium:
        """Showtimes keep the plan version and the times they were made with. Raises NotFound, VersionStale, Invalid."""
        old = self._read(auditorium_id, version)
        plan_version = self._plan_version(auditorium_id, details.plan_id)
        new = replace(
            old,
            name=details.name,
            plan_id=details.plan_id,
            plan_version=plan_version,
            cleaning_minutes=details.cleaning_minutes,
            formats=details.formats,
            version=old.version + 1,
        )
        if details.plan_id:
            transaction = Transaction()
            auditoriums.change_with(transaction, new)
            seating_plans.require(transaction, auditorium_id, details.plan_id)
            refused = transaction.commit()
            if "plan" in refused:
                raise _no_such_plan(details.plan_id)
            if refused:
                raise VersionStale("auditorium", old.version)
        else:
            auditoriums.change(new)
        self._catalogue.forget_auditorium(auditorium_id)
        return new

    def delete(self, auditorium_id: str, version: int) -> None:
        """Raises NotFound, VersionStale; InUse while showtimes are to come in it."""
        old = self._read(auditorium_id, version)
        coming = [
            Obstacle("showtime", slot.showtime_id, f"{slot.showtime_id} at {slot.starts_at:%Y-%m-%dT%H:%MZ}")
            for slot in self.coming_slots(auditorium_id)
        ]
        if coming:
            raise InUse("delete", "auditorium", auditorium_id, coming)
        # A showtime scheduled since the programmes were read has raised `uses`.
        auditoriums.change(replace(old, deleted=True, version=old.version + 1), unused=True)
        self._catalogue.forget_auditorium(auditorium_id)

    def read(self, auditorium_id: str) -> Auditorium:
        """As it is now; raises NotFound."""
        return self._read(auditorium_id)

    def of_cinema(self, cinema_id: str) -> list[Auditorium]:
        return [each for each in auditoriums.of_cinema(cinema_id) if not each.deleted]

    def coming_slots(self, auditorium_id: str) -> list[Slot]:
        """What occupies the room from now on; a consistent read."""
        now = self._clock.now()
        # A showtime that runs now may belong to the business date before, in any time zone.
        first = now.date() - timedelta(days=2)
        return [
            slot
            for programme in programmes.since(auditorium_id, first)
            for slot in programme.slots
            if slot.free_at > now
        ]

    def _read(self, auditorium_id: str, version: int | None = None) -> Auditorium:
        auditorium = auditoriums.find(auditorium_id)
        if auditorium is None or auditorium.deleted:
            raise NotFound("auditorium", auditorium_id)
        if version is not None and auditorium.version != version:
            raise VersionStale("auditorium", auditorium.version)
        return auditorium

    @staticmethod
    def _plan_version(auditorium_id: str, plan_id: str) -> int:
        if not plan_id:
            return 0
        plan = seating_plans.latest(plan_id)
        if plan is None or plan.auditorium_id != auditorium_id:
            raise _no_such_plan(plan_id)
        return plan.version


def _no_such_plan(plan_id: str) -> Invalid:
    return Invalid([("/plan_id", f"The auditorium has no seating plan {plan_id}.")])
