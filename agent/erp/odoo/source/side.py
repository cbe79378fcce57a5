"""The methods of an Odoo connection that a shop is fed by; see :mod:`agent.erp.source`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from agent.erp.cursor import Cursor
from agent.erp.odoo import manufacturers
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source import (
    attributes,
    changes,
    groups,
    pictures,
    price_changes,
    prices,
    products,
    stock,
)
from agent.erp.odoo.source.kept import keeps_stock
from agent.erp.odoo.source.scope import (
    TEMPLATE,
    VALUE,
    counted,
    meant_attributes,
    meant_categories,
    meant_products,
    product_domain,
)
from agent.erp.source import Sourced, Unreadable, nothing
from agent.errors import ConfigError
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices, PriceList
from agent.model.stock import StockLevel, Warehouse

_Read = Callable[[Connection, Sequence[int]], Mapping[int, Sourced | Unreadable]]
_READERS: Mapping[Entity, _Read] = {
    Entity.ATTRIBUTES: attributes.read_attributes,
    Entity.ATTRIBUTE_VALUES: attributes.read_values,
    Entity.CATEGORIES: groups.read_categories,
    Entity.MANUFACTURERS: groups.read_manufacturers,
    Entity.PRODUCTS: products.read_products,
}


class SourceSide:
    """Part of the adapter; ``_cx`` is its connection."""

    _cx: Connection

    @property
    def source_entities(self) -> frozenset[Entity]:
        """Entities that can be read; manufacturers where the settings carry them."""
        found = {*_READERS, Entity.PRICES}
        if self._cx.settings.manufacturer_as == "none":
            found.discard(Entity.MANUFACTURERS)
        self._cx.facts.enter()
        if keeps_stock(self._cx):
            found.add(Entity.STOCK)
        return frozenset(found)

    def source_languages(self, codes: Sequence[str]) -> None:
        """Say which languages the shop has, the default one first."""
        self._cx.shop_languages = tuple(codes)

    def source_fields(self, entity: Entity) -> frozenset[str]:
        """Return the fields of an entity's records that Odoo can tell at all."""
        self._cx.facts.enter()
        if entity is Entity.ATTRIBUTES:
            return attributes.ATTRIBUTE_FIELDS
        if entity is Entity.ATTRIBUTE_VALUES:
            return attributes.value_fields(self._cx)
        if entity is Entity.CATEGORIES:
            return groups.category_fields(self._cx)
        if entity is Entity.MANUFACTURERS:
            return groups.manufacturer_fields(self._cx)
        if entity is Entity.PRODUCTS:
            return products.product_fields(self._cx)
        raise _unknown(entity)

    def source_count(self, entity: Entity) -> int:
        """Return how many records of ``entity`` are meant for the shop."""
        self._cx.facts.enter()
        if entity is Entity.CATEGORIES:
            return len(meant_categories(self._cx))
        if entity is Entity.ATTRIBUTES:
            return len(meant_attributes(self._cx))
        model, domain = self._place(entity)
        if not model:
            return 0
        return counted(self._cx, model, domain)

    def source_page(self, entity: Entity, after: str, limit: int) -> list[str]:
        """Return the next ids after ``after``, by number."""
        self._cx.facts.enter()
        last = int(after) if after.isascii() and after.isdigit() else 0
        if entity is Entity.CATEGORIES:
            return _next(meant_categories(self._cx), last, limit)
        if entity is Entity.ATTRIBUTES:
            return _next(meant_attributes(self._cx), last, limit)
        model, domain = self._place(entity)
        if not model:
            return []
        rows = self._cx.odoo.find(
            model, [("id", ">", last), *domain], ["id"], limit=limit, active_test=True
        )
        return [str(row["id"]) for row in rows]

    def source_read(self, entity: Entity, refs: Sequence[str]) -> list[Sourced | Unreadable]:
        """Return records by id, in that order; deleted ones are absent."""
        self._cx.facts.enter()
        if entity not in _READERS:
            raise _unknown(entity)
        numbers = _numbers(refs)
        found = _READERS[entity](self._cx, sorted(set(numbers)))
        return [found[number] for number in numbers if number in found]

    def source_offered(self, refs: Sequence[str]) -> set[str]:
        """Return those of the products that are meant for the shop and not archived."""
        self._cx.facts.enter()
        return {str(number) for number in meant_products(self._cx, _numbers(refs))}

    def source_image(self, image: Image) -> bytes:
        """Return the bytes of a picture that a record named.

        Raises:
            InvalidRecord: it is gone, or no picture.
        """
        self._cx.facts.enter()
        return pictures.read_image(self._cx, image)

    def source_changes(self, entity: Entity, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of records that changed, were archived or made since ``cursor``."""
        self._cx.facts.enter()
        if entity not in _READERS:
            raise _unknown(entity)
        return changes.changes(
            self._cx, entity, cursor, lambda numbers: _READERS[entity](self._cx, numbers)
        )

    def warehouses(self) -> list[Warehouse]:
        """Return the warehouses of the company as they are now, also those out of use."""
        self._cx.facts.enter()
        return stock.warehouses(self._cx)

    def stock_levels(self, refs: Sequence[str]) -> list[StockLevel]:
        """Return what there is of variants, for all warehouses of the company."""
        self._cx.facts.enter()
        return stock.levels(self._cx, refs)

    def stock_changes(
        self, cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str], Cursor]:
        """Return ids of variants whose quantities changed; a few calls, so no progress."""
        del progress
        self._cx.facts.enter()
        return stock.stock_changes(self._cx, cursor)

    def price_lists(self) -> list[PriceList]:
        """Return the price lists there are."""
        self._cx.facts.enter()
        return prices.price_lists(self._cx)

    def prices(self, refs: Sequence[str], lists: Sequence[str]) -> list[ErpPrices | Unreadable]:
        """Return what is asked for products, in their own price and in ``lists``."""
        self._cx.facts.enter()
        return prices.prices(self._cx, refs, lists)

    def price_changes(
        self, lists: Sequence[str], cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str] | None, Cursor]:
        """Return ids of products whose prices may have changed; None: all of them may have.

        A few calls, so no progress.
        """
        del progress
        self._cx.facts.enter()
        return price_changes.price_changes(self._cx, lists, cursor)

    def _place(self, entity: Entity) -> tuple[str, list[object]]:
        """Return the model of an entity's records and the domain of those meant for the shop."""
        if entity is Entity.PRODUCTS:
            return TEMPLATE, [*product_domain(self._cx)]
        if entity is Entity.ATTRIBUTE_VALUES:
            return VALUE, [("attribute_id", "in", sorted(meant_attributes(self._cx)))]
        if entity is Entity.MANUFACTURERS:
            place = manufacturers.place(self._cx)
            return (
                (place.model, [*manufacturers.scope(self._cx)]) if place is not None else ("", [])
            )
        raise _unknown(entity)


def _numbers(refs: Sequence[str]) -> list[int]:
    return [int(ref) for ref in refs if ref.isascii() and ref.isdigit()]


def _next(numbers: Iterable[int], last: int, limit: int) -> list[str]:
    return [str(number) for number in sorted(numbers) if number > last][:limit]


def _unknown(entity: Entity) -> ConfigError:
    return ConfigError(
        f"An Odoo connection gives a shop no {entity.value}", fix="Choose another entity."
    )
