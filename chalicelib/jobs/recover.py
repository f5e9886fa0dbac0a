"""Every minute: finish or undo whatever a crash, a lost reply or an absent customer left unfinished."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.jobs.job import Run, job

blueprint = Blueprint(__name__)


@blueprint.lambda_function(name="recover")
@job
def recover(event: dict[str, Any], run: Run) -> None:
    run.wiring.selling.recover()
