"""Manufacturers of the shop."""

from __future__ import annotations

from agent.errors import InvalidRecord
from agent.model.catalogue import Manufacturer
from agent.model.record import Record
from agent.store.digest import combine, row_hash
from agent.store.numbered import NumberedReader
from agent.store.records import BadRecord, ScanRow
from agent.store.sql import Ids, Row
from agent.store.text import line
from agent.store.view import View, whole


class ManufacturerReader(NumberedReader):
    """Reads manufacturers; see ``Reader``. Shops keep one name for all languages."""

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next manufacturers after id ``after``."""
        return self._scan(
            view, f"m.`manufacturer_id` > {after} ORDER BY m.`manufacturer_id` LIMIT {limit}"
        )

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given manufacturers that exist."""
        wanted = set(ids)
        found = self._scan(view, f"{ids.where('m.`manufacturer_id`')} ORDER BY m.`manufacturer_id`")
        return [row for row in found if int(row.key) in wanted]

    def total(self, view: View) -> int:
        """Return how many manufacturers there are."""
        return int(view.query.value(f"SELECT COUNT(*) FROM {view.table('manufacturer')}"))  # noqa: S608

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given manufacturers that exist."""
        rows = view.query.rows(
            "SELECT m.`manufacturer_id`, m.`name`, m.`image`, m.`sort_order`"  # noqa: S608
            f" FROM {view.table('manufacturer')} m"
            f" WHERE {ids.where('m.`manufacturer_id`')} ORDER BY m.`manufacturer_id`"
        )
        wanted = set(ids)
        return [_build(view, row) for row in rows if row[0] in wanted]

    def _scan(self, view: View, condition: str) -> list[ScanRow]:
        values = view.values(
            "m", "manufacturer", ("manufacturer_id", "name", "image", "sort_order")
        )
        rows = view.query.rows(
            f"SELECT m.`manufacturer_id`, {row_hash(values)}, m.`image`, m.`name`"  # noqa: S608
            f" FROM {view.table('manufacturer')} m WHERE {condition}"
        )
        return [
            ScanRow(
                str(key),
                combine((own, view.images.token(image))),
                line(name)[:255] or f"manufacturer {key}",
            )
            for key, own, image, name in rows
        ]


def _build(view: View, row: Row) -> Manufacturer | BadRecord:
    key, stored, image, sort_order = row
    name = line(stored)
    if not name:
        error = InvalidRecord(
            "The manufacturer has no name",
            fix="Open it in the shop under Catalog > Manufacturers, enter a name and save.",
            code="store.name_missing",
            record=f"manufacturer {key}",
        )
        return BadRecord(str(key), f"manufacturer {key}", error)
    return Manufacturer(str(key), name, whole(sort_order), view.images.describe(image))
