"""A private MariaDB with a sample shop, and the agent on it, for the time of a measurement."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.config_file import Value, render, write_private
from agent.db import DatabaseSettings
from agent.erp.registry import KINDS, ErpKind
from agent.errors import ConfigError
from agent.ledger import Job, JobState, LocalDispatcher, Worker
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb, start_mariadb
from agent.sandbox.store import build_sample_shop
from agent.services.connection_records import ConnectionDraft
from agent.services.container import Services
from agent.services.sync_jobs import SyncRequest, handlers, start_sync

DATABASE = "bench"
PREFIX = "oc_"
_VERSION = "4.1"


@dataclass(frozen=True, slots=True)
class Stage:
    """A running shop. ``folder`` holds the agent's files and goes with it."""

    folder: Path
    server: MariaDb
    products: int

    def execute(self, sql: str) -> None:
        """Change the shop behind the bridge's back, as its owner does."""
        self.server.execute(sql, DATABASE)

    @property
    def images(self) -> Path:
        """The shop's image folder."""
        return self.folder / "image"

    @property
    def config(self) -> Config:
        """The agent's configuration."""
        return Config(
            database=DatabaseSection(
                port=self.server.port, user="root", name=DATABASE, prefix=PREFIX
            ),
            shop=ShopSection(url=_URL, image_dir=self.images),
            agent=AgentSection(data_dir=self.folder / "data", threads=1),
        )

    def config_file(self) -> Path:
        """Write the same configuration to a file, for processes of their own."""
        path = self.folder / "agent.toml"
        database: dict[str, Value] = {"port": self.server.port, "user": "root"}
        database |= {"name": DATABASE, "prefix": PREFIX}
        agent: dict[str, Value] = {"data_dir": str(self.folder / "data"), "threads": 1}
        shop: dict[str, Value] = {"url": _URL, "image_dir": str(self.images)}
        write_private(path, render({"database": database, "shop": shop, "agent": agent}))
        return path

    @contextmanager
    def services(self, kinds: Mapping[str, ErpKind] = KINDS) -> Iterator[Services]:
        """Give the agent's parts, its tables made."""
        with closing(Services(self.config, kinds=kinds, dispatcher=LocalDispatcher())) as services:
            services.prepare()
            yield services


_URL = "http://shop.bench.invalid/"


@contextmanager
def open_stage(products: int, orders: int = 0) -> Iterator[Stage]:
    """Make a sample shop with that many products and orders; it ends with the block.

    Raises:
        ConfigError: no MariaDB server is installed.
    """
    server = start_mariadb()
    try:
        with tempfile.TemporaryDirectory(prefix="erp-bridge-bench-") as name:
            stage = Stage(Path(name), server, products)
            stage.images.mkdir()
            settings = DatabaseSettings(
                host="127.0.0.1", port=server.port, user="root", database=DATABASE, prefix=PREFIX
            )
            build_sample_shop(
                settings, version=_VERSION, products=products, orders=orders, image_dir=stage.images
            )
            yield stage
    finally:
        server.stop()


def connect(services: Services, kind: str, settings: Mapping[str, Any], secret: str) -> int:
    """Add a connection to a stage's agent and return its number."""
    draft = ConnectionDraft("bench", kind, settings, secret)
    return services.connections.add(draft).id


def run_products(services: Services, connection_id: int) -> tuple[Job, float]:
    """Synchronize all products as the Synchronize button does; see :func:`run_entity`."""
    return run_entity(services, connection_id, Entity.PRODUCTS)


def run_entity(
    services: Services,
    connection_id: int,
    entity: Entity,
    direction: Direction = Direction.TO_ERP,
) -> tuple[Job, float]:
    """Synchronize all records of an entity; return the job and its seconds.

    Raises:
        ConfigError: the job did not end well, so its time says nothing.
    """
    started = time.perf_counter()
    job_id = start_sync(services, SyncRequest(connection_id, entity, direction))
    worker = Worker(services.ledger, handlers(services), "bench", 1)
    worker.run_until_idle()
    seconds = time.perf_counter() - started
    job = services.ledger.job(job_id)
    if job.state is not JobState.DONE or job.counts.failed or job.counts.held:
        raise ConfigError(
            f"The measured job ended as {job.state.value} with {job.counts.failed} failed and "
            f"{job.counts.held} held records",
            fix="Look at the target's log; records of an earlier run may be in the way.",
            code="bench.job",
            detail=str(job.error or ""),
        )
    return job, seconds
