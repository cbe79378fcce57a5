"""Records that changed, by entity.

Items tell when they changed (see :mod:`agent.erp.sap_b1.source.polling`). Item groups,
manufacturers, attributes and values do not: they are few, are read whole and compared by their
fingerprints. Deleted ones leave nothing to tell.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.families import SET, family_of
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.erp.sap_b1.source.attributes import ATTRIBUTE_COLUMNS, VALUE_COLUMNS
from agent.erp.sap_b1.source.polling import changed_rows, moment
from agent.erp.sap_b1.source.scope import groups_meant, makers_meant, scope_columns, service
from agent.model.entity import Entity
from agent.model.plain import fingerprint

_TABLES = {
    Entity.ATTRIBUTES: (ATTRIBUTES, ATTRIBUTE_COLUMNS),
    Entity.ATTRIBUTE_VALUES: (VALUES, VALUE_COLUMNS),
}


def changes(cx: Connection, entity: Entity, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return ids of records that changed since ``cursor``, and the cursor to go on from."""
    if entity is Entity.PRODUCTS:
        return _products(cx, cursor)
    now = {ref: fingerprint(_plain(row)) for ref, row in _whole(cx, entity).items()}
    told = [ref for ref, print_ in now.items() if cursor.seen.get(ref) != print_]
    return (sorted(told) if cursor.since else []), Cursor(moment(cx), now)


def _products(cx: Connection, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return products whose items changed; also those not meant for the shop any more."""
    after = moment(cx)
    news = changed_rows(cx, SET, scope_columns(cx), cursor.since or after, cursor.seen)
    if not cursor.since:
        return [], Cursor(after, news.marks)
    told = {family_of(row) for row in news.rows if not service(row)}
    return sorted(told), Cursor(after, news.marks)


def _whole(cx: Connection, entity: Entity) -> Mapping[str, Row]:
    if entity is Entity.CATEGORIES:
        return groups_meant(cx)
    if entity is Entity.MANUFACTURERS:
        return makers_meant(cx)
    table, columns = _TABLES[entity]
    return {str(row["Code"]): row for row in cx.client.rows(table, select=columns)}


def _plain(row: Row) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}
