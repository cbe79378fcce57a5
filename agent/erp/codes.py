"""Codes that products and their variants get in an ERP, as a connection's settings say."""

from __future__ import annotations

from collections.abc import Iterable

from agent.model.catalogue import Product


def chosen_code(code_from: str, sku: str | None, model: str | None) -> str:
    """Return the code of something that has a SKU and a model; empty where it has none.

    ``code_from`` is ``sku``, ``model`` or ``sku_or_model``.
    """
    clean_sku, clean_model = (sku or "").strip(), (model or "").strip()
    by_setting = {"sku": clean_sku, "model": clean_model, "sku_or_model": clean_sku or clean_model}
    return by_setting[code_from]


def pattern_code(pattern: str, product: Product, values: Iterable[str]) -> str | None:
    """Return a variant's code by the pattern, None where the product lacks what it is made of.

    ``values`` are keys of AttributeValues (``option:13/49``): their numbers stand for ``{values}``.
    """
    sku, model = product.sku.strip(), product.model.strip()
    if not pattern or ("{sku}" in pattern and not sku) or ("{model}" in pattern and not model):
        return None
    numbers = "-".join(key.rpartition("/")[2] for key in values)
    return pattern.format(sku=sku, model=model, product=product.key, values=numbers)
