"""Making seating plans, and new versions of them."""

from __future__ import annotations

from chalicelib.clock import Ids
from chalicelib.domain import seating_plans as rules
from chalicelib.domain.errors import VersionStale
from chalicelib.domain.obstacles import InUse, Obstacle
from chalicelib.domain.principals import NotFound
from chalicelib.domain.seating_plans import Row, SeatingPlan
from chalicelib.services.catalogue.catalogue import Catalogue
from chalicelib.stores import auditoriums, seating_plans
from chalicelib.stores.transactions import Transaction


class SeatingPlans:
    """A version never changes: whoever changes a plan makes a new version, and showtimes keep theirs."""

    def __init__(self, catalogue: Catalogue, ids: Ids) -> None:
        self._catalogue = catalogue
        self._ids = ids

    def create(self, auditorium_id: str, name: str, rows: tuple[Row, ...]) -> SeatingPlan:
        """Raises NotFound, Invalid pointing into /rows."""
        rules.check(rows)
        self._catalogue.live_auditorium(auditorium_id)
        plan = SeatingPlan(id=self._ids.ulid(), version=1, auditorium_id=auditorium_id, name=name, rows=rows)
        transaction = Transaction()
        seating_plans.add(transaction, plan)
        if transaction.commit():
            raise VersionStale("seating plan", 1)
        return plan

    def change(self, plan_id: str, version: int, name: str, rows: tuple[Row, ...]) -> SeatingPlan:
        """Add the next version. Raises NotFound, Invalid, VersionStale when `version` is not the newest."""
        rules.check(rows)
        old = self.latest(plan_id)
        if old.version != version:
            raise VersionStale("seating plan", old.version)
        new = SeatingPlan(plan_id, version + 1, old.auditorium_id, name, rows)
        seating_plans.add_version(new)
        return new

    def delete(self, plan_id: str, version: int) -> None:
        """Raises NotFound, VersionStale; InUse while it is its auditorium's. Showtimes keep the versions they pin."""
        plan = self.latest(plan_id)
        if plan.version != version:
            raise VersionStale("seating plan", plan.version)
        transaction = Transaction()
        seating_plans.delete(transaction, plan.auditorium_id, plan_id)
        auditoriums.require_other_plan(transaction, plan.auditorium_id, plan_id)
        if transaction.commit():
            auditorium = self._catalogue.auditorium(plan.auditorium_id)
            raise InUse(
                "delete", "seating plan", plan_id, [Obstacle("auditorium", auditorium.id, auditorium.name)]
            )

    def latest(self, plan_id: str) -> SeatingPlan:
        """The newest version; raises NotFound."""
        plan = seating_plans.latest(plan_id)
        if plan is None or not seating_plans.is_named(plan.auditorium_id, plan_id):
            raise NotFound("seating plan", plan_id)
        return plan

    def of_auditorium(self, auditorium_id: str) -> list[SeatingPlan]:
        """The newest version of each plan of the auditorium, oldest plan first."""
        self._catalogue.live_auditorium(auditorium_id)
        found = (seating_plans.latest(plan_id) for plan_id in seating_plans.ids_of(auditorium_id))
        return [plan for plan in found if plan is not None]
