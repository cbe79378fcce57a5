"""Parsing ``$filter``: comparisons, ``and or not``, four functions on texts, arithmetic in joins.

There are no lambdas, no functions of dates or numbers: the service has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .messages import query_error

FUNCTIONS = frozenset({"startswith", "endswith", "contains", "substringof"})
COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
SUMS = {"add": 1, "sub": 1, "mul": 2, "div": 2}
"""Operators of arithmetic by how tightly they bind."""
MOST_NESTED = 200

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>(?:datetime)?'(?:[^']|'')*')
        |(?P<number>-?\d+(?:\.\d+)?)
        |(?P<path>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)
        |(?P<sign>[(),]))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Path:
    """A property: its name, in joins with its set in front."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes, a number, or ``null``."""

    value: str | Decimal | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Two operands with an operator of arithmetic between them."""

    operator: str
    left: Operand
    right: Operand


Operand = Path | Literal | Sum


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands with an operator of comparison between them."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a text property and a text: whether the one has the other, and where."""

    function: str
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Conditions that all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Conditions of which one holds."""

    parts: tuple[Condition, ...]


Condition = Compare | Call | Not | All | Some


def invalid() -> Exception:
    """Return the refusal of what is no condition."""
    return query_error("Query string error - Invalid filter condition")


def parse(text: str) -> Condition:
    """Return the condition that a text says.

    Raises:
        Refusal: it is none (201).
    """
    parser = _Parser(list(_tokens(text)))
    condition = parser.any_of()
    if parser.more():
        raise invalid()
    return condition


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None or found.lastgroup is None:
            raise query_error("Query string error - Invalid symbol in the filter condition")
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._take("path", "or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._take("path", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise invalid()
        try:
            if self._take("path", "not"):
                return Not(self._one())
            kind, word = self._peek()
            if kind == "path" and self._peek(1) == ("sign", "("):
                return self._call(word)
            if (kind, word) == ("sign", "("):
                return self._in_parentheses()
            return self._comparison()
        finally:
            self._depth -= 1

    def _in_parentheses(self) -> Condition:
        behind = self._behind(self._at)
        if behind in COMPARISONS or behind in SUMS:
            return self._comparison()
        self._at += 1
        condition = self.any_of()
        self._need(")")
        return condition

    def _behind(self, opening: int) -> str:
        """Return the word behind the parenthesis that closes an opening one."""
        depth = 0
        for place in range(opening, len(self._tokens)):
            if self._tokens[place][0] == "sign":
                depth += {"(": 1, ")": -1}.get(self._tokens[place][1], 0)
            if not depth:
                return self._tokens[place + 1][1] if place + 1 < len(self._tokens) else ""
        raise invalid()

    def _call(self, name: str) -> Condition:
        if name not in FUNCTIONS:
            raise invalid()
        self._at += 2
        first = self._operand_atom()
        self._need(",")
        second = self._operand_atom()
        self._need(")")
        path, text = (second, first) if name == "substringof" else (first, second)
        if not isinstance(path, Path) or not isinstance(text, Literal):
            raise invalid()
        if not isinstance(text.value, str):
            raise invalid()
        return Call(name, path, text.value)

    def _comparison(self) -> Condition:
        left = self._operand()
        kind, word = self._next()
        if kind != "path" or word not in COMPARISONS:
            raise invalid()
        return Compare(word, left, self._operand())

    def _operand(self, binding: int = 1) -> Operand:
        left = self._operand_atom() if binding > 2 else self._operand(binding + 1)
        while self._peek()[0] == "path" and SUMS.get(self._peek()[1]) == binding:
            operator = self._next()[1]
            left = Sum(operator, left, self._operand(binding + 1))
        return left

    def _operand_atom(self) -> Operand:
        kind, word = self._next()
        if kind == "text":
            return Literal(word[word.index("'") + 1 : -1].replace("''", "'"))
        if kind == "number":
            return Literal(Decimal(word))
        if kind == "path":
            if word == "null":
                return Literal(None)
            if word in COMPARISONS or word in SUMS or word in {"and", "or", "not"}:
                raise invalid()
            return Path(word)
        if word == "(":
            inner = self._operand()
            self._need(")")
            return inner
        raise invalid()

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, kind: str, word: str) -> bool:
        if self._peek() != (kind, word):
            return False
        self._at += 1
        return True

    def _need(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise invalid()
