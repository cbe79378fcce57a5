"""Combinations that the ERP has of a product whose combinations the shop keeps as products."""

from __future__ import annotations

from agent.model.catalogue import Product, Variant
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.ownership import Owner
from agent.sync.two_way.pair import Pair


def adds_variants(two: TwoWay, pair: Pair) -> bool:
    """Tell whether the ERP has combinations that the shop is to make products of.

    Only where the setting makes products of combinations, the shop has done so with this product,
    it offers the values, and the ERP may be right about options. A product whose combinations are
    options in the shop stays as it is: carts and orders name its rows.
    """
    shop, erp = pair.shop, pair.erp
    if not isinstance(shop, Product) or not isinstance(erp, Product):
        return False
    if two.writer.rules.options_as != "variants" or "variants" not in pair.names:
        return False
    if two.ownership.of("variants") is Owner.SHOP or "variants" in pair.decision.conflicts:
        return False
    known = {_combination(variant) for variant in shop.variants}
    if not known:
        return False
    source = erp if "options" in pair.decision.to_store else shop
    offered = {value.value for option in source.options for value in option.values}
    return any(
        variant.active
        and variant.values
        and _combination(variant) not in known
        and offered.issuperset(variant.values)
        for variant in erp.variants
    )


def _combination(variant: Variant) -> tuple[str, ...]:
    return tuple(sorted(variant.values))
