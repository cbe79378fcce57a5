"""Single values of the agent, kept in the shop's database (table ``erp_setting``)."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.mysql import insert

from agent.db import Database


class SettingStore:
    """Reads and writes named texts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.tables.setting

    def get(self, name: str) -> str | None:
        """Return the value of ``name``, None when it was never set."""
        with self._database.begin() as connection:
            found: str | None = connection.scalar(
                select(self._table.c.value).where(self._table.c.name == name)
            )
        return found

    def set(self, name: str, value: str) -> None:
        """Set ``name`` to ``value``."""
        statement = insert(self._table).values(name=name, value=value)
        with self._database.begin() as connection:
            connection.execute(statement.on_duplicate_key_update(value=statement.inserted.value))

    def forget(self, *names: str) -> None:
        """Drop what is kept under ``names``."""
        with self._database.begin() as connection:
            connection.execute(delete(self._table).where(self._table.c.name.in_(names)))

    def first(self, name: str, value: str) -> str:
        """Set ``name`` unless it is set, and return what it is now: the first writer wins."""
        with self._database.begin() as connection:
            connection.execute(
                insert(self._table).prefix_with("IGNORE").values(name=name, value=value)
            )
        with self._database.begin() as connection:
            stored: str | None = connection.scalar(
                select(self._table.c.value).where(self._table.c.name == name)
            )
        return value if stored is None else stored
