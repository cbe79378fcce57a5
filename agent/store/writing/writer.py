"""The way into a shop: creates and updates its records as its own admin forms would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.model.pricing import PriceTarget
from agent.model.record import Record
from agent.model.stock import StockTarget
from agent.store.settings import Language
from agent.store.sql import Query
from agent.store.text import line
from agent.store.writing.changes import (
    PictureSource,
    StoreCandidate,
    StoreChange,
    StoreOutcome,
    WriteRules,
)
from agent.store.writing.desk import Desk, open_desk
from agent.store.writing.matching import match_records
from agent.store.writing.prices import current_prices, write_prices
from agent.store.writing.schema import Schema, check_writing, read_schema
from agent.store.writing.stock import current_stock, write_stock
from agent.store.writing.upserts import UPSERTS

if TYPE_CHECKING:
    from agent.store.shop import Shop


class StoreWriter:
    """Writes into one shop; see "The way into the shop" in docs/developer/contracts.md.

    Safe to share between threads. Two calls must not write the same record at the same time. All
    calls raise ConfigError or Unreachable when nothing can be written at all, and nothing for a
    single record.
    """

    def __init__(self, shop: Shop, rules: WriteRules) -> None:
        self._shop = shop
        self.rules = rules
        self._known: Schema | None = None

    @property
    def languages(self) -> tuple[Language, ...]:
        """The enabled languages, the default one first."""
        return self._shop.languages()

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[StoreChange],
        *,
        pictures: PictureSource,
        progress: Callable[[], None],
    ) -> list[StoreOutcome]:
        """Create or update records; one outcome per change, in their order.

        ``progress`` is called between statements, to keep a lease.

        Raises:
            ConfigError: records of this entity are not written, or rights are missing.
        """
        write = UPSERTS.get(entity)
        if write is None:
            raise ConfigError(
                f"Records of {entity.value} cannot be written into a shop",
                fix=f"Choose one of: {', '.join(sorted(e.value for e in UPSERTS))}.",
                code="store.no_writer",
            )
        if not changes:
            return []
        with self._open() as desk:
            return write(desk, changes, pictures, progress)

    def match(
        self, entity: Entity, records: Sequence[Record], *, parents: Mapping[str, str]
    ) -> Mapping[str, list[StoreCandidate]]:
        """Return records of the shop that look like the given ones, by the given record's key.

        ``parents`` are the shop's keys of what the records belong to, by the key that the record
        names it with: a category's parent, a value's attribute.
        """
        with self._open() as desk:
            return match_records(desk, entity, records, parents)

    def stock(
        self,
        targets: Sequence[StockTarget],
        *,
        progress: Callable[[], None],
        seen: Mapping[str, StockTarget] | None = None,
    ) -> list[StoreOutcome]:
        """Write quantities; one outcome per target, in their order, ``marker`` its product.

        ``seen`` is what :meth:`current_stock` told before the quantities were worked out: what has
        changed since is left as it is, and the outcome's error is Busy. Without it the shop is read
        now.
        """
        with self._open() as desk:
            return write_stock(desk, targets, seen, progress)

    def prices(
        self, targets: Sequence[PriceTarget], *, progress: Callable[[], None]
    ) -> list[StoreOutcome]:
        """Write prices; one outcome per target, in their order, ``marker`` its product."""
        with self._open() as desk:
            return write_prices(desk, targets, progress)

    def current_stock(self, products: Sequence[str]) -> Mapping[str, StockTarget]:
        """Return what the shop has of products now; those that are gone are absent."""
        with self._open() as desk:
            return current_stock(desk, products)

    def current_prices(self, products: Sequence[str]) -> Mapping[str, PriceTarget]:
        """Return what the shop asks for products now; those that are gone are absent."""
        with self._open() as desk:
            return current_prices(desk, products)

    def customer_groups(self) -> list[tuple[str, str]]:
        """Return key and name of the shop's customer groups, by key."""
        with self._open() as desk:
            rows = desk.query.rows(
                "SELECT `customer_group_id`, `name`"  # noqa: S608
                f" FROM {desk.table('customer_group_description')}"
                f" ORDER BY `language_id` <> {desk.view.default_language}, `language_id`"
            )
        names: dict[int, str] = {}
        for key, name in rows:
            names.setdefault(int(key), line(name) or f"group {key}")
        return [(str(key), names[key]) for key in sorted(names)]

    def stores(self) -> list[tuple[str, str]]:
        """Return key and name of the shop's stores, the default one (``0``) first."""
        with self._open() as desk:
            found = [("0", line(str(desk.settings.get("config_name") or "")) or "Default")]
            if desk.dialect.has("store"):
                rows = desk.query.rows(
                    f"SELECT `store_id`, `name` FROM {desk.table('store')} ORDER BY `store_id`"  # noqa: S608
                )
                found += [(str(key), line(name)) for key, name in rows if key]
        return found

    def _schema(self, query: Query) -> Schema:
        if self._known is None:
            self._known = read_schema(query, self._shop.dialect)
        return self._known

    def _open(self) -> AbstractContextManager[Desk]:
        check_writing(self._shop.dialect, self._shop.database.settings.database)
        return open_desk(self._shop, self.rules, self._schema)
