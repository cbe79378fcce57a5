"""What exactly changed in a product's options and own variants.

Their stock is part of the record, too, and moves with every order; so a changed ``options`` field
alone does not mean that an ERP has anything to learn here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.erp.draft import Draft
from agent.model.plain import to_plain

_OWN_STOCK = frozenset({"quantity"})


@dataclass(frozen=True, slots=True)
class Aspects:
    """``lines``: which options and values; ``prices``, ``weights``: extras; ``own``: variants."""

    lines: bool
    prices: bool
    weights: bool
    own: bool


def aspects_of(draft: Draft) -> Aspects:
    """Return what of a product's options and own variants has to be looked at."""
    before = draft.change.previous
    if draft.creates or before is None:
        options = draft.creates or draft.has("options")
        own = draft.creates or draft.has("variants")
        return Aspects(lines=options, prices=options, weights=options, own=own)
    now = draft.change.record

    def differs(field: str, view: Callable[[Any], object]) -> bool:
        if not draft.has(field):
            return False
        return view(before.get(field) or ()) != view(to_plain(getattr(now, field, ())))

    return Aspects(
        lines=differs("options", _lines),
        prices=differs("options", lambda o: _extras(o, "price_extra")),
        weights=differs("options", lambda o: _extras(o, "weight_extra")),
        own=differs("variants", _own),
    )


def _lines(options: Any) -> object:
    return [(o["attribute"], [v["value"] for v in o["values"]]) for o in _maps(options)]


def _extras(options: Any, name: str) -> object:
    return {v["value"]: v.get(name) for o in _maps(options) for v in _maps(o["values"])}


def _own(variants: Any) -> object:
    return [{k: v for k, v in o.items() if k not in _OWN_STOCK} for o in _maps(variants)]


def _maps(items: Any) -> list[Mapping[str, Any]]:
    return [i for i in items if isinstance(i, Mapping)]
