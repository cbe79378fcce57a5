"""Checks everything the agent needs, and says of each finding its cause and its fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import text

from agent import migrations
from agent.config import readable_by_others
from agent.erp.port import Finding
from agent.services.connection_records import ConnectionInfo
from agent.services.container import Services
from agent.services.extension_checks import check_extension, check_shop
from agent.services.findings import Check, error, ok, run_checks, warning
from agent.services.order_checks import check_orders
from agent.services.picture_checks import check_pictures

_LARGEST_SKEW = 30.0  # seconds
_OLDEST = {"MariaDB": (10, 3), "MySQL": (5, 7)}
_TOO_MUCH = re.compile(r"GRANT (?:ALL PRIVILEGES|.*\bSUPER\b.*) ON \*\.\*", re.IGNORECASE)


def examine(services: Services, *, with_connections: bool = True) -> list[Finding]:
    """Run every check; with ``with_connections`` also log in to every ERP."""
    checks: list[tuple[str, Check]] = [
        ("configuration", lambda: check_configuration(services)),
        ("database", lambda: check_database(services)),
    ]
    found = run_checks(checks)
    if any(f.check == "database" and f.level == "error" for f in found):
        return found + run_checks([("keys", lambda: check_keys(services))])
    more: list[tuple[str, Check]] = [
        ("tables", lambda: check_tables(services)),
        ("rights", lambda: check_rights(services)),
        ("clock", lambda: check_clock(services)),
        ("keys", lambda: check_keys(services)),
        ("shop", lambda: check_shop(services)),
        ("extension", lambda: check_extension(services)),
        ("queue", lambda: check_queue(services)),
        ("worker", lambda: check_worker(services)),
    ]
    found += run_checks(more)
    if any(f.check == "tables" and f.level == "error" for f in found):
        return found
    found += run_checks([("pictures", lambda: check_pictures(services))])
    if with_connections:
        found += run_checks(
            [
                ("connections", lambda: check_connections(services)),
                ("orders", lambda: check_orders(services)),
            ]
        )
    return found


def quick_findings(services: Services) -> list[Finding]:
    """Run the checks that ask nobody but the database, for the extension's Test button."""
    return examine(services, with_connections=False)


def shop_facts(services: Services) -> Mapping[str, Any]:
    """Return what tells a person which shop the agent sees.

    Raises:
        ConfigError: this is no shop the agent can read.
        Unreachable: the database does not answer.
    """
    shop, settings = services.shop, services.database.settings
    return {
        "database": settings.database,
        "prefix": settings.prefix,
        "name": shop.name(),
        "url": shop.url(),
        "schema": shop.dialect.label,
        "products": shop.product_count(),
    }


def check_configuration(services: Services) -> Iterator[Finding]:
    """Check the configuration file and who may read secrets."""
    config = services.config
    yield ok("configuration", f"Read from {config.source or 'the environment'}")
    for path in config.secret_files():
        if readable_by_others(path):
            yield warning(
                "configuration",
                f"{path} holds a secret and every user of this machine can read it",
                f"chmod 600 {path} (and chown it to the agent's user).",
                code="config.world_readable",
            )
    if config.security.allow_remote and not config.security.tls_cert:
        yield warning(
            "configuration",
            "Other machines may call the agent without TLS: calls are signed, but not hidden",
            "Set [security] tls_cert and tls_key, or put a TLS proxy in front of it.",
            code="config.no_tls",
        )


def check_database(services: Services) -> Iterator[Finding]:
    """Check that the database answers and is new enough."""
    with services.database.begin() as connection:
        version = str(connection.scalar(text("SELECT VERSION()")))
    product = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    if numbers < _OLDEST[product]:
        oldest = ".".join(str(n) for n in _OLDEST[product])
        yield error(
            "database",
            f"{product} {version} is older than {oldest}",
            f"Upgrade to {product} {oldest} or newer.",
            code="database.old",
        )
    else:
        settings = services.database.settings
        yield ok("database", f"{product} {version} answers, database {settings.database}")


def check_tables(services: Services) -> Iterator[Finding]:
    """Check that the agent's tables are of this version."""
    if migrations.pending(services.database):
        yield error(
            "tables",
            "The agent's tables are missing or older than this program",
            "Run erp-bridge migrate.",
            code="database.migrate",
        )
    else:
        yield ok("tables", f"The agent's tables are of revision {migrations.newest()}")


def check_rights(services: Services) -> Iterator[Finding]:
    """Check that the database user may do what it must, and no more."""
    with services.database.cursor() as cursor:
        cursor.execute("SHOW GRANTS FOR CURRENT_USER()")
        grants = [str(row[0]) for row in cursor.fetchall()]
    if any(_TOO_MUCH.match(grant) for grant in grants):
        yield warning(
            "rights",
            f"Database user {services.database.settings.user!r} may do anything on the server",
            "Give the agent a user of its own with the rights it needs: install.sh makes one.",
            code="database.rights_wide",
        )
    else:
        yield ok("rights", "The database user has limited rights")


def check_clock(services: Services) -> Iterator[Finding]:
    """Check that this machine and the database agree about the time."""
    with services.database.cursor() as cursor:
        cursor.execute("SELECT UNIX_TIMESTAMP()")
        row = cursor.fetchone()
    skew = services.wall_clock().timestamp() - float(row[0] if row else 0)
    if abs(skew) > _LARGEST_SKEW:
        yield error(
            "clock",
            f"This machine's clock and the database's differ by {abs(skew):.0f} seconds",
            "Set both clocks by NTP (timedatectl set-ntp true).",
            code="clock.skew",
        )
    else:
        yield ok("clock", "This machine and the database agree about the time")


def check_keys(services: Services) -> Iterator[Finding]:
    """Check the key files."""
    services.vault.check()
    yield ok("keys", f"Encryption key {services.vault.path}")
    keys = services.pairing.live_keys()
    yield ok("keys", f"{len(keys)} pairing key{'s' if len(keys) > 1 else ''}")


def check_queue(services: Services) -> Iterator[Finding]:
    """Check that wake-ups can be sent; without them work waits for a second, nothing is lost."""
    problem = services.dispatcher.problem()
    kind = services.config.queue.kind
    if problem is None:
        yield ok("queue", f"Wake-ups are carried by {kind}")
        return
    yield warning(
        "queue",
        f"The queue ({kind}) does not take wake-ups: {problem}. Workers still look every second",
        "Start Redis, or check [queue] url."
        if kind == "redis"
        else "Let the agent's user write to [agent] data_dir.",
        code="queue.away",
    )


def check_worker(services: Services) -> Iterator[Finding]:
    """Check that somebody works."""
    alive = services.live_workers()
    if alive:
        yield ok("worker", f"{alive} worker{'s' if alive > 1 else ''} at work")
    else:
        yield warning(
            "worker",
            "No worker is running: jobs are accepted and wait",
            "Start the service (systemctl start erp-bridge), or erp-bridge serve.",
            code="worker.none",
        )


def check_connections(services: Services) -> Iterator[Finding]:
    """Check every ERP connection by logging in."""
    services.connections.enforce_guard()
    every = services.connections.every()
    if not every:
        yield warning(
            "connections",
            "No ERP is connected",
            "Add one under ERP Mapping > Connections, or with erp-bridge connection add.",
            code="connection.none",
        )
    for info in every:
        yield from _connection(services, info)


def _connection(services: Services, info: ConnectionInfo) -> Iterator[Finding]:
    name = f"connection {info.name}"
    if info.paused is not None:
        yield warning(
            name, f"It is paused: {info.paused.cause}", info.paused.fix, code=info.paused.code
        )
        if info.paused.code == "connection.cloned":
            return  # a copy of the shop must not even log in
    for found in run_checks([(name, lambda: services.connections.test(info.id))]):
        yield Finding(
            found.level,
            name if found.check == name else f"{name}: {found.check}",
            found.message,
            found.cause,
            found.fix,
            found.code,
        )
