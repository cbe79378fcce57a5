"""What of the shop's schema matters for writing, beside which columns there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.errors import ConfigError
from agent.store.dialect import Dialect
from agent.store.sql import Query

WRITTEN: tuple[str, ...] = (
    "product",
    "product_description",
    "product_code",
    "product_to_category",
    "product_to_store",
    "product_to_layout",
    "product_filter",
    "product_image",
    "product_attribute",
    "product_option",
    "product_option_value",
    "product_discount",
    "product_special",
    "category",
    "category_description",
    "category_path",
    "category_to_store",
    "category_to_layout",
    "manufacturer",
    "manufacturer_to_store",
    "manufacturer_to_layout",
    "option",
    "option_description",
    "option_value",
    "option_value_description",
    "attribute",
    "attribute_description",
    "attribute_group",
    "attribute_group_description",
    "seo_url",
)
"""Tables of the shop that are written; some exist in some versions only."""

NUMBERED: tuple[str, ...] = ("product", "product_option_value")
"""Tables in which single numbers are written, in many rows at once."""

_EVERYWHERE = (
    "product_to_store",
    "product_to_layout",
    "product_discount",
    "category_path",
    "category_to_store",
    "manufacturer_to_store",
    "attribute_group",
)
"""Tables that every shop has, and that reading does not need: a sign of missing rights."""


@dataclass(frozen=True, slots=True)
class Schema:
    """``widths``: characters that a text column holds, by table and column."""

    widths: Mapping[tuple[str, str], int]
    transactional: bool
    """Whether all written tables are InnoDB."""
    four_byte: bool
    """Whether texts may hold characters outside of the basic plane."""


def check_writing(dialect: Dialect, database: str) -> None:
    """Check that the agent may see the tables that are written beside those that are read.

    Raises:
        ConfigError: rights are missing, as after an upgrade of the agent.
    """
    missing = [name for name in _EVERYWHERE if not dialect.has(name)]
    if missing:
        raise ConfigError(
            f"The agent may not write the shop's catalogue in database {database!r}: it has no "
            f"rights on {', '.join(dialect.prefix + name for name in missing)}",
            fix="Run install.sh again: it gives the agent's MySQL user the missing rights.",
            code="store.write_rights",
        )


def read_schema(query: Query, dialect: Dialect) -> Schema:
    """Look at the tables that are written."""
    names = [dialect.prefix + name for name in WRITTEN if dialect.has(name)]
    marks = ", ".join(["%s"] * len(names))
    skip = len(dialect.prefix)
    columns = query.rows(
        "SELECT table_name, column_name, character_maximum_length, character_set_name"  # noqa: S608
        " FROM information_schema.columns WHERE table_schema = DATABASE()"
        f" AND character_maximum_length IS NOT NULL AND table_name IN ({marks})",
        names,
    )
    engines = query.rows(
        "SELECT DISTINCT engine FROM information_schema.tables"  # noqa: S608
        f" WHERE table_schema = DATABASE() AND table_name IN ({marks})",
        names,
    )
    widths = {
        (str(table)[skip:], str(column)): int(width) for table, column, width, _set in columns
    }
    return Schema(
        widths,
        transactional={str(row[0]).lower() for row in engines} == {"innodb"},
        four_byte=all(str(row[3]).lower() == "utf8mb4" for row in columns),
    )


def read_keys(query: Query, dialect: Dialect, tables: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return tables with the column that their primary key begins with.

    A shop that was moved by hand may have lost its keys.
    """
    names = [dialect.prefix + name for name in tables]
    rows = query.rows(
        "SELECT table_name, column_name FROM information_schema.statistics"  # noqa: S608
        " WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' AND seq_in_index = 1"
        f" AND table_name IN ({', '.join(['%s'] * len(names))})",
        names,
    )
    skip = len(dialect.prefix)
    return frozenset((str(table)[skip:], str(column)) for table, column in rows)
