"""Decides, field by field, which side of a record changes: a comparison of three."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from agent.sync.two_way.comparable import PICTURES, comparable, without_repeats
from agent.sync.two_way.ownership import NEVER, Owner, Ownership

Winner = Literal["shop", "erp"]
SIMULTANEOUS = timedelta(seconds=1)
"""Edits that are no further apart are simultaneous: the shop's counts."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a record: as it is, as it was when both were settled, and when it changed."""

    now: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    changed_at: datetime | None = None


@dataclass(slots=True)
class Decision:
    """Which fields go which way; ``conflicts`` wait for a person."""

    to_store: set[str] = field(default_factory=set)
    to_erp: set[str] = field(default_factory=set)
    conflicts: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether both sides stay as they are."""
        return not (self.to_store or self.to_erp or self.conflicts)


def decide(
    names: Iterable[str],
    shop: Side,
    erp: Side,
    ownership: Ownership,
    choices: Mapping[str, Winner] | None = None,
    *,
    unpriced: bool = False,
) -> Decision:
    """Return what is to be written where.

    Only fields that the ERP can tell are to be named. ``choices`` are a person's, by field.
    ``unpriced``: the bridge made the product in the shop without a price, and disabled, and nobody
    has looked after it since.
    """
    decision = Decision()
    for name in sorted(set(names) - NEVER):
        first = unpriced and name == "price"
        winner = _winner(name, shop, erp, ownership, choices or {}, first=first)
        if winner == "shop":
            decision.to_erp.add(name)
        elif winner == "erp":
            decision.to_store.add(name)
        elif winner == "nobody":
            decision.conflicts.append(name)
    return decision


def _winner(
    name: str,
    shop: Side,
    erp: Side,
    ownership: Ownership,
    choices: Mapping[str, Winner],
    *,
    first: bool,
) -> Winner | Literal["nobody"] | None:
    mine, theirs = shop.now.get(name), erp.now.get(name)
    told = (mine, theirs, (erp.before or {}).get(name))
    if name not in PICTURES and comparable(name, mine, *told) == comparable(name, theirs, *told):
        return None
    if name in choices:
        return choices[name]
    news = without_repeats(name, theirs, told[-1])
    ours = shop.before is None or _changed(name, mine, shop, told)
    others = erp.before is None or name not in erp.before or _changed(name, news, erp, told)
    if not ours and not others:
        return None  # settled: one side spells it otherwise
    if first and not ours and _first_price(mine, erp):
        return "erp"
    owner = ownership.of(name)
    if name in PICTURES and (shop.before is None or erp.before is None):
        return _first_pictures(name, shop, erp, owner)
    if owner is Owner.SHOP:
        return "shop"
    if owner is Owner.ERP:
        return "erp"
    if ours != others:
        return "shop" if ours else "erp"
    if owner is Owner.HOLD:
        return "nobody"
    return _newer(shop, erp)


def _changed(name: str, now: Any, side: Side, told: tuple[Any, Any, Any]) -> bool:
    before = (side.before or {}).get(name)
    return bool(comparable(name, now, *told) != comparable(name, before, *told))


def _first_price(mine: Any, erp: Side) -> bool:
    """Tell whether the ERP has a price at last for a product that was made without one."""
    return mine == "0" and erp.before is not None and "price" not in erp.before


def _first_pictures(name: str, shop: Side, erp: Side, owner: Owner) -> Winner | None:
    """Pictures that were never compared: nobody can tell whether they are the same."""
    if owner is Owner.SHOP or not erp.now.get(name):
        return "shop" if shop.now.get(name) and owner is not Owner.ERP else None
    if owner is Owner.ERP or not shop.now.get(name):
        return "erp"
    return None


def _newer(shop: Side, erp: Side) -> Winner:
    """Return whose record was changed later; the shop's where nobody can tell.

    Both sides tell whole seconds, by clocks of their own, so two edits within one second of each
    other are taken for simultaneous: which of them the clocks put first is chance.
    """
    if shop.changed_at is None or erp.changed_at is None:
        return "erp" if shop.changed_at is None and erp.changed_at is not None else "shop"
    later = erp.changed_at.replace(microsecond=0) - shop.changed_at.replace(microsecond=0)
    return "erp" if later > SIMULTANEOUS else "shop"
