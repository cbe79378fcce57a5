"""Which reader serves which entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agent.model.entity import Entity
from agent.store.attribute_values import AttributeValueReader
from agent.store.attributes import AttributeReader
from agent.store.categories import CategoryReader
from agent.store.manufacturers import ManufacturerReader
from agent.store.products import ProductReader
from agent.store.records import Reader
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
}
