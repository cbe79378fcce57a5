"""A sample shop, a stand-in and the agent's services, for tests that break things."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.ledger import Job, utc_now
from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.worker import Worker
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb
from agent.sandbox.odoo.server import OdooSandbox
from agent.sandbox.store import build_sample_shop
from agent.services.connections import ConnectionDraft
from agent.services.container import Services
from agent.services.sync_jobs import SyncRequest, handlers, start_sync

DATABASE = "faults"
_LATER = timedelta(minutes=10)
_WORKERS = 4


class Rig:
    """One shop, one sandbox, one agent."""

    def __init__(self, mariadb: MariaDb, folder: Path, products: int, **settings: Any) -> None:
        self.mariadb = mariadb
        self.folder = folder
        mariadb.create_database(DATABASE)
        images = folder / "image"
        images.mkdir(exist_ok=True)
        build_sample_shop(
            DatabaseSettings(port=mariadb.port, user="root", database=DATABASE),
            version="3.0",
            products=products,
            orders=0,
        )
        draft = self.start_erp(settings)
        self._there_before = self._count()
        self.services = self.open()
        self.services.prepare()
        self.connection = self.services.connections.add(draft).id

    def start_erp(self, settings: dict[str, Any]) -> ConnectionDraft:
        """Start the ERP; returns how it is reached, with ``settings`` of a connection more."""
        self.odoo = OdooSandbox("19").start()
        values = {"url": self.odoo.url, "database": self.odoo.database, "user": "admin"}
        password = self.odoo.users["admin"].password
        return ConnectionDraft("faults", "odoo", {**values, "timeout": 3, **settings}, password)

    def open(self, *, later: int = 0) -> Services:
        """Return services of this shop; ``later``: so many times ten minutes on.

        Old leases have run out by then, and the pauses before another attempt.
        """
        return Services(
            config(self.mariadb.port, self.folder),
            clock=lambda: utc_now() + later * _LATER,
            dispatcher=LocalDispatcher(),
        )

    def start(self, entity: Entity = Entity.PRODUCTS) -> int:
        return start_sync(
            self.services,
            SyncRequest(self.connection, entity, Direction.TO_ERP, "all", requested_by="test"),
        )

    def work(self, services: Services | None = None) -> None:
        services = services or self.services
        Worker(services.ledger, handlers(services)).run_until_idle()

    def recover(self, job: int) -> Job:
        """Let other workers find what the dead one left, after its lease ran out."""
        for later in range(1, _WORKERS + 1):
            with closing(self.open(later=later)) as services:
                services.ledger.expire()
                self.work(services)
                ended = services.ledger.job(job)
            if ended.state.final:  # a slow machine may break more calls than the test does
                break
        return ended

    def run(self, entity: Entity = Entity.PRODUCTS) -> Job:
        job = self.start(entity)
        self.work()
        return self.services.ledger.job(job)

    def work_and_die(self, point: str) -> int:
        """Work in a process of its own that dies at ``point``; return its exit status."""
        done = subprocess.run(
            [sys.executable, "-m", "agent_tests.faults.catalogue.victim"],
            env={
                **os.environ,
                "ERP_BRIDGE_CRASH_AT": point,
                "VICTIM": json.dumps([self.mariadb.port, str(self.folder)]),
            },
            capture_output=True,
            check=False,
            timeout=120,
        )
        return done.returncode

    def doubled(self) -> dict[str, list[Any]]:
        """Return what exists more than once in the ERP, by kind."""
        found: dict[str, list[Any]] = {}
        for model, names in (
            ("product.template", ["name"]),
            ("product.category", ["complete_name"]),
            ("product.attribute", ["name", "create_variant"]),
            ("product.attribute.value", ["attribute_id", "name"]),
        ):
            rows = self.odoo.execute(
                model, "search_read", [], names, context={"active_test": False}
            )
            counts = Counter(str([row[name] for name in names]) for row in rows)
            twice = [key for key, count in counts.items() if count > 1]
            if twice:
                found[model] = twice
        return found

    def products_in_erp(self) -> int:
        """Return how many products came with the tests, archived ones counted."""
        return self._count() - self._there_before

    def _count(self) -> int:
        count: int = self.odoo.execute(
            "product.template", "search_count", [], context={"active_test": False}
        )
        return count

    def close(self) -> None:
        self.services.close()
        self.stop_erp()

    def stop_erp(self) -> None:
        self.odoo.stop()


def assert_whole(rig: Rig, products: int) -> None:
    """Expect each record once and none lost, and nothing to do any more."""
    assert rig.doubled() == {}
    assert rig.products_in_erp() == products
    again = rig.run()
    assert again.counts.created == again.counts.updated == 0
    assert again.counts.unchanged == again.counts.read


def config(port: int, folder: Path) -> Config:
    return Config(
        database=DatabaseSection(port=port, user="root", name=DATABASE),
        shop=ShopSection(url="http://shop.invalid/", image_dir=folder / "image"),
        agent=AgentSection(data_dir=folder),
    )
