"""Shops to read: dumps of real installations where they are present, and sample shops always."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pymysql
import pytest

from agent.db import Database, DatabaseSettings
from agent.sandbox.store import build_sample_shop
from agent.store import Shop
from agent_tests.lab.mariadb import MariaDb

DUMPS = ("3.0.2.0", "3.0.3.9", "3.0.5.1", "4.0.1.1", "4.0.2.3", "4.1.0.0", "4.1.0.4")
SHAPES = ("3.0.2.0", "3.0.5.1", "4.0.0.0", "4.0.2.3", "4.1.0.0", "4.1.0.1", "4.1.0.4")
WITH_VARIANTS = ("4.0.0.0", "4.0.2.3", "4.1.0.4")
_numbers = itertools.count(1)


@dataclass
class Lab:
    """A shop with a root connection to change it behind the agent's back."""

    shop: Shop
    server: MariaDb
    name: str
    version: str
    image_dir: Path | None = None

    @property
    def settings(self) -> DatabaseSettings:
        return self.shop.database.settings

    @cached_property
    def connection(self) -> pymysql.Connection:
        return self.server.connect(
            self.name, init_command="SET sql_mode = 'NO_ENGINE_SUBSTITUTION'"
        )

    def sql(self, statement: str, *args: object) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, args or None)
            return list(cursor.fetchall())

    def close(self) -> None:
        self.connection.close()
        self.shop.database.close()
        self.server.execute(f"DROP DATABASE `{self.name}`")

    def value(self, statement: str, *args: object) -> Any:
        return self.sql(statement, *args)[0][0]


MakeShop = Callable[..., Lab]


@pytest.fixture
def make_shop(mariadb: MariaDb) -> Iterator[MakeShop]:
    """Give a function that makes a sample shop in a database of its own."""
    made: list[Lab] = []

    def make(
        version: str,
        products: int = 24,
        orders: int = 0,
        image_dir: Path | None = None,
        prefix: str = "oc_",
    ) -> Lab:
        name = f"shop{next(_numbers)}"
        settings = DatabaseSettings(
            host="127.0.0.1", port=mariadb.port, user="root", database=name, prefix=prefix
        )
        build_sample_shop(
            settings, version=version, products=products, orders=orders, image_dir=image_dir
        )
        shop = Shop(Database(settings), image_dir, "http://127.0.0.1/")
        lab = Lab(shop, mariadb, name, version, image_dir)
        made.append(lab)
        return lab

    yield make
    for lab in made:
        lab.close()


@pytest.fixture(scope="session", params=DUMPS)
def dump(request: pytest.FixtureRequest, shared: Path, mariadb: MariaDb) -> Iterator[Lab]:
    """Give a fresh installation of OpenCart with its demo goods, one version after the other."""
    version = request.param
    name = f"dump{version.replace('.', '')}"
    mariadb.create_database(name)
    mariadb.load(name, shared / "opencart" / f"opencart-{version}.sql")
    settings = DatabaseSettings(host="127.0.0.1", port=mariadb.port, user="root", database=name)
    shop = Shop(Database(settings), None, "http://127.0.0.1/")
    lab = Lab(shop, mariadb, name, version)
    yield lab
    lab.close()


@pytest.fixture(params=SHAPES)
def sample(request: pytest.FixtureRequest, make_shop: MakeShop) -> Lab:
    """Give a small sample shop, one schema after the other."""
    return make_shop(request.param)


@pytest.fixture
def shop(dump: Lab) -> Iterator[Lab]:
    """Give an installation without customers and orders, one version after the other."""
    drop_sales(dump)
    yield dump
    drop_sales(dump)


def drop_sales(lab: Lab) -> None:
    """Forget all customers and orders of a shop that others use, too."""
    for table in (
        "order",
        "order_product",
        "order_option",
        "order_total",
        "order_voucher",
        "order_history",
        "customer",
        "address",
    ):
        if lab.shop.dialect.has(table):
            lab.sql(f"DELETE FROM `oc_{table}`")
