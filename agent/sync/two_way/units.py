"""Weights and sizes of both sides in the units that the shop's record has now.

Each side keeps its numbers in a unit of its own: 1 in the ERP may be 1000 in the shop. A number
means nothing without its unit, so both are brought to one unit before they are compared or written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.model.catalogue import Product
from agent.model.measures import length_in, weight_in
from agent.model.plain import decimal_text
from agent.model.record import Record
from agent.sync.two_way.compare import Decision

_Convert = Callable[[str, Decimal, str], Decimal | None]
_MEASURES: Mapping[str, tuple[tuple[str, ...], _Convert]] = {
    "weight_unit": (("weight",), weight_in),
    "length_unit": (("length", "width", "height"), length_in),
}
_KEPT = Decimal("0.00000001")
"""What a shop's columns of measures keep: eight decimals."""
_DIGITS = 15
"""Digits before the point beyond which no column has room: such a number is left as it is."""


def in_units_of(shop: Record, erp: Record) -> Record:
    """Return the ERP's record with its measures in the units of the shop's.

    A measure in a unit that is not known keeps its number and its unit.
    """
    if not isinstance(shop, Product) or not isinstance(erp, Product):
        return erp
    for unit, (names, convert) in _MEASURES.items():
        target, source = getattr(shop, unit), getattr(erp, unit)
        values: dict[str, Any] = {
            name: _converted(convert, target, getattr(erp, name), source) for name in names
        }
        if target == source or not target or None in values.values():
            continue
        if unit == "weight_unit":
            values["variants"] = tuple(
                v
                if v.weight is None
                else replace(v, weight=_converted(convert, target, v.weight, source))
                for v in erp.variants
            )
        erp = replace(erp, **{unit: target}, **values)
    return erp


def settled_in_units_of(shop: Record, before: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return settled values of one side with their measures in the units of the shop's record."""
    if not isinstance(shop, Product) or before is None:
        return before
    for unit, (names, convert) in _MEASURES.items():
        target, source = getattr(shop, unit), before.get(unit)
        if target == source or not target or not source:
            continue
        known = {name: before[name] for name in names if before.get(name) is not None}
        values = {n: _converted(convert, target, Decimal(v), source) for n, v in known.items()}
        texts = {n: decimal_text(v) for n, v in values.items() if v is not None}
        if len(texts) == len(values):
            before = {**before, **texts, unit: target}
            if unit == "weight_unit" and before.get("variants"):
                before["variants"] = [_variant_in(target, v, source) for v in before["variants"]]
    return before


def _variant_in(target: str, plain: Mapping[str, Any], unit: str) -> Mapping[str, Any]:
    if plain.get("weight") is None:
        return plain
    found = _converted(weight_in, target, Decimal(plain["weight"]), unit)
    return plain if found is None else {**plain, "weight": decimal_text(found)}


def keep_together(decision: Decision, shop: Record, erp: Record, names: frozenset[str]) -> None:
    """Let measures whose unit could not be converted go into the shop with it, or not at all."""
    for unit, (measures, _) in _MEASURES.items():
        group = names & {unit, *measures}
        if getattr(shop, unit, "") == getattr(erp, unit, "") or not group & decision.to_store:
            continue
        if group & set(decision.conflicts):
            decision.conflicts = sorted({*decision.conflicts, *(group & decision.to_store)})
            decision.to_store -= group
        else:
            decision.to_store |= group
            decision.to_erp -= group


def _converted(convert: _Convert, target: str, value: Decimal, unit: str) -> Decimal | None:
    found = convert(target, value, unit)
    if found is None or found.adjusted() >= _DIGITS:
        return found
    return found.quantize(_KEPT, ROUND_HALF_UP)
