"""Counters that limit: attempts, and live holds. Each is one item, changed by one conditional write.

Live holds stand in numbered slots of their holder's item, as many as the holder may have:

    d3  own digits of the hold in slot 3        u3  the second at which it stops counting

A hold's own digits name the slot it prefers, so a newcomer takes it by one write and no read. A refused write returns the
item it found, which tells where else there is room. Only the boto3 client gives a single update's item back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.instants import instant_of, seconds
from chalicelib.domain.limits import Allowance, HoldLimitReached, TooManyAttempts
from chalicelib.domain.selling_times import LONGEST
from chalicelib.stores import keys, tables
from chalicelib.stores.tables import AccountsTable, InstantAttribute, is_refusal

# A counter is contended only by its own holder; who meets that many rivals at once is in a hurry indeed.
WRITES_TRIED = 8
# No hold is counted for longer, so no other one in the item outlives the one just written by more.
LONGEST_LIFE_S = int(LONGEST.total_seconds())


class AttemptsItem(AccountsTable):
    attempts = NumberAttribute()
    next_at = InstantAttribute()
    forgotten_at = InstantAttribute()
    sweep_at = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a counter, and the hold that stands in it; a lapsed one stays there until another needs the place."""

    number: int
    own: int
    until_s: int


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
    """Count a hold among the live ones of `holder` (an account's id, or a network), or prolong it if it is counted.

    Raises HoldLimitReached, Unavailable.
    """
    counter = _Counter(holder, own_digits, max_holds)
    until, now_s = seconds(expires_at), seconds(now)
    found = counter.take(counter.preferred, until, now_s)
    for _ in range(WRITES_TRIED):
        if found is None:
            return
        mine = _of(found, own_digits)
        if mine is not None:
            if mine.until_s >= until:
                return
            found = counter.prolong(mine.number, until)
            continue
        live = {slot.number: slot.until_s for slot in found if slot.until_s > now_s}
        room = [number for number in range(max_holds) if number not in live]
        if not room:
            first = instant_of(min(live.values()))
            raise HoldLimitReached(max_holds, first, _seconds(first - now))
        # Not the first: rivals who are refused together would all meet again there.
        found = counter.take(room[own_digits // max_holds % len(room)], until, now_s)
    raise Unavailable("The count of your holds")


def prolong_hold(holder: str, own_digits: int, expires_at: datetime, max_holds: int) -> None:
    """Count a hold for longer, if it is counted. There is no limit to meet: it has its place already."""
    counter, until = _Counter(holder, own_digits, max_holds), seconds(expires_at)
    mine = _of(counter.prolong(counter.preferred, until) or (), own_digits)
    if mine is not None and mine.until_s < until:
        counter.prolong(mine.number, until)


def release_hold(holder: str, own_digits: int, max_holds: int) -> None:
    """Count the hold no more. It can be repeated."""
    counter = _Counter(holder, own_digits, max_holds)
    mine = _of(counter.release(counter.preferred) or (), own_digits)
    if mine is not None:
        counter.release(mine.number)


class _Counter:
    """The writes of one hold to one holder's item. Each gives None when it was done, else the slots it was refused by."""

    def __init__(self, holder: str, own: int, size: int) -> None:
        self.preferred = own % size
        self._key = keys.live_holds(_digest(holder))
        self._own = own
        self._size = size

    def take(self, number: int, until: int, now_s: int) -> tuple[Slot, ...] | None:
        """A slot that is free or has lapsed, unless the hold stands in one already: a repeat never counts twice."""
        return self._write("take", number, _set(number), self._times(until) | {":now": {"N": str(now_s)}})

    def prolong(self, number: int, until: int) -> tuple[Slot, ...] | None:
        """A repeat that comes late never shortens what was prolonged since."""
        return self._write("prolong", number, _set(number), self._times(until))

    def release(self, number: int) -> tuple[Slot, ...] | None:
        return self._write("release", number, f"REMOVE d{number}, u{number}", {})

    def _times(self, until: int) -> dict[str, Any]:
        return {":until": {"N": str(until)}, ":sweep": {"N": str(until + LONGEST_LIFE_S)}}

    def _write(
        self, operation: str, number: int, update: str, values: dict[str, Any]
    ) -> tuple[Slot, ...] | None:
        try:
            tables.client().update_item(
                TableName=tables.table_name("accounts"),
                Key={"pk": {"S": self._key.pk}, "sk": {"S": self._key.sk}},
                UpdateExpression=update,
                ConditionExpression=" AND ".join(clauses(operation, number, self._size).values()),
                ExpressionAttributeValues={":mine": {"N": str(self._own)}, **values},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return _slots(error.response, self._size)
        return None


def clauses(operation: str, number: int, size: int) -> dict[str, str]:
    """What each write to a counter requires, by name, so that a test can show what each clause is for."""
    if operation == "take":
        return {
            "free": f"(attribute_not_exists(u{number}) OR u{number} <= :now)",
            "not counted": f"NOT :mine IN ({_all_digits(size)})",
        }
    mine = {"mine": f"d{number} = :mine"}
    return {**mine, "later": f"u{number} < :until"} if operation == "prolong" else mine


def _set(number: int) -> str:
    return f"SET d{number} = :mine, u{number} = :until, sweep_at = :sweep"


@lru_cache
def _all_digits(size: int) -> str:
    """At most a hundred: IN takes no more operands (DynamoDB developer guide, "Condition expressions")."""
    return ", ".join(f"d{number}" for number in range(size))


def _slots(refused: Any, size: int) -> tuple[Slot, ...]:
    item = refused.get("Item", {})
    return tuple(
        Slot(number, int(item[f"d{number}"]["N"]), int(item[f"u{number}"]["N"]))
        for number in range(size)
        if f"d{number}" in item
    )


def _of(slots: tuple[Slot, ...], own: int) -> Slot | None:
    return next((slot for slot in slots if slot.own == own), None)


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


def _digest(who: str) -> str:
    """Keys name nobody: neither e-mail nor network addresses."""
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def _seconds(wait: timedelta) -> int:
    """Whole seconds, rounded up, at least one."""
    return max(1, -(-wait // timedelta(seconds=1)))
