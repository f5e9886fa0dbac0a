"""The ledger of kept answers.

nothing ──→ running ──→ answered ──→ (24 hours) nothing
   ↑           │ ↺ taken over by the same request, once its run is dead
   └───────────┘ refused, or failed: nothing to repeat
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from chalicelib.domain.replays import KEPT, KeptAnswer, KeyReused, Request, Run, StillRunning
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal


class ReplayModel(AccountsTable):
    digest = UnicodeAttribute()
    run = UnicodeAttribute()
    # Until then the run may live.
    until = InstantAttribute()
    answer = BinaryAttribute(legacy_encoding=False, null=True)
    # From then on the key is free. DynamoDB deletes days late, so the condition reads it too.
    sweep_at = NumberAttribute()


def begin(run: Run, now: datetime) -> KeptAnswer | Run:
    """Take the request in hand: one conditional write. Gives the answer that is kept, or the run that answers.

    That run is `run`, or one that lives and has begun before. Raises KeyReused, StillRunning.
    """
    item = _item(run.request)
    item.digest = run.request.digest
    item.run = run.id
    item.until = run.until
    item.sweep_at = int((now + KEPT).timestamp())
    free = ReplayModel.pk.does_not_exist() | (ReplayModel.sweep_at <= int(now.timestamp()))
    dead = (
        ReplayModel.answer.does_not_exist()
        & (ReplayModel.until <= now)
        & (ReplayModel.digest == run.request.digest)
    )
    repeated_by_the_sdk = ReplayModel.run == run.id
    try:
        item.save(free | dead | repeated_by_the_sdk)
    except PutError as error:
        if not is_refusal(error):
            raise
        return _found(run.request)
    return run


def finish(run: Run, answer: KeptAnswer, now: datetime) -> None:
    """Keep the answer, unless another run has taken over: then that one's holds."""
    try:
        _item(run.request).update(
            actions=[
                ReplayModel.answer.set(_packed(answer)),
                ReplayModel.sweep_at.set(int((now + KEPT).timestamp())),
            ],
            condition=ReplayModel.run == run.id,
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise


def forget(run: Run) -> None:
    """The run kept nothing: its key is free."""
    try:
        _item(run.request).delete((ReplayModel.run == run.id) & ReplayModel.answer.does_not_exist())
    except DeleteError as error:
        if not is_refusal(error):
            raise


def _found(request: Request) -> KeptAnswer | Run:
    try:
        stored = ReplayModel.get(*_key(request), consistent_read=True)
    except ReplayModel.DoesNotExist:
        # Freed in between: the caller finds it free when it comes again.
        raise StillRunning(1) from None
    if stored.digest != request.digest:
        raise KeyReused
    answer: bytes | None = stored.answer
    if answer is not None:
        return _unpacked(answer)
    return Run(stored.run, request, stored.until)


def _item(request: Request) -> ReplayModel:
    return ReplayModel(*_key(request))


def _key(request: Request) -> keys.Key:
    return keys.replay(request.principal_id, request.operation_id, request.key)


def _packed(answer: KeptAnswer) -> bytes:
    # Compressed: the answer to a seating plan is long, and a write costs by the kilobyte.
    return zlib.compress(json.dumps([answer.status, dict(answer.headers), answer.text]).encode())


def _unpacked(packed: bytes) -> KeptAnswer:
    status, headers, text = json.loads(zlib.decompress(packed))
    return KeptAnswer(status, headers, text)
