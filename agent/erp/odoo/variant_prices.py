"""Extra prices of option values, and prices of the shop's own variants.

Odoo adds the extras of a variant's values to the product's price; there is no price per variant. A
shop's own price of a variant (OpenCart 4: the variant's price, plus the extras of its values) can
be expressed where one option alone makes the variants; otherwise only where it is the same sum.
"""

from __future__ import annotations

from decimal import Decimal

from agent.erp.odoo.connection import Draft
from agent.erp.odoo.product_columns import product_of
from agent.erp.odoo.product_plan import Plan
from agent.errors import Refused
from agent.model.catalogue import Product, Variant


def extras_of(draft: Draft, plan: Plan) -> dict[int, Decimal]:
    """Return the extra price of each of the product's values, by Odoo value id."""
    product = product_of(draft)
    numbers = {key: number for line in plan.lines for number, key in line.values.items()}
    extras: dict[int, Decimal] = {}
    for option in product.options:
        for value in option.values:
            if value.value in numbers:
                extras[numbers[value.value]] = value.price_extra
    for variant in product.variants:
        if variant.price is None or variant.price == product.price:
            continue
        own = _own_line_value(plan, variant)
        if own is not None:
            extras[own] = extras.get(own, Decimal(0)) + variant.price - product.price
        else:
            draft.warnings.append(_cannot(product, variant))
    return extras


def _own_line_value(plan: Plan, variant: Variant) -> int | None:
    """Return the one value that tells the variant apart, None where there are several."""
    if len(plan.variant_lines) != 1:
        return None
    numbers = {key: number for number, key in plan.variant_lines[0].values.items()}
    chosen = [numbers[v] for v in variant.values if v in numbers]
    return chosen[0] if len(chosen) == 1 else None


def _cannot(product: Product, variant: Variant) -> Refused:
    return Refused(
        f"The price {variant.price} of variant {variant.key} cannot be expressed in Odoo, which "
        f"adds extras per value to the product's price {product.price}",
        fix="Express the difference as extra prices of the option values in the shop, or keep the "
        "price in an Odoo price list.",
        code="record.variant_price",
    )
