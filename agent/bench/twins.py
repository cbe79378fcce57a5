"""Two equal sample shops on one server: the bridge writes into one, bare SQL into the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

from agent.bench.stage import PREFIX
from agent.db import Database, DatabaseSettings
from agent.errors import ConfigError
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.sandbox.mariadb import MariaDb, start_mariadb
from agent.sandbox.store import build_sample_shop
from agent.store import Shop
from agent.store.writing.changes import WriteRules
from agent.store.writing.writer import StoreWriter

BRIDGE, BARE = "bench", "bare"
_PAGE = 500
_NOT_WRITTEN = {"key", "images", "image", "variants"}
"""Pictures are files; combinations are options here."""


@dataclass(slots=True)
class Twins:
    """Two shops of one version; ``products`` are what both had, with the shop's keys."""

    server: MariaDb
    version: str
    shop: Shop
    products: list[Product] = field(default_factory=list)

    @property
    def writer(self) -> StoreWriter:
        """The way into the bridge's shop."""
        return self.shop.writer(WriteRules())

    @property
    def engine(self) -> str:
        """The engine of the shop's tables."""
        ((name,),) = self.rows(
            "SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE()"  # noqa: S608
            f" AND table_name = '{PREFIX}product'"
        )
        return str(name)

    @property
    def content(self) -> frozenset[str]:
        """The fields that are written."""
        return frozenset(f.name for f in fields(Product)) - _NOT_WRITTEN

    def rows(self, sql: str, database: str = BRIDGE) -> list[tuple[Any, ...]]:
        """Run a statement as root and return its rows."""
        with closing(self.server.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def tables(self) -> list[tuple[str, str]]:
        """Return the tables that rows of products are in, with the column that tells whose."""
        names = [str(row[0]) for row in self.rows(f"SHOW TABLES LIKE '{PREFIX}product%'")]
        found = [(name, "product_id") for name in names if self._has(name, "product_id")]
        return sorted(found, key=lambda item: (item[0] != f"{PREFIX}product", item[0]))

    def words(self) -> str:
        """Return the condition for rows of addresses that belong to products."""
        if self._has(f"{PREFIX}seo_url", "query"):
            return "`query` LIKE 'product_id=%'"
        return "`key` = 'product_id'"

    def empty(self, database: str) -> None:
        """Take all products out of a shop."""
        for table, _key in self.tables():
            self.rows(f"TRUNCATE TABLE `{table}`", database)
        self.rows(f"DELETE FROM `{PREFIX}seo_url` WHERE {self.words()}", database)  # noqa: S608

    def _has(self, table: str, column: str) -> bool:
        return bool(
            self.rows(
                "SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE()"  # noqa: S608
                f" AND table_name = '{table}' AND column_name = '{column}'"
            )
        )


@contextmanager
def open_twins(version: str, products: int) -> Iterator[Twins]:
    """Make two sample shops of a version with the same products; they end with the block.

    Raises:
        ConfigError: no MariaDB server is installed, or a sample product cannot be read.
    """
    server = start_mariadb()
    try:
        settings = [
            DatabaseSettings("127.0.0.1", server.port, user="root", database=name, prefix=PREFIX)
            for name in (BRIDGE, BARE)
        ]
        for each in settings:
            build_sample_shop(each, version=version, products=products, orders=0)
        with closing(Database(settings[0])) as database:
            shop = Shop(database, None, "http://shop.bench.invalid/")
            database.tables.metadata.create_all(database.engine)
            yield Twins(server, version, shop, _read(shop))
    finally:
        server.stop()


def _read(shop: Shop) -> list[Product]:
    reader = shop.reader(Entity.PRODUCTS)
    keys = [row.key for row in reader.scan("", 1_000_000)]
    found = [item for part in parts(keys, _PAGE) for item in reader.read(part)]
    products = [item for item in found if isinstance(item, Product)]
    if len(products) != len(found):
        raise ConfigError(
            "A product of the sample shop cannot be read",
            fix="Run erp-bridge demo to see what it says.",
            code="bench.job",
        )
    return products


def parts(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """Yield the items some at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
