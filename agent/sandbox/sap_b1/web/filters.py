"""Turning conditions into tests of rows, and finding the keys they leave.

Nulls are as in SQL: a comparison with one is neither true nor false, and so is its opposite.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any

from agent.sandbox.sap_b1.company import Refusal
from agent.sandbox.sap_b1.schema import Property, Schema

from .bodies import day, read_value, time_of_day
from .conditions import (
    All,
    Call,
    Compare,
    Condition,
    Literal,
    Not,
    Operand,
    Path,
    Some,
    Sum,
    invalid,
)  # fmt: skip
from .messages import query_error

Getter = Callable[[Any], Any]
Test = Callable[[Any], bool | None]
Resolver = Callable[[str], tuple[Getter, Property]]
"""From a name in an address to what takes the value from a row, and the property it is."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
_MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_SUM: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
}  # fmt: skip
_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__,
    "substringof": str.__contains__,
}  # fmt: skip


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """Return the conditions that all have to hold, whatever parentheses are around them."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from conjuncts(part)
    else:
        yield condition


def straight(condition: Condition) -> tuple[str, str, Literal] | None:
    """Return path, operator and literal of a plain comparison, None for anything else."""
    if not isinstance(condition, Compare):
        return None
    left, right = condition.left, condition.right
    if isinstance(left, Path) and isinstance(right, Literal):
        return left.text, condition.operator, right
    if isinstance(right, Path) and isinstance(left, Literal):
        return right.text, _MIRRORED[condition.operator], left
    return None


@dataclass(slots=True)
class Compiler:
    """Makes tests of conditions. ``fold``: texts are the same in any case."""

    schema: Schema
    resolve: Resolver
    fold: bool = False

    def test(self, condition: Condition) -> Test:
        """Return what tells of a row whether a condition holds.

        Raises:
            Refusal: a name that is none (201), a value of another type, no member of an enum.
        """
        match condition:
            case All(parts):
                return _all([self.test(part) for part in parts])
            case Some(parts):
                return self._membership(parts) or _some([self.test(part) for part in parts])
            case Not(inner):
                return _opposite(self.test(inner))
            case Call():
                return self._call(condition)
            case Compare():
                return self._compare(condition)

    def literal(self, known: Property, literal: Literal) -> Any:
        """Return a literal as rows keep such a value.

        Raises:
            Refusal: the property cannot have such a value.
        """
        value = literal.value
        if value is None:
            return None
        made: Any = None
        if known.type in {"Double", "Int32"}:
            made = value if isinstance(value, Decimal) else None
        elif isinstance(value, str):
            made = self._quoted(known, value)
        if made is None:
            raise invalid()
        return made

    def _quoted(self, known: Property, text: str) -> str | None:
        if known.type == "String":
            return text.casefold() if self.fold else text
        if known.type == "DateTimeOffset":
            return day(text)
        if known.type == "TimeOfDay":
            time = time_of_day(text)
            return time and time[:5]
        made: str = read_value(self.schema, known, text)
        return made

    def _compare(self, condition: Compare) -> Test:
        plain = straight(condition)
        if plain is not None:
            path, sign, literal = plain
            get, known = self._field(path)
            wanted = self.literal(known, literal)
            if wanted is None:
                return _null(get, sign)
            if sign not in {"eq", "ne"} and known.type in self.schema.enums:
                raise invalid()
            return _against(get, _COMPARE[sign], wanted)
        left, right = self._operand(condition.left), self._operand(condition.right)
        compare = _COMPARE[condition.operator]

        def test(row: Any) -> bool | None:
            one, other = left(row), right(row)
            if one is None or other is None:
                return None
            try:
                return compare(one, other)
            except TypeError as error:
                raise invalid() from error

        return test

    def _call(self, condition: Call) -> Test:
        get, known = self._field(condition.path.text)
        if known.type != "String":
            raise invalid()
        holds = _HOLDS[condition.function]
        text = condition.text.casefold() if self.fold else condition.text

        def test(row: Any) -> bool | None:
            value = get(row)
            return None if value is None else holds(value, text)

        return test

    def _membership(self, parts: Sequence[Condition]) -> Test | None:
        """Return one look-up for ``F eq a or F eq b or …``, None for any other alternatives."""
        found = listed(Some(tuple(parts)))
        if found is None or any(literal.value is None for literal in found[1]):
            return None
        get, known = self._field(found[0])
        wanted = frozenset(self.literal(known, literal) for literal in found[1])

        def test(row: Any) -> bool | None:
            value = get(row)
            return None if value is None else value in wanted

        return test

    def _field(self, path: str) -> tuple[Getter, Property]:
        get, known = self.resolve(path)
        if known.many or known.type in self.schema.types:
            raise query_error(f"Property '{path}' is invalid")
        if known.type == "TimeOfDay":
            return lambda row: None if (time := get(row)) is None else time[:5], known
        if self.fold and known.type == "String":
            return lambda row: None if (text := get(row)) is None else text.casefold(), known
        return get, known

    def _operand(self, operand: Operand) -> Getter:
        if isinstance(operand, Path):
            return self._field(operand.text)[0]
        if isinstance(operand, Literal):
            value = operand.value
            return lambda _row: value
        return _arithmetic(operand, self._operand(operand.left), self._operand(operand.right))


def _arithmetic(operand: Sum, left: Getter, right: Getter) -> Getter:
    work = _SUM[operand.operator]

    def get(row: Any) -> Any:
        one, other = left(row), right(row)
        if one is None or other is None:
            return None
        try:
            return work(Decimal(one), Decimal(other))
        except (TypeError, ValueError, DecimalException) as error:
            raise invalid() from error

    return get


def _against(get: Getter, compare: Callable[[Any, Any], bool], wanted: Any) -> Test:
    def test(row: Any) -> bool | None:
        value = get(row)
        return None if value is None else compare(value, wanted)

    return test


def _null(get: Getter, sign: str) -> Test:
    if sign not in {"eq", "ne"}:
        raise invalid()
    return lambda row: (get(row) is None) == (sign == "eq")


def _all(tests: list[Test]) -> Test:
    def test(row: Any) -> bool | None:
        answer: bool | None = True
        for one in tests:
            told = one(row)
            if told is False:
                return False
            if told is None:
                answer = None
        return answer

    return test


def _some(tests: list[Test]) -> Test:
    def test(row: Any) -> bool | None:
        answer: bool | None = False
        for one in tests:
            told = one(row)
            if told:
                return True
            if told is None:
                answer = None
        return answer

    return test


def _opposite(inner: Test) -> Test:
    def test(row: Any) -> bool | None:
        told = inner(row)
        return None if told is None else not told

    return test


def listed(condition: Condition) -> tuple[str, list[Literal]] | None:
    """Return path and literals of ``F eq a`` and ``F eq a or F eq b …``, None for anything else."""
    parts = condition.parts if isinstance(condition, Some) else (condition,)
    found = [one for part in parts if (one := straight(part)) and one[1] == "eq"]
    if len(found) < len(parts) or len({path for path, _sign, _literal in found}) != 1:
        return None
    return found[0][0], [literal for _path, _sign, literal in found]


@dataclass(slots=True)
class KeyRange:
    """Which keys a condition can hold for: from ``low`` to ``high``, or only ``listed`` ones."""

    low: Any = None
    low_open: bool = False
    high: Any = None
    high_open: bool = False
    listed: frozenset[Any] | None = field(default=None)

    def narrow(self, sign: str, value: Any) -> None:
        """Take a comparison of the key into account."""
        if sign == "eq":
            self.keep(frozenset({value}))
        elif sign in {"gt", "ge"} and (self.low is None or value >= self.low):
            self.low_open = sign == "gt" or (self.low_open and value == self.low)
            self.low = value
        elif sign in {"lt", "le"} and (self.high is None or value <= self.high):
            self.high_open = sign == "lt" or (self.high_open and value == self.high)
            self.high = value

    def keep(self, values: frozenset[Any]) -> None:
        """Take a list of keys into account."""
        self.listed = values if self.listed is None else self.listed & values


def key_range(condition: Condition | None, path: str, read: Callable[[Literal], Any]) -> KeyRange:
    """Return what a condition says about a key, by the path it has in the condition.

    ``read`` turns a literal into a key; a refusal of it is left to the test of the rows.
    """
    made = KeyRange()
    for part in conjuncts(condition) if condition is not None else ():
        try:
            if (found := listed(part)) and found[0] == path:
                made.keep(frozenset(read(literal) for literal in found[1]))
            elif (plain := straight(part)) and plain[0] == path and plain[2].value is not None:
                made.narrow(plain[1], read(plain[2]))
        except Refusal:
            continue
    return made
