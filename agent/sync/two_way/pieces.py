"""Which of a product's variants an order line is about, as the ERP has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.erp.port import variant_key
from agent.model.stock import Pending, SoldItem

Sale = tuple[SoldItem, int]


def by_product(pending: Pending) -> dict[str, list[Sale]]:
    """Return what was sold, by product."""
    found: dict[str, list[Sale]] = {}
    for sold, count in pending.items():
        found.setdefault(sold.product, []).append((sold, count))
    return found


def sold_by_ref(product: str, variants: Mapping[str, str], sales: Iterable[Sale]) -> dict[str, int]:
    """Return the pieces that were sold of each of a product's ``variants``, by ERP id.

    ``variants`` are ERP ids by key. Several keys may share one: a combination, and the product that
    the shop makes of it.
    """
    combinations = {key: values_of(key) for key in variants if ":" in key}
    found: dict[str, int] = {}
    for sold, count in sales:
        key = _bought(product, variants, combinations, sold)
        if key is not None:
            found[variants[key]] = found.get(variants[key], 0) + count
    return found


def _bought(
    product: str,
    variants: Mapping[str, str],
    combinations: Mapping[str, frozenset[str]],
    sold: SoldItem,
) -> str | None:
    """Return the key of the variant that was sold; values that the ERP makes none of are passed."""
    if sold.variant in variants:
        return sold.variant
    named = variant_key(product, sold.values)
    if named in variants:
        return named
    known = sold.values & frozenset().union(*combinations.values())
    return next((key for key, values in combinations.items() if values == known), None)


def values_of(key: str) -> frozenset[str]:
    """Return the values of a combination's key; ``42:`` has none."""
    return frozenset(key.partition(":")[2].split(",")) - {""}
