"""Texts of small records: one row per language in a table of descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.errors import InvalidRecord
from agent.model.catalogue import Text
from agent.store.text import decode, first
from agent.store.writing.desk import Desk
from agent.store.writing.texts import Texts


@dataclass(frozen=True, slots=True)
class Descriptions:
    """A table of descriptions. ``extra`` are columns that each of its rows has beside."""

    table: str
    key: str
    columns: tuple[str, ...] = ("name",)

    def write(
        self,
        desk: Desk,
        number: int,
        given: Mapping[str, Text],
        texts: Texts,
        extra: Mapping[str, object] | None = None,
    ) -> bool:
        """Write the given columns for all languages; tell whether anything changed.

        A language that has no row yet gets one with all columns.
        """
        rows = self._read(desk, number)
        filled = self._filled(desk, given, rows, texts)
        changed = False
        for tongue in desk.tongues:
            new = filled[tongue.id]
            old = rows.get(tongue.id)
            if old is None:
                desk.add(
                    self.table,
                    {self.key: number, "language_id": tongue.id, **(extra or {}), **new},
                )
                changed = True
                continue
            different = {name: new[name] for name in given if new[name] != old[name]}
            if different:
                desk.update(self.table, {self.key: number, "language_id": tongue.id}, different)
                changed = True
        return changed

    def _read(self, desk: Desk, number: int) -> dict[int, dict[str, str]]:
        names = ", ".join(f"`{column}`" for column in self.columns)
        rows = desk.query.rows(
            f"SELECT `language_id`, {names} FROM {desk.table(self.table)}"  # noqa: S608
            f" WHERE `{self.key}` = {number}"
        )
        return {
            int(row[0]): dict(zip(self.columns, [str(v or "") for v in row[1:]], strict=True))
            for row in rows
        }

    def _filled(
        self,
        desk: Desk,
        given: Mapping[str, Text],
        rows: Mapping[int, Mapping[str, str]],
        texts: Texts,
    ) -> dict[int, dict[str, str]]:
        """Return stored texts of all columns by language; untouched ones as they are."""
        result: dict[int, dict[str, str]] = {tongue.id: {} for tongue in desk.tongues}
        for column in self.columns:
            old = {key: decode(row[column]) for key, row in rows.items() if row[column]}
            if column not in given:
                spare = first({str(key): text for key, text in old.items()}, ())
                plain = {tongue.id: old.get(tongue.id, spare) for tongue in desk.tongues}
            else:
                plain = texts.filled(given[column], old)
            for key, text in plain.items():
                if column == "name":
                    result[key][column] = texts.exact(self.table, column, text, column)
                    continue
                # The forms ask for a meta title.
                spare = decode(result[key]["name"]) if column == "meta_title" else ""
                what = column.replace("_", " ")
                result[key][column] = texts.cut(self.table, column, text or spare, what)
        return result


def named_once(name: Text, what: str) -> None:
    """Check that a record has a name in some language.

    Raises:
        InvalidRecord: it has none.
    """
    if not any(text.strip() for text in name.values()):
        raise InvalidRecord(
            f"The {what} has no name in any language",
            fix="Give it a name in the ERP.",
            code="store.name_missing",
        )


def assign(desk: Desk, table: str, key: str, number: int, rows: Iterable[tuple[int, ...]]) -> None:
    """Add rows such as (store,) or (store, layout) that a record does not have yet."""
    columns = (key, "store_id", "layout_id")
    known = {
        int(row[0])
        for row in desk.query.rows(
            f"SELECT `store_id` FROM {desk.table(table)} WHERE `{key}` = {number}"  # noqa: S608
        )
    }
    missing = [(number, *row) for row in rows if row[0] not in known]
    if missing:
        desk.insert(table, columns[: len(missing[0])], missing)
