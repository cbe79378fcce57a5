"""The shop as one page of a reader sees it: one connection, one list of languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.errors import InvalidRecord
from agent.model.catalogue import Text
from agent.store.dialect import Dialect
from agent.store.digest import Part, column_values, combine
from agent.store.images import Images
from agent.store.settings import Language
from agent.store.sql import Ids, Query
from agent.store.text import decode, label, line

LONG_TEXTS = {"description"}
"""Columns whose white space is kept: HTML, where it may mean something."""


class View:
    """What readers share while they read one page."""

    def __init__(
        self, query: Query, dialect: Dialect, languages: Sequence[Language], images: Images
    ) -> None:
        self.query = query
        self.dialect = dialect
        self.images = images
        self.languages = languages
        self.codes = tuple(language.code for language in languages)
        self._code_by_id = {language.id: language.code for language in languages}

    @property
    def default_language(self) -> int:
        """Id of the language that records are named in."""
        return self.languages[0].id

    @property
    def salt(self) -> str:
        """Changes when languages are added, removed or made the default."""
        return combine(f"{language.id}={language.code}" for language in self.languages)

    def table(self, name: str) -> str:
        """Return the quoted, prefixed name of a table."""
        return self.query.table(name)

    def values(self, alias: str, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the expressions to hash for those columns the shop has."""
        return column_values(self.dialect, alias, table, columns)

    def columns(self, alias: str, table: str, columns: Iterable[str]) -> str:
        """Return a select list in which columns this shop lacks are NULL."""
        return ", ".join(
            f"{alias}.`{column}`" if self.dialect.has(table, column) else "NULL"
            for column in columns
        )

    def part(self, table: str, key: str, columns: Iterable[str]) -> Part:
        """Return the rows of one table, without joins, as a part of a digest."""
        values = self.values("t", table, columns)
        return Part(table, f"{self.table(table)} t", f"t.`{key}`", values)

    def small(self, table: str, columns: Sequence[str]) -> str:
        """Return a small table as one to join with.

        The LIMIT makes MySQL copy it into memory once; joined plainly, MyISAM reads it from its
        file for every row of the other table.
        """
        names = ", ".join(f"`{column}`" for column in columns)
        return f"(SELECT {names} FROM {self.table(table)} LIMIT 1000000000)"  # noqa: S608

    def texts(
        self, table: str, key: str, ids: Ids, columns: Sequence[str]
    ) -> dict[int, dict[str, Text]]:
        """Return id to column to text in all languages, from a description table.

        Empty texts are left out; every column is there for ids that have any row.
        """
        rows = self.query.rows(
            f"SELECT t.`{key}`, t.`language_id`, {self.columns('t', table, columns)}"  # noqa: S608
            f" FROM {self.table(table)} t WHERE {ids.where(f't.`{key}`')}"
        )
        result: dict[int, dict[str, dict[str, str]]] = {}
        for row in rows:
            code = self._code_by_id.get(row[1])
            if code is None:
                continue
            of_record = result.setdefault(int(row[0]), {column: {} for column in columns})
            for column, raw in zip(columns, row[2:], strict=True):
                value = decode(raw) if column in LONG_TEXTS else line(raw)
                if value and not value.isspace():
                    of_record[column][code] = value
        return {key: dict(value) for key, value in result.items()}

    def code_of(self, language_id: int) -> str | None:
        """Return the code of an enabled language."""
        return self._code_by_id.get(language_id)

    def label(self, text: Mapping[str, str], fallback: str) -> str:
        """Return the name to show for a record."""
        return label(text, self.codes, fallback)


def number(value: object, what: str) -> Decimal:
    """Return a column as Decimal; NULL is 0.

    Raises:
        InvalidRecord: the column, changed by some other extension, holds no number.
    """
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value)) if value not in {None, ""} else Decimal(0)
    except InvalidOperation as error:
        raise InvalidRecord(
            f"Its {what} is {value!r}, which is no number",
            fix="Open it in the shop's admin, enter a number and save.",
            code="store.number",
        ) from error


def whole(value: Any) -> int:
    """Return a column as int; NULL is 0."""
    return int(value or 0)
