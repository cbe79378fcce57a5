"""The shapes that the schema of a shop can have, and the tables in each of them.

A table is written once, with the versions of OpenCart in which a column exists. One line per
column: name, type, ``=default``, and ``>=4.0`` / ``<4.1.0.1`` where it is not in all versions; a
line that starts with ``!`` is the primary key, with ``+`` an index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.errors import ConfigError
from agent.sandbox.store.tables_catalogue import CATALOGUE
from agent.sandbox.store.tables_sales import SALES
from agent.sandbox.store.tables_system import SYSTEM

Version = tuple[int, int, int, int]

_FAMILIES = {"3.0": "3.0.3.9", "4.0": "4.0.2.3", "4.1": "4.1.0.4"}
_OLDEST: Version = (3, 0, 2, 0)
_NEWEST: Version = (4, 1, 0, 4)
_TABLES: Mapping[str, str] = {**CATALOGUE, **SALES, **SYSTEM}
_LIMIT = re.compile(r"(>=|<)([0-9.]+)\Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a shop of one version keeps its data."""

    version: Version

    @classmethod
    def of(cls, version: str) -> Shape:
        """Return the shape of ``3.0``, ``4.0``, ``4.1`` or of a full version such as ``4.1.0.1``.

        Raises:
            ConfigError: OpenCart 3.0.2.0 to 4.1.0.4 are known, no other.
        """
        text = _FAMILIES.get(version, version)
        parsed = _parse(text) if re.fullmatch(r"[0-9]+(\.[0-9]+){1,3}", text) else (0, 0, 0, 0)
        if not _OLDEST <= parsed <= _NEWEST:
            raise ConfigError(
                f"There is no sample shop of version {version!r}",
                fix="Choose 3.0, 4.0, 4.1 or a full version from 3.0.2.0 to 4.1.0.4.",
                code="sandbox.version",
            )
        return cls(parsed)

    def __str__(self) -> str:
        return ".".join(map(str, self.version))

    def at_least(self, version: str) -> bool:
        """Tell whether this is ``version`` or newer."""
        return self.version >= _parse(version)

    @property
    def options(self) -> str:
        """Engine, character set and collation of its tables."""
        if not self.at_least("3.0.5"):
            return "ENGINE=MyISAM DEFAULT CHARSET=utf8 COLLATE=utf8_general_ci"
        if not self.at_least("4.0"):
            return "ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
        collation = "utf8mb4_unicode_ci" if self.at_least("4.1") else "utf8mb4_general_ci"
        return f"ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={collation}"

    @property
    def four_byte(self) -> bool:
        """Whether its text columns can hold characters outside of the basic plane."""
        return self.at_least("3.0.5")

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the names of the columns of a table; none when this version lacks the table."""
        return tuple(name for name, _definition in self._definitions(table)[0])

    @staticmethod
    def all_tables() -> frozenset[str]:
        """Return the names of the tables of all versions, without prefix."""
        return frozenset(_TABLES)

    def tables(self) -> list[str]:
        """Return the names of the tables of this version, without prefix."""
        return [name for name in _TABLES if self.columns(name)]

    def create(self, table: str, prefix: str) -> str:
        """Return the statement that makes a table."""
        columns, keys = self._definitions(table)
        parts = [f"`{name}` {definition}" for name, definition in columns]
        return f"CREATE TABLE `{prefix}{table}` ({', '.join([*parts, *keys])}) {self.options}"

    def _definitions(self, table: str) -> tuple[list[tuple[str, str]], list[str]]:
        lines = [line.strip() for line in _TABLES[table].strip().splitlines()]
        present = [words for line in lines if (words := self._present(line.split()))]
        primary = next(words[1:] for words in present if words[0] == "!")
        columns = []
        keys = [f"PRIMARY KEY ({_names(primary)})"]
        for words in present:
            if words[0] == "+":
                keys.append(f"KEY `{words[1]}` ({_names(words[1:])})")
            elif words[0] != "!":
                columns.append((words[0], self._column(words, in_key=words[0] in primary)))
        # A table that this version lacks has a condition on its key.
        return (columns, keys) if set(primary) <= {name for name, _ in columns} else ([], [])

    def _present(self, words: list[str]) -> list[str]:
        kept = []
        for word in words:
            limit = _LIMIT.match(word)
            if limit is None:
                kept.append(word)
            elif self.at_least(limit[2]) != (limit[1] == ">="):
                return []
        return kept

    def _column(self, words: list[str], *, in_key: bool) -> str:
        kind, *rest = words[1:]
        if kind == "id":
            return "INT NOT NULL AUTO_INCREMENT"
        null = "NULL" if self.at_least("4.1") and not in_key else "NOT NULL"
        default = next((word[1:] for word in rest if word.startswith("=")), None)
        return f"{kind} {null}" + (f" DEFAULT {default}" if default is not None else "")


def _parse(text: str) -> Version:
    parts = [int(part) for part in text.split(".")]
    first, second, third, fourth = [*parts, 0, 0, 0][:4]
    return first, second, third, fourth


def _names(columns: list[str]) -> str:
    # 190 characters: an index of utf8mb4 text in MyISAM holds no more.
    return ", ".join(
        f"`{name.removesuffix('*')}`(190)" if name.endswith("*") else f"`{name}`"
        for name in columns
    )
