"""Walking the rows of a set in the order of its keys, from and to where a condition allows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from agent.sandbox.sap_b1.company import Key, Row, Table

from .filters import KeyRange


def rows_in(table: Table, span: KeyRange) -> Iterator[Row]:
    """Return the rows whose keys are in a range, in the order of their keys."""
    for key in keys_in(table, span):
        yield table.rows[key]


def keys_in(table: Table, span: KeyRange) -> Sequence[Key]:
    """Return the keys of a table that are in a range, in their order."""
    if span.listed is not None:
        return sorted(key for key in span.listed if key in table.rows and _within(key, span))
    keys = table.in_order()
    begin, end = 0, len(keys)
    if span.low is not None:
        begin = (bisect_right if span.low_open else bisect_left)(keys, span.low)
    if span.high is not None:
        end = (bisect_left if span.high_open else bisect_right)(keys, span.high)
    return keys if (begin, end) == (0, len(keys)) else keys[begin:end]


def _within(key: Key, span: KeyRange) -> bool:
    below = span.low is not None and (key < span.low or (span.low_open and key == span.low))
    above = span.high is not None and (key > span.high or (span.high_open and key == span.high))
    return not (below or above)
