"""Whether this agent can do its work, in a moment and without a word that is secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.errors import BridgeError, ConfigError
from agent.services.container import Services


@dataclass(frozen=True, slots=True)
class Health:
    """``ok``, or ``degraded``: jobs are accepted, but nobody works, or ``failing``: neither."""

    status: Literal["ok", "degraded", "failing"]
    version: str
    checks: dict[str, str]

    def to_plain(self) -> dict[str, Any]:
        """Return what ``GET /health`` answers."""
        return {"status": self.status, "version": self.version, "checks": self.checks}


def health(services: Services) -> Health:
    """Check database, tables, keys and workers; each is ``ok`` or the code of what is wrong."""
    checks: dict[str, str] = {}
    checks["database"] = _code(lambda: _ping(services))
    checks["tables"] = _code(services.require_migrated) if checks["database"] == "ok" else "unknown"
    checks["key_file"] = _code(services.vault.check)
    checks["pairing"] = _code(services.pairing.live_keys)
    failing = any(value != "ok" for value in checks.values())
    if not failing:
        checks["worker"] = _code(lambda: _worker(services))
    degraded = checks.get("worker", "ok") != "ok"
    status: Literal["ok", "degraded", "failing"] = "degraded" if degraded else "ok"
    return Health("failing" if failing else status, services.version, checks)


def _code(check: Callable[[], object]) -> str:
    try:
        check()
    except BridgeError as error:
        return error.code
    except SQLAlchemyError:
        return "database.failed"
    return "ok"


def _ping(services: Services) -> None:
    with services.database.begin() as connection:
        connection.execute(text("SELECT 1"))


def _worker(services: Services) -> None:
    if services.live_workers() == 0:
        raise ConfigError(
            "No worker is running: jobs are accepted and wait",
            fix="Start the service (systemctl start erp-bridge), or erp-bridge worker.",
            code="worker.none",
        )
