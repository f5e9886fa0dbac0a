"""Counters that limit: attempts, and live holds. Each is one item, changed by one conditional write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import MapAttribute, NumberAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.holds import LONGEST_HOLD
from chalicelib.domain.instants import instant_of, seconds
from chalicelib.domain.limits import Allowance, HoldLimitReached, TooManyAttempts
from chalicelib.stores import keys
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal

# A counter is contended only by its own holder; who meets that many rivals at once is in a hurry indeed.
WRITES_TRIED = 8
# No hold lives longer, so no other one in the map outlives the one just written by more.
LONGEST_LIFE_S = int(LONGEST_HOLD.total_seconds())


class AttemptsItem(AccountsTable):
    attempts = NumberAttribute()
    next_at = InstantAttribute()
    forgotten_at = InstantAttribute()
    sweep_at = NumberAttribute()


class LiveHoldsItem(AccountsTable):
    """`live` maps own digits to the second at which the hold lapses."""

    is_read_back = False

    live: MapAttribute[str, Any] = MapAttribute()
    sweep_at = NumberAttribute()


def attempt(what: str, who: str, allowance: Allowance, now: datetime) -> None:
    """Count one attempt before it is made, so that a hundred at once are a hundred. Raises TooManyAttempts."""
    key = keys.attempts(what, _digest(who))
    for _ in range(WRITES_TRIED):
        before = _attempts(key)
        fresh = before is None or before.forgotten_at <= now
        if before is not None and not fresh and before.next_at > now:
            raise TooManyAttempts(_seconds(before.next_at - now))
        attempts = 1 if before is None or fresh else int(before.attempts) + 1
        if _count(key, before, attempts, allowance, now):
            return
    raise TooManyAttempts(1)


def forget_attempts(what: str, who: str) -> None:
    """Begin anew, after a success."""
    AttemptsItem(*keys.attempts(what, _digest(who))).delete()


def take_back_attempt(what: str, who: str) -> None:
    """Count one attempt less: it was a success, which says nothing of the failures beside it."""
    item = AttemptsItem(*keys.attempts(what, _digest(who)))
    try:
        item.update(actions=[AttemptsItem.attempts.add(-1)], condition=AttemptsItem.attempts > 0)
    except UpdateError as error:
        if not is_refusal(error):
            raise


def claim_hold(holder: str, own_digits: int, expires_at: datetime, now: datetime, max_holds: int) -> None:
    """Count a hold among the live ones of `holder` (a principal's id, or a network), or prolong it.

    One conditional write while there is room. Lapsed holds are dropped only when they stand in the way, by the same
    write that takes their place. Raises HoldLimitReached.
    """
    key = keys.live_holds(_digest(holder))
    mine, until = str(own_digits), seconds(expires_at)
    # Most who are refused the first write have no counter yet: to try that costs no more than to look.
    if _write_hold(key, mine, until, {}, max_holds) or _first_hold(key, mine, until):
        return
    for _ in range(WRITES_TRIED):
        live = _live_holds(key)
        if live is None:  # swept meanwhile
            if _first_hold(key, mine, until):
                return
            continue
        lapsed = {d: lapses for d, lapses in live.items() if lapses <= now.timestamp() and d != mine}
        if mine not in live and len(live) - len(lapsed) >= max_holds:
            first = instant_of(min(live[d] for d in live.keys() - lapsed.keys()))
            raise HoldLimitReached(max_holds, first, _seconds(first - now))
        if _write_hold(key, mine, until, lapsed, max_holds):
            return
    raise Unavailable("The count of your holds")


def prolong_hold(holder: str, own_digits: int, expires_at: datetime) -> None:
    """Count a hold for longer, if it is counted. There is no limit to meet: it has its place already."""
    mine, until = str(own_digits), seconds(expires_at)
    actions = [LiveHoldsItem.live[mine].set(until), LiveHoldsItem.sweep_at.set(until + LONGEST_LIFE_S)]
    _updated(keys.live_holds(_digest(holder)), actions, LiveHoldsItem.live[mine].exists())


def release_hold(holder: str, own_digits: int) -> None:
    """Count the hold no more. It can be repeated."""
    mine = str(own_digits)
    item = LiveHoldsItem(*keys.live_holds(_digest(holder)))
    try:
        item.update(actions=[LiveHoldsItem.live[mine].remove()], condition=LiveHoldsItem.live[mine].exists())
    except UpdateError as error:
        if not is_refusal(error):
            raise


def _attempts(key: keys.Key) -> AttemptsItem | None:
    try:
        return AttemptsItem.get(*key, consistent_read=True)
    except DoesNotExist:
        return None


def _count(
    key: keys.Key, before: AttemptsItem | None, attempts: int, allowance: Allowance, now: datetime
) -> bool:
    """Whether the counter was still as read, and now counts the attempt."""
    next_at = now + allowance.wait_after(attempts)
    forgotten_at = next_at + allowance.forgotten_after
    as_read = AttemptsItem.pk.does_not_exist()
    if before is not None:
        as_read = (AttemptsItem.attempts == before.attempts) & (AttemptsItem.next_at == before.next_at)
    item = AttemptsItem(
        *key,
        attempts=attempts,
        next_at=next_at,
        forgotten_at=forgotten_at,
        sweep_at=int(forgotten_at.timestamp()) + 1,
    )
    try:
        item.update(
            actions=[
                AttemptsItem.attempts.set(item.attempts),
                AttemptsItem.next_at.set(next_at),
                AttemptsItem.forgotten_at.set(forgotten_at),
                AttemptsItem.sweep_at.set(item.sweep_at),
            ],
            condition=as_read,
        )
    except UpdateError as error:
        if not is_refusal(error):
            raise
        return False
    return True


def _live_holds(key: keys.Key) -> dict[str, int] | None:
    try:
        item = LiveHoldsItem.get(*key, consistent_read=True)
    except DoesNotExist:
        return None
    return {digits: int(lapses) for digits, lapses in item.live.as_dict().items()}


def _first_hold(key: keys.Key, mine: str, until: int) -> bool:
    actions = [LiveHoldsItem.live.set({mine: until}), LiveHoldsItem.sweep_at.set(until + LONGEST_LIFE_S)]
    return _updated(key, actions, LiveHoldsItem.live.does_not_exist())


def _write_hold(key: keys.Key, mine: str, until: int, lapsed: dict[str, int], max_holds: int) -> bool:
    """Whether there was room, once the lapsed ones are dropped; they must still be as they were read."""
    live = LiveHoldsItem.live
    condition = live.exists() & (live[mine].exists() | (size(live) < max_holds + len(lapsed)))
    for digits, lapses in lapsed.items():
        condition &= live[digits] == lapses
    actions: list[Action] = [live[mine].set(until), LiveHoldsItem.sweep_at.set(until + LONGEST_LIFE_S)]
    actions += [live[digits].remove() for digits in lapsed]
    return _updated(key, actions, condition)


def _updated(key: keys.Key, actions: Sequence[Action], condition: Condition) -> bool:
    try:
        LiveHoldsItem(*key).update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if not is_refusal(error):
            raise
        return False
    return True


def _digest(who: str) -> str:
    """Keys name nobody: neither e-mail nor network addresses."""
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def _seconds(wait: timedelta) -> int:
    """Whole seconds, rounded up, at least one."""
    return max(1, -(-wait // timedelta(seconds=1)))
