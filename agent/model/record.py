"""All canonical records."""

from __future__ import annotations

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    TaxClass,
)
from agent.model.document import SalesDocument
from agent.model.sales import (
    Address,
    Carrier,
    Currency,
    Customer,
    Order,
    OrderStatus,
    PaymentMethod,
    TaxRate,
)

Record = (
    Category
    | Manufacturer
    | Attribute
    | AttributeValue
    | Product
    | TaxClass
    | TaxRate
    | Customer
    | Address
    | Carrier
    | PaymentMethod
    | Currency
    | OrderStatus
    | Order
    | SalesDocument
)
