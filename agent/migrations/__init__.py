"""Making and upgrading the agent's tables."""

from agent.migrations.runner import current, migrate, newest, pending, table_names

__all__ = ["current", "migrate", "newest", "pending", "table_names"]
