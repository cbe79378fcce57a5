"""Which tables and columns this shop has.

OpenCart's schema changed in several steps within one minor version, and shops are often half
upgraded, so everything is decided by ``information_schema`` and nothing by a version number. The
schema shows what the agent's user may read: a table without a grant looks like a missing one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.errors import ConfigError
from agent.store.sql import Query

CODE_COLUMNS = ("sku", "upc", "ean", "jan", "isbn", "mpn")

NEEDED: Mapping[str, tuple[str, ...]] = {
    "product": ("product_id", "model", "price", "quantity", "status"),
    "product_description": ("product_id", "language_id", "name", "description"),
    "product_to_category": ("product_id", "category_id"),
    "product_image": ("product_id", "image"),
    "product_option": ("product_option_id", "product_id", "option_id", "required"),
    "product_option_value": ("product_option_value_id", "option_value_id", "price_prefix"),
    "product_attribute": ("product_id", "attribute_id", "language_id", "text"),
    "category": ("category_id", "parent_id"),
    "category_description": ("category_id", "language_id", "name"),
    "manufacturer": ("manufacturer_id", "name"),
    "option": ("option_id", "type"),
    "option_description": ("option_id", "language_id", "name"),
    "option_value": ("option_value_id", "option_id"),
    "option_value_description": ("option_value_id", "language_id", "name"),
    "attribute": ("attribute_id", "attribute_group_id"),
    "attribute_description": ("attribute_id", "language_id", "name"),
    "attribute_group_description": ("attribute_group_id", "language_id", "name"),
    "language": ("language_id", "code", "status"),
    "setting": ("store_id", "key", "value"),
    "seo_url": ("store_id", "language_id", "keyword"),
    "tax_class": ("tax_class_id", "title"),
    "tax_rule": ("tax_class_id", "tax_rate_id"),
    "tax_rate": ("tax_rate_id", "geo_zone_id", "rate", "type"),
    "tax_rate_to_customer_group": ("tax_rate_id", "customer_group_id"),
    "zone_to_geo_zone": ("geo_zone_id", "country_id", "zone_id"),
    "weight_class_description": ("weight_class_id", "language_id", "unit"),
    "length_class_description": ("length_class_id", "language_id", "unit"),
}
"""Tables every readable shop has, with columns without which nothing can be read."""

NEEDED_FOR_SALES: Mapping[str, tuple[str, ...]] = {
    "order": ("order_id", "order_status_id", "currency_code", "payment_method", "date_added"),
    "order_product": ("order_product_id", "order_id", "product_id", "price", "tax"),
    "order_option": ("order_id", "order_product_id", "product_option_value_id", "value"),
    "order_total": ("order_id", "code", "title", "value", "sort_order"),
    "order_history": ("order_history_id", "order_id", "order_status_id"),
    "order_status": ("order_status_id", "language_id", "name"),
    "customer": ("customer_id", "email", "firstname", "lastname"),
    "customer_group_description": ("customer_group_id", "language_id", "name"),
    "address": ("address_id", "customer_id", "country_id"),
    "country": ("country_id", "iso_code_2"),
    "zone": ("zone_id", "country_id", "code"),
    "currency": ("code", "value", "decimal_place"),
    "extension": ("type", "code"),
}
"""Tables that customers and orders need beside :data:`NEEDED`, in every version.

The catalogue can be read without them: an agent that was set up before orders were carried lacks
the rights on them until install.sh is run again.
"""

_NUMBER_TYPES = {
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "bigint",
    "decimal",
    "float",
    "double",
}
_TEXT_TYPES = {"text", "tinytext", "mediumtext", "longtext", "blob", "mediumblob", "longblob"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The schema of one shop. ``columns`` maps table (without prefix) to column to data type."""

    prefix: str
    columns: Mapping[str, Mapping[str, str]]
    engine: str = "InnoDB"
    """Storage engine of the products."""

    def has(self, table: str, column: str | None = None) -> bool:
        """Tell whether the shop has the table, or the column in it."""
        found = self.columns.get(table)
        return found is not None and (column is None or column in found)

    def is_text(self, table: str, column: str) -> bool:
        """Tell whether the column may hold more text than a short string."""
        return self.columns[table].get(column, "") in _TEXT_TYPES

    def is_number(self, table: str, column: str) -> bool:
        """Tell whether the column holds numbers."""
        return self.columns[table].get(column, "") in _NUMBER_TYPES

    @property
    def locks_tables(self) -> bool:
        """Whether a read keeps writers of the whole table waiting (MyISAM and its like)."""
        return self.engine.lower() != "innodb"

    @property
    def label(self) -> Literal["3.0", "4.0", "4.1"]:
        """The family of versions that this schema belongs to, for people to read."""
        if not self.has("product", "master_id"):
            return "3.0"
        # The column and the table of specials went in the same release; the agent may see this one.
        return "4.0" if self.has("category", "top") else "4.1"

    @property
    def code_columns(self) -> tuple[str, ...]:
        """Identifiers that are columns of ``product`` (all versions before 4.1.0.4)."""
        return tuple(name for name in CODE_COLUMNS if self.has("product", name))

    @property
    def code_table(self) -> bool:
        """Whether identifiers are rows of ``product_code`` (from 4.1.0.1, which has both)."""
        return self.has("product_code", "value")

    @property
    def variants(self) -> bool:
        """Whether a product can be a variant of another (OpenCart 4)."""
        return self.has("product", "master_id") and self.has("product", "variant")

    @property
    def seo(self) -> Literal["query", "key"]:
        """``query`` holds ``product_id=42``; ``key`` and ``value`` hold the two apart."""
        return "query" if self.has("seo_url", "query") else "key"

    @property
    def specials(self) -> Literal["table", "discount"]:
        """Where special prices are: ``product_special``, or ``product_discount.special``."""
        return "discount" if self.label == "4.1" else "table"

    @property
    def category_dates(self) -> bool:
        """Whether categories know when they were changed (before 4.1.0.1)."""
        return self.has("category", "date_modified")


def detect(query: Query, prefix: str, database: str) -> Dialect:
    """Look at the schema of the shop.

    Raises:
        ConfigError: the prefix is wrong, this is no shop, or rights are missing.
    """
    rows = query.rows(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = DATABASE()"
    )
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        if table.startswith(prefix):
            columns.setdefault(table[len(prefix) :], {})[column] = str(kind).lower()
    engine = query.value(
        "SELECT engine FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name = %s",
        (f"{prefix}product",),
    )
    dialect = Dialect(prefix, columns, str(engine or "InnoDB"))
    _check(dialect, {str(row[0]) for row in rows}, database)
    return dialect


def check_sales(dialect: Dialect, database: str) -> None:
    """Check that customers and orders can be read.

    Raises:
        ConfigError: tables are missing, or rights on them.
    """
    missing = _missing(dialect, NEEDED_FOR_SALES)
    for place in ("country", "zone"):
        if not dialect.has(place, "name") and not dialect.has(f"{place}_description", "name"):
            missing.append(f"{place}_description")
    if missing:
        raise _tables_missing(dialect, missing, database)


def _missing(dialect: Dialect, needed: Mapping[str, tuple[str, ...]]) -> list[str]:
    return sorted(
        table if not dialect.has(table) else f"{table}.{column}"
        for table, columns in needed.items()
        for column in (columns if dialect.has(table) else columns[:1])
        if not dialect.has(table, column)
    )


def _check(dialect: Dialect, tables: set[str], database: str) -> None:
    if not any(dialect.has(table) for table in NEEDED):
        raise _no_shop(dialect.prefix, tables, database)
    missing = _missing(dialect, NEEDED)
    if not dialect.code_columns and not dialect.code_table:
        missing.append("product_code")
    if dialect.seo == "key" and not dialect.has("seo_url", "value"):
        missing.append("seo_url.value")
    if missing:
        raise _tables_missing(dialect, missing, database)


def _tables_missing(dialect: Dialect, missing: list[str], database: str) -> ConfigError:
    names = ", ".join(f"{dialect.prefix}{name}" for name in missing)
    return ConfigError(
        f"The shop's database {database!r} lacks, or the agent's user may not read: {names}",
        fix="Run install.sh again to grant the rights; if the tables are really missing, "
        "restore them or finish the upgrade of OpenCart (3.0.2.0 to 4.1.0.4 are supported).",
        code="store.tables_missing",
    )


def _no_shop(prefix: str, tables: set[str], database: str) -> ConfigError:
    tail = "product_to_category"
    others = sorted(name[: -len(tail)] for name in tables if name.endswith(tail))
    if others:
        known = ", ".join(repr(other) for other in others)
        return ConfigError(
            f"Database {database!r} has no shop tables with the prefix {prefix!r}",
            fix=f"Set [database] prefix to the shop's DB_PREFIX; prefixes found here: {known}.",
            code="store.prefix",
        )
    return ConfigError(
        f"Database {database!r} has no tables of an OpenCart shop that the agent's user may read",
        fix="Check [database] name and prefix against DB_DATABASE and DB_PREFIX in OpenCart's "
        "config.php, then run install.sh again to grant the rights.",
        code="store.no_shop",
    )
