"""Which SKUs more than one product of the shop has: nothing can be matched by those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

from agent.store.text import line
from agent.store.variants import owners

if TYPE_CHECKING:
    from agent.store.shop import Shop
    from agent.store.view import View

_CHUNK = 500


def shared_skus(shop: Shop, skus: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, of the given SKUs, those that several products have, with the products' keys.

    Variants of OpenCart 4 count as products: each is sold on its own. Not so where a variant only
    has its product's SKU, which the admin copies to it whenever the product is saved.
    """
    # the shop's forms store texts escaped, imports often as they are
    wanted = sorted({form for sku in skus if sku for form in (sku, _escaped(sku))})
    found: dict[str, set[str]] = {}
    with shop.open() as view:
        for start in range(0, len(wanted), _CHUNK):
            for sku, product in _owners(view, wanted[start : start + _CHUNK]):
                found.setdefault(sku, set()).add(product)
    found = {sku: products for sku, products in found.items() if len(products) > 1}
    masters = owners(shop, [key for products in found.values() for key in products])
    own = {
        sku: sorted((key for key in products if masters.get(key) not in products), key=int)
        for sku, products in found.items()
    }
    return {sku: tuple(products) for sku, products in own.items() if len(products) > 1}


def _escaped(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;")


def _owners(view: View, skus: list[str]) -> Iterable[tuple[str, str]]:
    """Yield (SKU, product) for each product that has one of the SKUs, as the shop stores them."""
    marks = ", ".join(["%s"] * len(skus))
    if "sku" in view.dialect.code_columns:
        rows = view.query.rows(
            "SELECT p.`sku`, p.`product_id`"  # noqa: S608
            f" FROM {view.table('product')} p WHERE p.`sku` IN ({marks})",
            skus,
        )
        yield from ((line(sku), str(product)) for sku, product in rows)
    if view.dialect.code_table:
        rows = view.query.rows(
            "SELECT c.`value`, c.`product_id`"  # noqa: S608
            f" FROM {view.table('product_code')} c"
            f" WHERE LOWER(c.`code`) = 'sku' AND c.`value` IN ({marks})",
            skus,
        )
        yield from ((line(sku), str(product)) for sku, product in rows)
