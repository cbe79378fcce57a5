"""``$orderby``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.sandbox.sap_b1.schema import Property

from .filters import Getter
from .messages import query_error

_WORD = re.compile(r"([\w/]+)(?:\s+(asc|desc))?")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to order by."""

    path: str
    get: Getter
    descending: bool


def parse_order(text: str, resolve: Callable[[str], tuple[Getter, Property]]) -> list[Step]:
    """Return what to order by.

    Raises:
        Refusal: it names no property (201), or one that has no order.
    """
    steps = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        found = _WORD.fullmatch(word)
        if found is None:
            raise query_error("Query string error - Invalid orderby condition")
        get, known = resolve(found[1])
        if known.many:
            raise query_error(f"Property '{found[1]}' is invalid")
        steps.append(Step(found[1], get, found[2] == "desc"))
    return steps


def compare_rows(steps: Sequence[Step], one: Any, other: Any) -> int:
    """Return which row is first as ``cmp`` does; nulls come before everything."""
    for step in steps:
        first, second = step.get(one), step.get(other)
        if first == second:
            continue
        before = first is None or (second is not None and first < second)
        return -1 if before != step.descending else 1
    return 0
