"""Names of the kinds of records the bridge carries."""

from __future__ import annotations

from enum import StrEnum


class Entity(StrEnum):
    """One kind of record; the value is the word used on the command line, in URLs and tables."""

    ATTRIBUTES = "attributes"
    ATTRIBUTE_VALUES = "attribute-values"
    CATEGORIES = "categories"
    MANUFACTURERS = "manufacturers"
    PRODUCTS = "products"
    VARIANTS = "variants"
    STOCK = "stock"
    PRICES = "prices"
    CUSTOMERS = "customers"
    ADDRESSES = "addresses"
    ORDERS = "orders"
    ORDER_STATUS = "order-status"
    CARRIERS = "carriers"
    PAYMENT_METHODS = "payment-methods"
    TAXES = "taxes"
    TAX_RATES = "tax-rates"
    CURRENCIES = "currencies"


class Direction(StrEnum):
    """Which side is written."""

    TO_ERP = "to-erp"
    TO_STORE = "to-store"


SYNC_ENTITIES: tuple[Entity, ...] = tuple(
    e
    for e in Entity
    if e not in (Entity.ATTRIBUTE_VALUES, Entity.VARIANTS, Entity.ADDRESSES, Entity.TAX_RATES)
)
"""What ``erp-bridge sync`` takes; values, variants and addresses travel with what they are of."""
