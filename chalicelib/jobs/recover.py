"""Every minute: finish or undo whatever a crash, a lost reply or an absent customer left unfinished."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.jobs.job import Run, job
from chalicelib.observability import logger

blueprint = Blueprint(__name__)


class RecoveryFailed(RuntimeError):
    """A defect of ours keeps something from being settled; the log has its trace."""


@blueprint.lambda_function(name="recover")
@job
def recover(event: dict[str, Any], run: Run) -> None:
    """Bookings first: money waits for them. What one of the two steps can't do does not keep the other from its work."""
    try:
        done = run.wiring.selling.recover()
        logger.info("bookings recovered", settled=done.settled, left=done.left, failed=done.failed)
    finally:
        logger.info("showtimes resumed", showtimes=run.wiring.showtimes.resume_unfinished())
    if done.failed:
        # The function's Errors metric has an alarm; what failed stays due.
        raise RecoveryFailed(f"{done.failed} could not be settled")
