"""Who writes which records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.model.entity import Entity
from agent.store.writing.attribute_values import write_attribute_values
from agent.store.writing.attributes import write_attributes
from agent.store.writing.categories import write_categories
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome
from agent.store.writing.desk import Desk
from agent.store.writing.manufacturers import write_manufacturers
from agent.store.writing.products import write_products

Upsert = Callable[
    [Desk, Sequence[StoreChange], PictureSource, Callable[[], None]], list[StoreOutcome]
]

UPSERTS: Mapping[Entity, Upsert] = {
    Entity.ATTRIBUTES: write_attributes,
    Entity.ATTRIBUTE_VALUES: write_attribute_values,
    Entity.CATEGORIES: write_categories,
    Entity.MANUFACTURERS: write_manufacturers,
    Entity.PRODUCTS: write_products,
}
"""Entities of the way into the shop that are records; stock and prices are amounts."""
