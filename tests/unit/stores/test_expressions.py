from __future__ import annotations

from chalicelib.stores import keys
from chalicelib.stores.expressions import RowExpression
from tests.support.sizes import operators

KEY = keys.row("K7M2QX", "A")


def test_update_names_only_what_it_uses() -> None:
    expression = RowExpression("test")
    expression.claim("12")
    expression.number("unused", 1)
    path = expression.claim("13")
    expression.assign(path, expression.number("m", 7))

    update = expression.update("sales", KEY)

    assert update["ExpressionAttributeNames"] == {"#c": "claims", "#s13": "13"}
    assert update["ExpressionAttributeValues"] == {":m": {"N": "7"}}
    assert "ConditionExpression" not in update


def test_placeholder_that_begins_like_another_is_another() -> None:
    expression = RowExpression("test")
    expression.assign(expression.claim("1"), expression.number("m", 7))
    expression.claim("12")

    assert "#s12" not in expression.update("sales", KEY)["ExpressionAttributeNames"]


def test_clauses_must_all_hold_and_of_alternatives_one() -> None:
    expression = RowExpression("test")
    path = expression.claim("1")
    expression.assign(path, expression.number("m", 7))
    expression.require_any({"lapsed": f"{path} < :m", "mine": f"{path} = :m"})
    expression.require("open", f"{expression.attribute('open_until')} > :m")

    condition = expression.update("sales", KEY)["ConditionExpression"]

    assert condition == "(#c.#s1 < :m OR #c.#s1 = :m) AND #o > :m"


def test_operators_are_counted_as_dynamodb_counts_them() -> None:
    assert operators("(#c.#s1 < :m OR #c.#s1 = :m) AND #o >= :m") == 5
    assert operators("attribute_exists(pk) AND NOT a BETWEEN :b AND :c") == 5
    assert operators("SET a = :a, b = :b") == 4
