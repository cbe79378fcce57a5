"""What options and variants of a product cost, as the shop keeps prices."""

from __future__ import annotations

from dataclasses import replace

from agent.errors import BridgeError, Held, InvalidRecord
from agent.model.catalogue import OptionValue, Product, Variant
from agent.model.pricing import ErpPrices
from agent.sync.two_way.rules import PriceRules

FIELDS = frozenset({"options", "variants"})
"""Fields of a product that bear prices beside its own."""


def has_extras(product: Product) -> bool:
    """Tell whether options or variants have prices of their own."""
    return any(v.price_extra for option in product.options for v in option.values) or any(
        v.price is not None for v in product.variants
    )


def price_missing() -> InvalidRecord:
    """Return the error for a product that costs nothing that the ERP could tell."""
    return InvalidRecord(
        "The ERP has no price for it",
        fix="Give it a price in the ERP.",
        code="price.missing",
    )


def not_known(why: BridgeError) -> Held:
    """Return the error for a product whose options or variants cost nobody knows what."""
    return Held(
        f"What its options and variants cost is not known: {why.cause}", fix=why.fix, code=why.code
    )


def in_the_shops_money(product: Product, found: ErpPrices, rules: PriceRules) -> Product:
    """Return a product of the ERP with these prices in the shop's currency, without tax.

    They are in the currency of the product's own price, and include the same taxes.

    Raises:
        Held: that currency is not to be converted.
    """

    def value(one: OptionValue) -> OptionValue:
        if not one.price_extra:
            return one
        extra = rules.to_shop(one.price_extra, found.currency, found.included)
        return replace(one, price_extra=extra)

    def variant(one: Variant) -> Variant:
        if one.price is None:
            return one
        return replace(one, price=rules.to_shop(one.price, found.currency, found.included))

    options = tuple(replace(o, values=tuple(map(value, o.values))) for o in product.options)
    return replace(product, options=options, variants=tuple(map(variant, product.variants)))
