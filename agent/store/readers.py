"""Which reader serves which entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agent.model.entity import Entity
from agent.store.attribute_values import AttributeValueReader
from agent.store.attributes import AttributeReader
from agent.store.categories import CategoryReader
from agent.store.currencies import CurrencyReader
from agent.store.customers import CustomerReader
from agent.store.manufacturers import ManufacturerReader
from agent.store.methods import CarrierReader, PaymentMethodReader
from agent.store.order_statuses import OrderStatusReader
from agent.store.orders import OrderReader
from agent.store.products import ProductReader
from agent.store.records import Reader
from agent.store.tax_rates import TaxRateReader
from agent.store.taxes import TaxReader

if TYPE_CHECKING:
    from agent.store.shop import Shop

READERS: Mapping[Entity, Callable[[Shop], Reader]] = {
    Entity.ATTRIBUTES: AttributeReader,
    Entity.ATTRIBUTE_VALUES: AttributeValueReader,
    Entity.CATEGORIES: CategoryReader,
    Entity.MANUFACTURERS: ManufacturerReader,
    Entity.PRODUCTS: ProductReader,
    Entity.TAXES: TaxReader,
    Entity.TAX_RATES: TaxRateReader,
    Entity.CUSTOMERS: CustomerReader,
    Entity.ORDERS: OrderReader,
    Entity.ORDER_STATUS: OrderStatusReader,
    Entity.CARRIERS: CarrierReader,
    Entity.PAYMENT_METHODS: PaymentMethodReader,
    Entity.CURRENCIES: CurrencyReader,
}

SALES = frozenset(
    {
        Entity.CUSTOMERS,
        Entity.ORDERS,
        Entity.ORDER_STATUS,
        Entity.CARRIERS,
        Entity.PAYMENT_METHODS,
        Entity.CURRENCIES,
        Entity.TAX_RATES,
    }
)
"""Entities that need tables beyond the catalogue's."""
