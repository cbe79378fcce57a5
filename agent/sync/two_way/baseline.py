"""What both sides are remembered as after writing: what was written, and the rest as decided by.

What somebody edits while a page is written was never compared. It must not be taken for settled, so
of a record that is read again only the written fields count, and what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from agent.model.plain import to_plain, without_stock
from agent.model.record import Record
from agent.sync.two_way.ownership import NEVER

_SIZES = frozenset({"length", "width", "height", "length_unit"})
_FOLLOWS: Mapping[str, frozenset[str]] = {
    "sku": frozenset({"codes", "variants"}),
    "barcode": frozenset({"codes", "variants"}),
    "codes": frozenset({"sku", "barcode", "variants"}),
    "model": frozenset({"variants"}),
    "price": frozenset({"variants"}),
    "tax_class": frozenset({"price", "options", "variants"}),
    "weight": frozenset({"weight_unit", "variants"}),
    "weight_unit": frozenset({"weight", "variants"}),
    **dict.fromkeys(_SIZES, _SIZES),
    "active": frozenset({"variants"}),
    "options": frozenset({"variants"}),
    "variants": frozenset({"options"}),
    "parent": frozenset({"seo_keyword"}),
    "subtract": frozenset({"requires_shipping"}),
    "requires_shipping": frozenset({"subtract"}),
}
"""Fields that may change by writing another one, on one of the sides."""


def written(names: Iterable[str]) -> frozenset[str]:
    """Return the names of fields that were written, and of what follows from them."""
    given = frozenset(names)
    return given.union(NEVER, *(_FOLLOWS.get(name, frozenset()) for name in given))


def merged(first: Record, again: Record, names: frozenset[str]) -> Record:
    """Return the record that was decided by with the fields ``names`` as they are now."""
    known = {f.name for f in fields(first)} & names
    return replace(first, **{name: getattr(again, name) for name in known})


def merged_plain(
    first: Mapping[str, Any], again: Mapping[str, Any], names: frozenset[str]
) -> dict[str, Any]:
    """Return values that were decided by with the fields ``names`` as they are now."""
    kept = {name: value for name, value in first.items() if name not in names}
    return kept | {name: value for name, value in again.items() if name in names}


def edited(
    first: Mapping[str, Any] | Record, again: Mapping[str, Any] | Record, names: frozenset[str]
) -> bool:
    """Tell whether somebody edited other fields than ``names``; quantities do not count."""
    before, now = _plain(first), _plain(again)
    return any(
        without_stock(before[name]) != without_stock(now[name])
        for name in before.keys() & now.keys() - names
    )


def _plain(value: Mapping[str, Any] | Record) -> Mapping[str, Any]:
    found: Mapping[str, Any] = value if isinstance(value, Mapping) else to_plain(value)
    return found
