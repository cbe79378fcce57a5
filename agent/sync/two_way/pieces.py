"""A product's variants as the ERP has them: which are sold, and which one was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from itertools import product as combined

from agent.erp.port import variant_key
from agent.model.stock import Pending, SoldItem, StockLevel

Sale = tuple[SoldItem, int]
_MOST = 10_000
"""Combinations of a product that are looked at; of one product at most 1,000 variants are made."""


def by_product(pending: Pending) -> dict[str, list[Sale]]:
    """Return what was sold, by product."""
    found: dict[str, list[Sale]] = {}
    for sold, count in pending.items():
        found.setdefault(sold.product, []).append((sold, count))
    return found


def combinations(
    product: str, variants: Iterable[str], values: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Return the values that each of a product's variants is made of, by key.

    Variants that the shop keeps as products of their own have keys that tell nothing: they are left
    out. ``values`` are those that the product offers: of them long combinations are found, whose
    keys end in a hash.
    """
    found = {key: _written(key) for key in variants if ":" in key}
    hashed = {key for key in found if key.startswith(f"{product}:#")}
    if hashed:
        options: dict[str, list[str]] = {}
        for value in dict.fromkeys(values):
            options.setdefault(value.partition("/")[0], []).append(value)
        for made_of in islice(combined(*options.values()), _MOST):
            key = variant_key(product, made_of)
            if key in hashed:
                found[key] = frozenset(made_of)
    return found


def _written(key: str) -> frozenset[str]:
    """Return the values in a combination's key; ``42:`` has none."""
    return frozenset(key.partition(":")[2].split(",")) - {""}


def offered(
    variants: Mapping[str, str],
    made_of: Mapping[str, frozenset[str]],
    levels: Mapping[str, StockLevel],
) -> dict[str, StockLevel]:
    """Return what there is of the variants that are still sold, by key.

    That is neither what the ERP archived or deleted, nor what a product was before it had options.
    Where nothing else is left, the product itself is archived: then all count.
    """
    known = {key: levels[ref] for key, ref in variants.items() if ref in levels}
    live = {key: level for key, level in known.items() if level.active} or known
    if any(made_of.get(key) for key in live):
        return {key: level for key, level in live.items() if made_of.get(key, True)}
    return live


def sold_by_ref(
    product: str,
    variants: Mapping[str, str],
    made_of: Mapping[str, frozenset[str]],
    sales: Iterable[Sale],
) -> dict[str, int]:
    """Return the pieces that were sold of each of a product's ``variants``, by ERP id.

    ``variants`` are ERP ids by key. Several keys may share one: a combination, and the product that
    the shop makes of it.
    """
    found: dict[str, int] = {}
    for sold, count in sales:
        key = _bought(product, variants, made_of, sold)
        if key is not None:
            found[variants[key]] = found.get(variants[key], 0) + count
    return found


def _bought(
    product: str,
    variants: Mapping[str, str],
    made_of: Mapping[str, frozenset[str]],
    sold: SoldItem,
) -> str | None:
    """Return the key of the variant that was sold; values that the ERP makes none of are passed."""
    if sold.variant in variants:
        return sold.variant
    named = variant_key(product, sold.values)
    if named in variants:
        return named
    known = sold.values & frozenset().union(*made_of.values())
    return next((key for key, values in made_of.items() if values == known), None)
