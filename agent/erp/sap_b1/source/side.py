"""The methods of a connection that a shop is fed by; see :mod:`agent.erp.source`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.erp.sap_b1.source import (
    attributes,
    changes,
    groups,
    pictures,
    price_changes,
    prices,
    products,
    stock,
)
from agent.erp.sap_b1.source.scope import (
    count_products,
    groups_meant,
    makers_meant,
    offered,
    page_products,
)
from agent.erp.source import Sourced, Unreadable, nothing
from agent.errors import ConfigError
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices, PriceList
from agent.model.stock import StockLevel, Warehouse

_Read = Callable[[Connection, Sequence[str]], Mapping[str, Sourced | Unreadable]]
_READERS: Mapping[Entity, _Read] = {
    Entity.ATTRIBUTES: attributes.read_attributes,
    Entity.ATTRIBUTE_VALUES: attributes.read_values,
    Entity.CATEGORIES: groups.read_groups,
    Entity.MANUFACTURERS: groups.read_makers,
    Entity.PRODUCTS: products.read_products,
}
_TABLES = {Entity.ATTRIBUTES: ATTRIBUTES, Entity.ATTRIBUTE_VALUES: VALUES}
_FIELDS = {
    Entity.ATTRIBUTES: attributes.ATTRIBUTE_FIELDS,
    Entity.ATTRIBUTE_VALUES: attributes.VALUE_FIELDS,
    Entity.CATEGORIES: groups.CATEGORY_FIELDS,
    Entity.MANUFACTURERS: groups.MAKER_FIELDS,
}


class SourceSide:
    """Part of the adapter; ``_cx`` is its connection."""

    _cx: Connection

    @property
    def source_entities(self) -> frozenset[Entity]:
        """Entities that can be read; categories where the settings carry them."""
        found = {*_READERS, Entity.PRICES, Entity.STOCK}
        if self._cx.settings.categories_as != "item_groups":
            found.discard(Entity.CATEGORIES)
        return frozenset(found)

    def source_languages(self, codes: Sequence[str]) -> None:
        """Say which languages the shop has, the default one first."""
        self._cx.shop_languages = tuple(codes)

    def source_fields(self, entity: Entity) -> frozenset[str]:
        """Return the fields of an entity's records that B1 can tell at all."""
        if entity is Entity.PRODUCTS:
            return products.product_fields(self._cx)
        if entity not in _FIELDS:
            raise _unknown(entity)
        return _FIELDS[entity]

    def source_count(self, entity: Entity) -> int:
        """Return how many records of ``entity`` are meant for the shop."""
        self._enter()
        if entity is Entity.PRODUCTS:
            return count_products(self._cx)
        if entity in _TABLES:
            return self._cx.client.count(_TABLES[entity])
        return len(self._numbers(entity))

    def source_page(self, entity: Entity, after: str, limit: int) -> list[str]:
        """Return the next ids after ``after``; of products in the order of their first items."""
        self._enter()
        if entity is Entity.PRODUCTS:
            return page_products(self._cx, after, limit)
        if entity in _TABLES:
            rows = self._cx.client.rows(
                _TABLES[entity], "", ("Code",), after=after or None, limit=limit
            )
            return [str(row["Code"]) for row in rows]
        last = int(after) if after.isascii() and after.isdigit() else -1
        return [str(n) for n in self._numbers(entity) if n > last][:limit]

    def source_read(self, entity: Entity, refs: Sequence[str]) -> list[Sourced | Unreadable]:
        """Return records by id, in that order; deleted ones are absent."""
        self._enter()
        if entity not in _READERS:
            raise _unknown(entity)
        wanted = list(dict.fromkeys(refs))
        found = _READERS[entity](self._cx, wanted)
        return [found[ref] for ref in refs if ref in found]

    def source_offered(self, refs: Sequence[str]) -> set[str]:
        """Return those of the products that are meant for the shop and in use."""
        self._enter()
        return offered(self._cx, refs)

    def source_image(self, image: Image) -> bytes:
        """Return the bytes of a picture that a record named.

        Raises:
            InvalidRecord: it is gone, or no picture.
        """
        return pictures.read_image(self._cx, image)

    def source_changes(self, entity: Entity, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of records that changed, were put out of use or made since ``cursor``."""
        self._enter()
        if entity not in _READERS:
            raise _unknown(entity)
        return changes.changes(self._cx, entity, cursor)

    def warehouses(self) -> list[Warehouse]:
        """Return the warehouses of the company as they are now, also those out of use."""
        return stock.warehouses(self._cx)

    def stock_levels(self, refs: Sequence[str]) -> list[StockLevel]:
        """Return what there is of items, for all warehouses of the company."""
        return stock.levels(self._cx, refs)

    def stock_changes(
        self, cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str], Cursor]:
        """Return ids of items whose quantities changed."""
        self._cx.facts.enter()
        return stock.stock_changes(self._cx, cursor, progress)

    def price_lists(self) -> list[PriceList]:
        """Return the price lists there are."""
        return prices.all_lists(self._cx)

    def prices(self, refs: Sequence[str], lists: Sequence[str]) -> list[ErpPrices | Unreadable]:
        """Return what is asked for products, in their own price and in ``lists``."""
        self._enter()
        return prices.prices(self._cx, refs, lists)

    def price_changes(
        self, lists: Sequence[str], cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str] | None, Cursor]:
        """Return ids of products whose prices may have changed; None: all of them may have."""
        self._enter()
        return price_changes.price_changes(self._cx, lists, cursor, progress)

    def _enter(self) -> None:
        self._cx.facts.enter()
        self._cx.facts.require_prepared()

    def _numbers(self, entity: Entity) -> list[int]:
        if entity is Entity.CATEGORIES:
            return sorted(int(number) for number in groups_meant(self._cx))
        if entity is Entity.MANUFACTURERS:
            return sorted(int(number) for number in makers_meant(self._cx))
        raise _unknown(entity)


def _unknown(entity: Entity) -> ConfigError:
    return ConfigError(
        f"A SAP Business One connection gives a shop no {entity.value}",
        fix="Choose another entity.",
    )
