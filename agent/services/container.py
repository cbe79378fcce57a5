"""The composition root: one object with everything that the command line and the API work with."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import func, select

from agent import __version__, migrations
from agent.config import Config
from agent.db import Database, DatabaseSettings
from agent.erp.port import Erp
from agent.erp.registry import ErpKind, kinds_at
from agent.errors import ConfigError
from agent.ledger import Clock, Ledger, ServerClock, utc_now
from agent.ledger.dispatcher import Dispatcher, redis_dispatcher, sqlite_dispatcher
from agent.security.pairing import Pairing
from agent.security.vault import Vault
from agent.services.clone_guard import CloneGuard
from agent.services.connections import Connections
from agent.services.erp_kinds import ErpKinds
from agent.services.erp_pool import ErpPool
from agent.services.instance import instance_id
from agent.services.nonces import SqlNonces
from agent.services.settings import SettingStore
from agent.store.shop import Shop
from agent.store.shop_api import ShopApi

_log = structlog.get_logger(__name__)

WORKER_SILENT_AFTER = timedelta(seconds=30)
"""A worker that gave no sign of life for so long does not count as alive."""


class Services:
    """The agent's parts, wired together for one configuration.

    Making one opens nothing: connections are made when first needed. Safe to share between threads.

    Args:
        config: the checked configuration.
        kinds: the kinds of ERP that can be connected; None: all there are.
        clock: plays the time in tests. Without it work is timed by the database server's clock,
            the same for all machines, and signatures by this machine's.
        dispatcher: what wakes the workers; None makes the one of the configuration on first use.

    Raises:
        ConfigError: no database is configured.
    """

    def __init__(
        self,
        config: Config,
        *,
        kinds: Mapping[str, ErpKind] | None = None,
        clock: Clock | None = None,
        dispatcher: Dispatcher | None = None,
    ) -> None:
        if not config.database.name:
            raise ConfigError(
                "The configuration names no database",
                fix="Set [database] name, user and password_file (or run install.sh), and "
                "ERP_BRIDGE_CONFIG if the file is not /etc/erp-bridge/agent.toml.",
                code="config.database",
            )
        self.config = config
        self.version = __version__
        self.database = Database(database_settings(config), pool_size=config.agent.threads + 4)
        self.clock: Clock = clock or ServerClock(self.database)
        self.wall_clock: Clock = clock or utc_now
        self.settings = SettingStore(self.database)
        ca_file = config.shop.ca_file
        self.shop = Shop(
            self.database, config.shop.image_dir, config.shop.url or None, ca_file=ca_file
        )
        self.ledger = Ledger(self.database, self.clock, wake=self.wake)
        self.vault = Vault(config.key_file)
        self.pairing = Pairing(config.pairing_file)
        self.shop_api = ShopApi(
            self.shop.url,
            self.pairing.current,
            lambda: self.wall_clock().timestamp(),
            ca_file=ca_file,
        )
        self.nonces = SqlNonces(self.database, self.wall_clock)
        if kinds is None:
            kinds = kinds_at(config.agent.data_dir / "sessions")
        self.kinds = ErpKinds(kinds, instance=lambda: self.instance, currency=self.shop.currency)
        self.guard = CloneGuard(self.settings, lambda: self.shop.identity().fingerprint)
        self.connections = Connections(
            self.database, self.vault, self.kinds, self.clock, self.guard, after_resume=self.wake
        )
        self.erp_pool = ErpPool(self)
        self._dispatcher = dispatcher
        self._instance: str | None = None
        self._lock = threading.Lock()

    @property
    def dispatcher(self) -> Dispatcher:
        """What wakes the workers.

        Raises:
            ConfigError: its file cannot be made, or its address is wrong.
        """
        with self._lock:
            if self._dispatcher is None:
                config = self.config
                self._dispatcher = (
                    redis_dispatcher(config.queue_url)
                    if config.queue.kind == "redis"
                    else sqlite_dispatcher(Path(config.queue_url))
                )
            return self._dispatcher

    def wake(self) -> None:
        """Tell the workers that there is work; never raises, as they look by themselves, too."""
        try:
            self.dispatcher.wake()
        except ConfigError as error:
            _log.warning("wake.lost", cause=error.cause, fix=error.fix)

    @property
    def instance(self) -> str:
        """The shop's instance id, ``opencart_<8 hex digits>``."""
        with self._lock:
            if self._instance is None:
                self._instance = instance_id(self.settings)
            return self._instance

    def erp(self, connection_id: int) -> Erp:
        """Return an adapter for an active connection; close it after use.

        Raises:
            NotFound: there is no such connection.
            ConfigError: it is paused, this is a copy of the shop, or its secret cannot be read.
        """
        self.connections.enforce_guard()
        info = self.connections.require_active(connection_id)
        return self.kinds.connect(info.kind, info.settings, self.connections.secret(connection_id))

    @contextmanager
    def using_erp(self, connection_id: int) -> Iterator[Erp]:
        """Give an adapter as :meth:`erp` does, and close it afterwards."""
        erp = self.erp(connection_id)
        try:
            yield erp
        finally:
            erp.close()

    def live_workers(self) -> int:
        """Return how many workers gave a sign of life lately."""
        worker = self.database.tables.worker
        with self.database.begin() as connection:
            return int(
                connection.scalar(
                    select(func.count()).where(
                        worker.c.seen_at >= self.clock() - WORKER_SILENT_AFTER
                    )
                )
                or 0
            )

    def prepare(self) -> list[str]:
        """Make or upgrade tables and key files; return what was done, for people.

        Raises:
            ConfigError: rights are missing, in the database or on the files.
            Unreachable: the database does not answer.
        """
        done = [f"table revision {name} applied" for name in migrations.migrate(self.database)]
        if self.vault.ensure():
            done.append(f"encryption key made: {self.vault.path}")
        if self.pairing.ensure(self.wall_clock()):
            done.append(f"pairing key made: {self.pairing.path}")
        return done

    def require_migrated(self) -> None:
        """Raise ConfigError unless the agent's tables are those this program needs."""
        missing = migrations.pending(self.database)
        if missing:
            raise ConfigError(
                "The agent's tables are missing or older than this program",
                fix="Run erp-bridge migrate.",
                code="database.migrate",
            )

    def close(self) -> None:
        """Close all connections, to ERPs and to the database."""
        self.erp_pool.close()
        self.database.close()


def database_settings(config: Config) -> DatabaseSettings:
    """Return the database part of the configuration as the database layer takes it."""
    section = config.database
    return DatabaseSettings(
        host=section.host,
        port=section.port,
        unix_socket=section.unix_socket,
        user=section.user,
        password=section.password,
        database=section.name,
        prefix=section.prefix,
        schema=section.schema,
    )
