"""Makes the sample shop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from agent.db import DatabaseSettings
from agent.db.database import explain
from agent.errors import ConfigError
from agent.sandbox.store.catalogue_rows import write_catalogue
from agent.sandbox.store.checkout_rows import write_checkout
from agent.sandbox.store.localisation import SAMPLE_CODE, write_localisation
from agent.sandbox.store.order_rows import OrderWriter
from agent.sandbox.store.pictures import write_pictures
from agent.sandbox.store.product_rows import ProductWriter
from agent.sandbox.store.shapes import Shape
from agent.sandbox.store.writer import Writer

# As OpenCart itself works: columns that are not named get their type's empty value.
_SQL_MODE = "NO_ENGINE_SUBSTITUTION"


@dataclass(frozen=True, slots=True)
class SampleShop:
    """What was made. ``seconds`` is how long it took."""

    version: str
    database: str
    prefix: str
    products: int
    variants: int
    customers: int
    orders: int
    pictures: int
    seconds: float


def build_sample_shop(
    settings: DatabaseSettings,
    *,
    version: str = "4.1",
    products: int = 200,
    orders: int = 50,
    seed: int = 1,
    image_dir: Path | None = None,
    replace: bool = False,
) -> SampleShop:
    """Make a shop with believable goods, customers and orders in two languages.

    The same arguments give the same shop, but for the dates of its orders, which lead up to
    yesterday. The database is made when it is missing.

    Args:
        settings: where to make it, with a user who may create tables.
        version: ``3.0``, ``4.0``, ``4.1``, or a full version from 3.0.2.0 to 4.1.0.4.
        products: how many products, variants of OpenCart 4 not counted.
        orders: how many confirmed orders; every third one makes a customer. A tenth of them again
            is abandoned at the checkout.
        seed: another seed gives other prices, makers, stock and orders.
        image_dir: where to write the pictures; none are written without it.
        replace: drop the tables of an earlier sample shop first. A real shop is never dropped.

    Raises:
        ConfigError: unknown version, or there is a shop with this prefix already.
        Unreachable: the server does not answer.
    """
    started = time.monotonic()
    shape = Shape.of(version)
    if products < 0 or orders < 0:
        raise ConfigError(
            "A shop cannot have fewer than 0 products or orders", fix="Give a positive number."
        )
    try:
        connection = _connect(settings)
    except pymysql.MySQLError as error:
        raise explain(error, settings) from error
    try:
        with connection.cursor() as cursor:
            _make_room(cursor, settings, replace=replace)
            for table in shape.tables():
                cursor.execute(shape.create(table, settings.prefix))
            writer = Writer(cursor, shape, settings.prefix)
            write_localisation(writer)
            write_checkout(writer)
            write_catalogue(writer)
            product_writer = ProductWriter(writer, seed, products)
            product_writer.write()
            order_writer = OrderWriter(writer, seed, products, orders)
            order_writer.write()
            writer.flush()
        connection.commit()
    finally:
        connection.close()
    pictures = write_pictures(image_dir) if image_dir is not None else 0
    return SampleShop(
        version=str(shape),
        database=settings.database,
        prefix=settings.prefix,
        products=products,
        variants=product_writer.variants,
        customers=order_writer.customers,
        orders=orders if products else 0,
        pictures=pictures,
        seconds=round(time.monotonic() - started, 1),
    )


def run(
    settings: DatabaseSettings,
    *,
    version: str = "4.1",
    products: int = 200,
    orders: int = 50,
    seed: int = 1,
    image_dir: Path | None = None,
    replace: bool = False,
    say: Callable[[str], None] = lambda _line: None,
) -> dict[str, Any]:
    """Make the sample shop for the command line: tell people what happens, return plain values."""
    say(f"Making a sample shop of OpenCart {version} in database {settings.database} …")
    shop = build_sample_shop(
        settings,
        version=version,
        products=products,
        orders=orders,
        seed=seed,
        image_dir=image_dir,
        replace=replace,
    )
    say(
        f"{shop.products} products, {shop.variants} variants, {shop.customers} customers, "
        f"{shop.orders} orders, {shop.pictures} pictures in {shop.seconds} s"
    )
    return asdict(shop)


def _connect(settings: DatabaseSettings) -> pymysql.Connection[Cursor]:
    connection = pymysql.connect(
        host=settings.host,
        port=settings.port,
        unix_socket=settings.unix_socket,
        user=settings.user,
        password=settings.password,
        charset="utf8mb4",
        connect_timeout=10,
        init_command=f"SET sql_mode = '{_SQL_MODE}', time_zone = '+00:00'",
    )
    try:
        with connection.cursor() as cursor:
            name = settings.database.replace("`", "``")
            cursor.execute(
                "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s",
                (settings.database,),
            )
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
            cursor.execute(f"USE `{name}`")
    except BaseException:
        connection.close()
        raise
    return connection


def _make_room(cursor: Cursor, settings: DatabaseSettings, *, replace: bool) -> None:
    prefix = settings.prefix
    cursor.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
    )
    names = {str(row[0]) for row in cursor.fetchall()}
    ours = {f"{prefix}{table}" for table in Shape.all_tables()}
    found = sorted(names & ours)
    if not found:
        return
    if not replace:
        raise ConfigError(
            f"Database {settings.database!r} has tables with the prefix {prefix!r} already",
            fix="Choose another database or prefix, or replace the earlier sample shop.",
            code="sandbox.not_empty",
        )
    if not _is_sample(cursor, prefix, names):
        raise ConfigError(
            f"The shop in database {settings.database!r} with the prefix {prefix!r} is no sample: "
            "it is left alone",
            fix="Choose another database or prefix.",
            code="sandbox.real_shop",
        )
    cursor.execute(f"DROP TABLE {', '.join(f'`{name}`' for name in found)}")


def _is_sample(cursor: Cursor, prefix: str, names: set[str]) -> bool:
    if f"{prefix}setting" not in names:
        return False
    cursor.execute(
        f"SELECT 1 FROM `{prefix}setting` WHERE `code` = %s",  # noqa: S608
        (SAMPLE_CODE,),
    )
    return cursor.fetchone() is not None
