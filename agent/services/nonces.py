"""Nonces of signed calls, in the database so that every process of the agent knows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.mysql import insert

from agent.db import Database
from agent.security.signing import NONCE_MEMORY


class SqlNonces:
    """A :class:`~agent.security.signing.NonceStore` over table ``erp_nonce``."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def use(self, key_id: str, nonce: str) -> bool:
        """Remember ``nonce``; False when it had been used with this key before."""
        statement = (
            insert(self._database.tables.nonce)
            .prefix_with("IGNORE")
            .values(key_id=key_id, nonce=nonce, seen_at=self._clock())
        )
        with self._database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def purge(self) -> int:
        """Forget nonces whose requests would be refused for their age anyway; return how many."""
        table = self._database.tables.nonce
        limit = self._clock() - timedelta(seconds=2 * NONCE_MEMORY)
        with self._database.begin() as connection:
            return connection.execute(delete(table).where(table.c.seen_at < limit)).rowcount
