"""Rights of the agent's MySQL user: exactly what it needs, table by table.

The catalogue is written; orders, customers and settings are read only.
Of customers, orders and gift vouchers only the columns are granted that are read: no passwords,
tokens, carts, network addresses, browsers or voucher codes. Nothing at all is granted on sessions,
users of the admin or API keys: their tables are not in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.db import Tables
from agent.store.customers import CUSTOMER_COLUMNS
from agent.store.dialect import NEEDED, NEEDED_FOR_SALES, Dialect
from agent.store.order_feed import BRIDGE_HISTORY
from agent.store.order_rows import ORDER_COLUMNS, VOUCHER_COLUMNS
from agent.store.outbox import TABLE as OUTBOX

READ_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": CUSTOMER_COLUMNS,
    "order": ORDER_COLUMNS,
    "order_voucher": VOUCHER_COLUMNS,
}
"""Tables of the shop of which the agent reads these columns only, without prefix."""

READ_TABLES: tuple[str, ...] = (
    *NEEDED,
    *(table for table in NEEDED_FOR_SALES if table not in READ_COLUMNS),
    "product_code",
    "country_description",
    "zone_description",
    "custom_field",
    "custom_field_description",
    "custom_field_value_description",
    "event",
    "store",
    "stock_status",
)
"""Tables of the shop that the agent reads, without prefix; some exist in some versions only.

``extension`` and ``event`` tell ``doctor`` whether the extension is installed and called.
"""

_ADD = "INSERT, UPDATE"
_ALL = "INSERT, UPDATE, DELETE"
WRITE_RIGHTS: Mapping[str, str] = {
    "product": _ADD,
    "product_description": _ADD,
    "product_code": _ALL,
    "product_to_category": _ALL,
    "product_to_store": "INSERT, DELETE",
    "product_to_layout": _ALL,
    "product_filter": "INSERT, DELETE",
    "product_image": _ALL,
    "product_attribute": _ALL,
    "product_option": _ALL,
    "product_option_value": _ALL,
    "product_discount": _ALL,
    "product_special": _ALL,
    "category": _ADD,
    "category_description": _ADD,
    "category_path": _ALL,
    "category_to_store": "INSERT",
    "category_to_layout": "INSERT",
    "manufacturer": _ADD,
    "manufacturer_to_store": "INSERT",
    "manufacturer_to_layout": "INSERT",
    "option": _ADD,
    "option_description": _ADD,
    "option_value": _ADD,
    "option_value_description": _ADD,
    "attribute": _ADD,
    "attribute_description": _ADD,
    "attribute_group": _ADD,
    "attribute_group_description": _ADD,
    "seo_url": _ADD,
}
"""What the agent may do beside reading in tables of the shop that it writes, without prefix.

Records themselves are never deleted, only rows that belong to them.
"""

VERSION_TABLE = "erp_version"
"""Where the migrations note how far they are."""

_OWN_RIGHTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES"


def grants(
    dialect: Dialect,
    database: str,
    user: str,
    host: str = "localhost",
    *,
    schema: str | None = None,
) -> list[str]:
    """Return the GRANT statements for the agent's user, to be run by an administrator.

    Rights to read are granted on tables that the shop has (run it again after an upgrade of
    OpenCart). Rights on the agent's own tables and on the extension's outbox are granted by name:
    MySQL and MariaDB take a grant on a table that does not exist yet when CREATE is part of it.

    Args:
        dialect: the shop's schema, as an administrator sees it.
        database: the shop's database.
        user: name of the agent's user.
        host: where it connects from.
        schema: database of the agent's tables, where it is another than the shop's.
    """
    account = f"{_text(user)}@{_text(host)}"
    own = schema or database
    names = [table.name for table in Tables(dialect.prefix).metadata.sorted_tables]
    reads = (
        f"GRANT SELECT ON {_table(database, dialect.prefix + table)} TO {account}"
        for table in READ_TABLES
        if dialect.has(table)
    )
    columns = (
        f"GRANT SELECT ({', '.join(_name(column) for column in readable)})"
        f" ON {_table(database, dialect.prefix + table)} TO {account}"
        for table, wanted in READ_COLUMNS.items()
        if (readable := [column for column in wanted if dialect.has(table, column)])
    )
    changes = (
        f"GRANT SELECT, {rights} ON {_table(database, dialect.prefix + table)} TO {account}"
        for table, rights in WRITE_RIGHTS.items()
        if dialect.has(table)
    )
    writes = (
        f"GRANT {_OWN_RIGHTS} ON {_table(own, name)} TO {account}"
        for name in (*names, dialect.prefix + VERSION_TABLE)
    )
    # The extension makes these two; CREATE is there so that the grant may come before them.
    outbox = (
        f"GRANT SELECT, DELETE, CREATE ON {_table(database, dialect.prefix + OUTBOX)} TO {account}"
    )
    history = (
        f"GRANT SELECT, CREATE ON {_table(database, dialect.prefix + BRIDGE_HISTORY)} TO {account}"
    )
    return _unique((*reads, *columns, *changes, *writes, outbox, history))


def _unique(statements: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(statements))


def _table(database: str, table: str) -> str:
    return f"{_name(database)}.{_name(table)}"


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
