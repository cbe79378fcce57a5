"""Measurements for Prometheus, read from the ledger at the moment of asking.

Nothing is counted in memory, so that every process of the agent answers the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from sqlalchemy import Connection, func, select

from agent.ledger import JobState, TaskState
from agent.services.container import Services

_OUTCOMES = ("read", "unchanged", "created", "updated", "archived", "failed", "held", "warning")


class LedgerCollector:
    """Collects from the agent's tables; a database that does not answer shows as ``up 0``."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tables = services.database.tables

    def collect(self) -> Iterable[Metric]:
        """Yield all measurements."""
        info = GaugeMetricFamily(
            "erp_bridge_build_info", "Version of the agent, always 1", labels=["version"]
        )
        info.add_metric([self._services.version], 1)
        with self._services.database.begin() as connection:
            return [
                info,
                self._jobs(connection),
                self._tasks(connection),
                self._oldest(connection),
                self._records(connection),
                self._connections(connection),
                self._waiting(connection),
                self._workers(),
            ]

    def _jobs(self, connection: Connection) -> Metric:
        table = self._tables.job
        found = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
        counts = {str(state): number for state, number in found}
        family = GaugeMetricFamily("erp_bridge_jobs", "Jobs by state", labels=["state"])
        for state in JobState:
            family.add_metric([state.value], counts.get(state.value, 0))
        return family

    def _tasks(self, connection: Connection) -> Metric:
        table = self._tables.task
        found = connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
        counts = {str(state): number for state, number in found}
        family = GaugeMetricFamily("erp_bridge_tasks", "Tasks by state", labels=["state"])
        for state in TaskState:
            family.add_metric([state.value], counts.get(state.value, 0))
        return family

    def _oldest(self, connection: Connection) -> Metric:
        table = self._tables.task
        now = self._services.clock()
        oldest = connection.scalar(
            select(func.min(table.c.not_before)).where(
                table.c.state == TaskState.READY.value, table.c.not_before <= now
            )
        )
        family = GaugeMetricFamily(
            "erp_bridge_oldest_ready_seconds", "How long the oldest task that is due has waited"
        )
        family.add_metric([], 0 if oldest is None else (now - oldest).total_seconds())
        return family

    def _records(self, connection: Connection) -> Metric:
        table = self._tables.job
        columns = [func.sum(table.c[f"{name}_count"]).label(name) for name in _OUTCOMES]
        family = GaugeMetricFamily(
            "erp_bridge_records",
            "Records of all jobs still kept, by entity and what became of them",
            labels=["entity", "outcome"],
        )
        rows = connection.execute(
            select(table.c.entity, *columns)
            .where(table.c.dry_run.is_(False))
            .group_by(table.c.entity)
        )
        for row in rows:
            for name in _OUTCOMES:
                family.add_metric([row.entity, name], float(getattr(row, name) or 0))
        return family

    def _connections(self, connection: Connection) -> Metric:
        table = self._tables.connection
        family = GaugeMetricFamily(
            "erp_bridge_connection_active",
            "1 while a connection may work, 0 while it is paused",
            labels=["connection", "name", "kind"],
        )
        for row in connection.execute(
            select(table.c.id, table.c.name, table.c.kind, table.c.state).order_by(table.c.id)
        ):
            family.add_metric([str(row.id), row.name, row.kind], int(row.state == "active"))
        return family

    def _waiting(self, connection: Connection) -> Metric:
        table = self._tables.waiting
        family = GaugeMetricFamily(
            "erp_bridge_waiting_records",
            "Records that wait for a person or a prerequisite, by connection and entity",
            labels=["connection", "entity"],
        )
        rows = connection.execute(
            select(table.c.connection_id, table.c.entity, func.count().label("waiting"))
            .where(table.c.cleared_at.is_(None))
            .group_by(table.c.connection_id, table.c.entity)
        )
        for row in rows:
            family.add_metric([str(row.connection_id), row.entity], row.waiting)
        return family

    def _workers(self) -> Metric:
        family = GaugeMetricFamily(
            "erp_bridge_workers", "Workers that gave a sign of life in the last half minute"
        )
        family.add_metric([], self._services.live_workers())
        return family


def metrics_text(services: Services) -> bytes:
    """Return all measurements in Prometheus' text form.

    Raises:
        ConfigError: the database refuses the agent.
        Unreachable: the database does not answer.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(LedgerCollector(services))
    return generate_latest(registry)
