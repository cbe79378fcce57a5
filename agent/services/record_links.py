"""Addresses that open a record in the ERP's own screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.model.entity import Entity

_ODOO_MODELS: Mapping[Entity, str] = {
    Entity.CATEGORIES: "product.category",
    Entity.ATTRIBUTES: "product.attribute",
    Entity.PRODUCTS: "product.template",
    Entity.VARIANTS: "product.product",
    Entity.TAXES: "account.tax",
    Entity.TAX_RATES: "account.tax",
    Entity.CUSTOMERS: "res.partner",
    Entity.ADDRESSES: "res.partner",
    Entity.ORDERS: "sale.order",
    Entity.CARRIERS: "delivery.carrier",
    Entity.PAYMENT_METHODS: "account.journal",
    Entity.CURRENCIES: "res.currency",
}


def record_url(kind: str, settings: Mapping[str, Any], entity: Entity, erp_id: str) -> str | None:
    """Return the address of a record's form, None where the ERP has none for it.

    Odoo: ``/web#id=…&model=…`` opens the form in every version; newer ones rewrite it.
    """
    if kind != "odoo" or entity not in _ODOO_MODELS or not erp_id.isdecimal():
        return None
    model = _ODOO_MODELS[entity]
    return f"{settings.get('url', '')}/web#id={erp_id}&model={model}&view_type=form"
