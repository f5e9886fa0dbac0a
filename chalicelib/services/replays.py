"""Answering a request once, however often it is sent: for POSTs that are not idempotent by their own writes."""

from __future__ import annotations

import math
from collections.abc import Callable

from chalicelib.clock import Clock, Ids
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.replays import RUN_TIME, KeptAnswer, Request, Run, StillRunning
from chalicelib.observability import logger
from chalicelib.stores import replays

# A caller that waits for another of its own is told to come again soon, whatever time that one may take at most.
LONGEST_WAIT_S = 5


class Replays:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def once(self, request: Request, answer: Callable[[], KeptAnswer]) -> tuple[KeptAnswer, bool]:
        """The request's answer, and whether it is a repeated one.

        What `answer` raises is raised, and its key is free again: a refusal or a failure is not repeated.
        Raises KeyReused and StillRunning.
        """
        now = self._clock.now()
        mine = Run(self._ids.token(), request, now + RUN_TIME)
        begun = replays.begin(mine, now)
        if isinstance(begun, KeptAnswer):
            return begun, True
        if begun.id != mine.id:
            left = math.ceil((begun.until - now).total_seconds())
            raise StillRunning(max(1, min(left, LONGEST_WAIT_S)))
        try:
            given = answer()
        except BaseException:
            self._forget(mine)
            raise
        try:
            replays.finish(mine, given, self._clock.now())
        except Unavailable:
            # It is done: the caller hears so. A repeat waits until the run counts as dead, then runs anew.
            logger.warning("answer not kept", operation=request.operation_id)
        return given, False

    def _forget(self, run: Run) -> None:
        try:
            replays.forget(run)
        except Unavailable:
            logger.warning("key not freed", operation=run.request.operation_id)
