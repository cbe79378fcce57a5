"""Lists records of the shop beside their counterparts, for the mapping screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import TextClause, text

from agent.db import Database
from agent.model.entity import Entity
from agent.store.records import Reader
from agent.store.text import line

SortField = Literal["store_key", "label", "erp_id", "state", "synced_at"]
NEW = "new"
"""State of records that were never synchronized."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of the shop with numbered records: its key, its names, and which of its rows count.

    ``names`` is the table with the names by language, where there is one; ``label`` is SQL.
    """

    table: str
    key: str
    names: str | None = None
    label: str = "t.`name`"
    where: str = ""


_PERSON = "CONCAT(t.`firstname`, ' ', t.`lastname`)"
_PRODUCT = _Source("product", "product_id", "product_description", "d.`name`")
_NUMBERED = {
    Entity.PRODUCTS: _PRODUCT,
    Entity.STOCK: _PRODUCT,
    Entity.PRICES: _PRODUCT,
    Entity.CATEGORIES: _Source("category", "category_id", "category_description", "d.`name`"),
    Entity.MANUFACTURERS: _Source("manufacturer", "manufacturer_id"),
    Entity.TAXES: _Source("tax_class", "tax_class_id", label="t.`title`"),
    Entity.TAX_RATES: _Source("tax_rate", "tax_rate_id"),
    Entity.CUSTOMERS: _Source("customer", "customer_id", label=_PERSON),
    Entity.ORDERS: _Source("order", "order_id", label=_PERSON, where="t.`order_status_id` > 0"),
}
_ORDER = {
    "store_key": ("number", "store_key"),
    "label": ("label", "number"),
    "erp_id": ("CHAR_LENGTH(erp_id)", "erp_id", "number"),
    "state": ("state", "number"),
    "synced_at": ("synced_at", "number"),
}
_SCAN = 5000


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a mapping screen; ``synced_at`` is aware UTC."""

    store_key: str
    label: str
    erp_id: str | None
    state: str
    origin: str
    synced_at: datetime | None
    code: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What to list: ``text`` is part of a name, a key or an ERP id."""

    entity: Entity
    state: str = ""
    text: str = ""
    sort: SortField = "store_key"
    descending: bool = False
    page: int = 1
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists the mappings of one connection."""

    database: Database
    connection_id: int
    language_id: int
    variants: bool
    """Whether the shop keeps variants as products (they are not listed as products)."""

    def page(self, query: ListQuery, reader: Reader | None) -> tuple[list[Listed], int]:
        """Return one page and how many lines there are in all.

        ``reader`` gives the labels of entities that have no table of their own; None where only
        mappings are listed (variants).
        """
        if query.entity in _NUMBERED:
            source = self._joined(query.entity)
        else:
            source = self._mapped()
            extra = list(self._unmapped(query.entity, reader))
            if extra:
                return self._in_memory(query, source, extra)
        where, parameters = _conditions(query)
        parameters |= self._base(query.entity)
        direction = "DESC" if query.descending else "ASC"
        order = ", ".join(f"{part} {direction}" for part in _ORDER[query.sort])
        with self.database.begin() as connection:
            total = connection.execute(
                text(f"SELECT COUNT(*) FROM ({source}) l WHERE {where}"),  # noqa: S608
                parameters,
            ).scalar_one()
            rows = connection.execute(
                _page_sql(source, where, order),
                parameters | {"limit": query.limit, "offset": (query.page - 1) * query.limit},
            )
            return [_listed(row) for row in rows], int(total)

    def one(self, entity: Entity, store_key: str) -> Listed | None:
        """Return the mapping of one record, None where there is none."""
        with self.database.begin() as connection:
            row = connection.execute(
                text(f"{self._mapped()} AND m.store_key = :key"),
                self._base(entity) | {"key": store_key},
            ).first()
        return None if row is None else _listed(row)

    def _base(self, entity: Entity) -> dict[str, Any]:
        return {
            "connection": self.connection_id,
            "entity": entity.value,
            "language": self.language_id,
        }

    def _mapping_table(self) -> str:
        table = self.database.tables.mapping
        schema = f"`{table.schema}`." if table.schema else ""
        return f"{schema}`{table.name}`"

    def _mapped(self) -> str:
        return (
            "SELECT m.store_key, m.label, m.store_number AS number, m.erp_id, m.state, m.origin,"  # noqa: S608
            " m.synced_at, m.code, m.cause, m.fix"
            f" FROM {self._mapping_table()} m"
            " WHERE m.connection_id = :connection AND m.entity = :entity"
        )

    def _joined(self, entity: Entity) -> str:
        """Return the shop's records with their mappings, and mappings whose record is gone."""
        source = _NUMBERED[entity]
        key, label = source.key, source.label
        prefix = self.database.prefix
        name = f"`{prefix}{source.table}`"
        join = ""
        if source.names is not None:
            join = (
                f" LEFT JOIN `{prefix}{source.names}` d ON d.`{key}` = t.`{key}`"
                " AND d.language_id = :language"
            )
        where = source.where
        if source is _PRODUCT and self.variants:
            where = "t.`master_id` = 0"
        roots = f" WHERE {where}" if where else ""
        label = f"CONVERT({label} USING utf8mb4) COLLATE utf8mb4_bin"
        number = f"CONVERT(CAST(t.`{key}` AS CHAR) USING utf8mb4) COLLATE utf8mb4_bin"
        return (
            f"SELECT {number} AS store_key, COALESCE({label}, m.label, '') AS label,"  # noqa: S608
            f" t.`{key}` AS number, m.erp_id, COALESCE(m.state, '{NEW}') AS state,"
            " COALESCE(m.origin, '') AS origin, m.synced_at, COALESCE(m.code, '') AS code,"
            " COALESCE(m.cause, '') AS cause, COALESCE(m.fix, '') AS fix"
            f" FROM {name} t{join} LEFT JOIN {self._mapping_table()} m"
            " ON m.connection_id = :connection AND m.entity = :entity"
            f" AND m.store_key = {number}{roots}"
            f" UNION ALL {self._mapped()} AND NOT EXISTS"
            f" (SELECT 1 FROM {name} x WHERE x.`{key}` = m.store_number)"
        )

    def _unmapped(self, entity: Entity, reader: Reader | None) -> Iterator[Listed]:
        """Yield records of the shop that have no mapping yet."""
        if reader is None:
            return
        with self.database.begin() as connection:
            known = set(
                connection.execute(
                    text(f"SELECT l.store_key FROM ({self._mapped()}) l"),  # noqa: S608
                    self._base(entity),
                ).scalars()
            )
        after = ""
        while rows := reader.scan(after, _SCAN):
            for row in rows:
                if row.key not in known:
                    yield Listed(row.key, row.label, None, NEW, "", None, "", "", "")
            after = rows[-1].key
            if len(rows) < _SCAN:
                return

    def _in_memory(
        self, query: ListQuery, source: str, extra: list[Listed]
    ) -> tuple[list[Listed], int]:
        """Mix mapped and unmapped records of an entity that has no table to join with."""
        with self.database.begin() as connection:
            rows = connection.execute(
                text(f"SELECT l.* FROM ({source}) l ORDER BY number, store_key"),  # noqa: S608
                self._base(query.entity),
            )
            every = [*(_listed(row) for row in rows), *extra]
        wanted = [item for item in every if _matches(query, item)]
        if query.sort != "store_key":
            wanted.sort(key=lambda item: _sort_key(query.sort, item))
        if query.descending:
            wanted.reverse()
        start = (query.page - 1) * query.limit
        return wanted[start : start + query.limit], len(wanted)


def _page_sql(source: str, where: str, order: str) -> TextClause:
    return text(
        f"SELECT l.* FROM ({source}) l WHERE {where} ORDER BY {order}"  # noqa: S608
        " LIMIT :limit OFFSET :offset"
    )


def _conditions(query: ListQuery) -> tuple[str, dict[str, Any]]:
    parts = ["1 = 1"]
    parameters: dict[str, Any] = {}
    if query.state:
        parts.append("state = :state")
        parameters["state"] = query.state
    if query.text:
        # names are compared without case; the shop's forms store them HTML-escaped
        parts.append(
            "(LOWER(label) LIKE :like OR LOWER(label) LIKE :escaped"
            " OR store_key = :text OR erp_id = :text)"
        )
        pattern = query.text.lower()
        parameters["like"] = f"%{_like(pattern)}%"
        parameters["escaped"] = f"%{_like(_html(pattern))}%"
        parameters["text"] = query.text
    return " AND ".join(parts), parameters


def _like(pattern: str) -> str:
    return pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _html(pattern: str) -> str:
    return pattern.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _matches(query: ListQuery, item: Listed) -> bool:
    if query.state and item.state != query.state:
        return False
    wanted = query.text.lower()
    return not wanted or wanted in item.label.lower() or query.text in {item.store_key, item.erp_id}


def _sort_key(sort: SortField, item: Listed) -> tuple[Any, ...]:
    if sort == "synced_at":
        return (item.synced_at is not None, item.synced_at, item.store_key)
    if sort == "state":
        return (item.state, item.store_key)
    if sort == "erp_id":
        return (len(item.erp_id or ""), item.erp_id or "", item.store_key)
    return (item.label.lower(), item.store_key)


def _listed(row: Any) -> Listed:
    return Listed(
        store_key=row.store_key,
        label=line(row.label),
        erp_id=row.erp_id,
        state=row.state,
        origin=row.origin,
        synced_at=row.synced_at.replace(tzinfo=UTC) if row.synced_at else None,
        code=row.code,
        cause=row.cause,
        fix=row.fix,
    )
