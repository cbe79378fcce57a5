"""The agent's own tables in the shop's MySQL, and the pool of connections to it."""

from agent.db.database import Database, DatabaseSettings
from agent.db.tables import Tables, UtcDateTime

__all__ = ["Database", "DatabaseSettings", "Tables", "UtcDateTime"]
