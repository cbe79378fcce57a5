"""Which other records a record points to, and what to call a record in front of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    TaxClass,
)
from agent.model.document import SalesDocument
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import (
    Address,
    Currency,
    Customer,
    Method,
    Order,
    OrderStatus,
    TaxRate,
)

Reference = tuple[Entity, str]

STAGES: tuple[Entity, ...] = (
    Entity.ATTRIBUTES,
    Entity.ATTRIBUTE_VALUES,
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
)
"""Catalogue entities in the order in which each finds what it points to already there."""

LINKED_ONLY: tuple[Entity, ...] = (
    Entity.TAX_RATES,
    Entity.CURRENCIES,
    Entity.PAYMENT_METHODS,
)
"""What is never written to the ERP: its counterpart there is looked for, or chosen by a person."""

SHARING: frozenset[Entity] = frozenset(
    {Entity.ORDER_STATUS, Entity.PAYMENT_METHODS, Entity.TAX_RATES, Entity.CARRIERS}
)
"""Several records of these may have one counterpart: two payment methods one journal."""

PREREQUISITES: tuple[Entity, ...] = (
    *STAGES,
    Entity.VARIANTS,
    *LINKED_ONLY,
    Entity.CARRIERS,
    Entity.CUSTOMERS,
    Entity.ADDRESSES,
)
"""What records may need first, in the order in which it is seen to."""

SOFT: frozenset[tuple[Entity, Entity]] = frozenset({(Entity.CUSTOMERS, Entity.ADDRESSES)})
"""(record, what it points to) where it goes on without: looked up, and given where it is there."""

OPTIONAL: Mapping[Entity, frozenset[Entity]] = {Entity.PRODUCTS: frozenset({Entity.TAXES})}
"""What records of an entity can do without: they go with a warning instead of waiting."""
OPTIONAL_ENTITIES: frozenset[Entity] = frozenset().union(*OPTIONAL.values())

_SINGULAR = {
    Entity.ATTRIBUTES: "attribute",
    Entity.ATTRIBUTE_VALUES: "attribute value",
    Entity.CATEGORIES: "category",
    Entity.MANUFACTURERS: "manufacturer",
    Entity.PRODUCTS: "product",
    Entity.VARIANTS: "variant",
    Entity.TAXES: "tax class",
    Entity.TAX_RATES: "tax rate",
    Entity.CUSTOMERS: "customer",
    Entity.ADDRESSES: "address",
    Entity.ORDERS: "order",
    Entity.ORDER_STATUS: "order status",
    Entity.CARRIERS: "shipping method",
    Entity.PAYMENT_METHODS: "payment method",
    Entity.CURRENCIES: "currency",
}


def stages_for(entity: Entity) -> tuple[Entity, ...]:
    """Return the entities a whole synchronization of ``entity`` runs through, in order."""
    if entity is Entity.PRODUCTS:
        return STAGES
    if entity is Entity.ATTRIBUTES:
        return STAGES[:2]
    return (entity,)


def references(record: Record) -> Iterator[Reference]:
    """Yield what ``record`` points to; the same reference may come more than once."""
    if isinstance(record, Category):
        if record.parent is not None:
            yield Entity.CATEGORIES, record.parent
    elif isinstance(record, AttributeValue):
        yield Entity.ATTRIBUTES, record.attribute
    elif isinstance(record, Product):
        yield from _product_references(record)
    elif isinstance(record, Address):
        yield Entity.CUSTOMERS, record.customer
    elif isinstance(record, Customer):
        for address in record.addresses:
            yield Entity.ADDRESSES, address.key
    elif isinstance(record, SalesDocument):
        yield from _document_references(record)


def _document_references(document: SalesDocument) -> Iterator[Reference]:
    yield Entity.CUSTOMERS, document.customer
    for address in (document.invoice_address, document.delivery_address):
        if address is not None:
            yield Entity.ADDRESSES, address
    yield Entity.CURRENCIES, document.currency
    if document.carrier is not None:
        yield Entity.CARRIERS, document.carrier
    if document.payment_method is not None:
        yield Entity.PAYMENT_METHODS, document.payment_method
    for line in document.lines:
        if line.item is not None:
            yield line.item
        for rate in line.taxes:
            yield Entity.TAX_RATES, rate


def _product_references(product: Product) -> Iterator[Reference]:
    for category in product.categories:
        yield Entity.CATEGORIES, category
    if product.manufacturer is not None:
        yield Entity.MANUFACTURERS, product.manufacturer
    if product.tax_class is not None:
        yield Entity.TAXES, product.tax_class
    for option in product.options:
        yield Entity.ATTRIBUTES, option.attribute
        for value in option.values:
            yield Entity.ATTRIBUTE_VALUES, value.value
    for spec in product.specs:
        yield Entity.ATTRIBUTES, spec.attribute
        yield Entity.ATTRIBUTE_VALUES, spec.value
    for variant in product.variants:
        for value_key in variant.values:
            yield Entity.ATTRIBUTE_VALUES, value_key


def required(entity: Entity, found: Iterable[Reference]) -> set[Reference]:
    """Return the references among ``found`` that a record of ``entity`` cannot do without."""
    return {
        pair for pair in found if pair[0] not in OPTIONAL_ENTITIES and (entity, pair[0]) not in SOFT
    }


def singular(entity: Entity) -> str:
    """Return what one record of ``entity`` is called in a sentence."""
    return _SINGULAR.get(entity, entity.value)


def label_of(record: Record, language: str) -> str:
    """Return a record's name for people, in ``language`` where it has one."""
    if isinstance(record, Manufacturer | TaxClass | TaxRate | Method | Currency):
        return record.name
    if isinstance(record, Customer | Address):
        return record.name or record.company or record.email or record.key
    if isinstance(record, Order):
        return f"{record.key} ({record.first_name} {record.last_name})"
    if isinstance(record, SalesDocument):
        return record.number
    if isinstance(record, Category | Attribute | AttributeValue | Product | OrderStatus):
        name = record.name.get(language) or next(iter(record.name.values()), "")
        return name or record.key
    return record.key


def named(entity: Entity, key: str, label: str) -> str:
    """Return how errors name a record: ``product 42 (Apple Cinema 30")``."""
    return (
        f"{singular(entity)} {key} ({label})"
        if label and label != key
        else f"{singular(entity)} {key}"
    )
