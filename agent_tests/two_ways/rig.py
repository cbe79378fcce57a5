"""A shop, an ERP and the agent between: both sides are edited as people do, and compared."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.ledger import Job, utc_now
from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.worker import Worker
from agent.model.entity import Direction, Entity
from agent.model.results import RecordResult
from agent.sandbox.mariadb import MariaDb
from agent.sandbox.store import build_sample_shop
from agent.services.connections import ConnectionDraft
from agent.services.container import Services
from agent.services.store_following import poll_records, poll_stock
from agent.services.sync_jobs import SyncRequest, handlers, start_sync
from agent.sync.mapping import MappingRepository
from agent.sync.two_way.ownership import GROUPS, setting_name
from agent_tests.contract.common.books import Books
from agent_tests.contract.ground import Ground

_numbers = itertools.count(1)
_STEP = timedelta(minutes=20)
_ROUNDS = 8
ALL_ERP = {setting_name(group): "erp" for group in GROUPS}
"""Settings of a shop whose data are kept in the ERP."""


@dataclass
class Side:
    """An ERP: how the agent reaches it, and its books. ``ground`` is that of an Odoo."""

    name: str
    kind: str
    settings: Mapping[str, object]
    secret: str
    books: Books
    currency: str = "USD"
    ground: Ground | None = None


@dataclass
class TwoWayRig:
    """One shop, one ERP, one agent; ``settings`` are more of the connection's."""

    mariadb: MariaDb
    folder: Path
    side: Side
    version: str = "4.1"
    products: int = 8
    settings: Mapping[str, object] = field(default_factory=dict)
    name: str = field(default_factory=lambda: f"two_ways{next(_numbers)}")
    skipped: timedelta = timedelta(0)
    stack: ExitStack = field(default_factory=ExitStack)
    services: Services = field(init=False)
    connection: int = field(init=False)

    def build(self) -> TwoWayRig:
        """Make the shop and connect it; nothing is synchronized yet."""
        self.mariadb.create_database(self.name)
        (self.folder / "image").mkdir(parents=True, exist_ok=True)
        build_sample_shop(
            DatabaseSettings(port=self.mariadb.port, user="root", database=self.name),
            version=self.version,
            products=self.products,
            orders=0,
            image_dir=self.folder / "image",
        )
        config = Config(
            database=DatabaseSection(port=self.mariadb.port, user="root", name=self.name),
            shop=ShopSection(url="http://127.0.0.1:9/", image_dir=self.folder / "image"),
            agent=AgentSection(data_dir=self.folder),
        )
        services = Services(config, clock=self.clock, dispatcher=LocalDispatcher())
        self.services = self.stack.enter_context(closing(services))
        services.prepare()
        self.sql(
            "UPDATE oc_setting SET value = :code WHERE `key` = 'config_currency'",
            code=self.side.currency,
        )
        values = {
            **self.side.settings,
            "stock_unseen": "0",
            **self.settings,
        }
        draft = ConnectionDraft("shop", self.side.kind, values, self.side.secret)
        self.connection = services.connections.add(draft).id
        return self

    def clock(self) -> datetime:
        """Return the agent's time: ours, and what was skipped."""
        return utc_now() + self.skipped

    def close(self) -> None:
        """Give everything back."""
        self.stack.close()

    @property
    def books(self) -> Books:
        """The ERP as people see it."""
        return self.side.books

    @property
    def ground(self) -> Ground:
        """The Odoo, to be asked for anything."""
        assert self.side.ground is not None
        return self.side.ground

    # -- working -----------------------------------------------------------------------------------

    def run(self, entity: Entity, direction: Direction, mode: str = "changed", **more: Any) -> Job:
        """Start a job, do it and return it as it ended."""
        request = SyncRequest(self.connection, entity, direction, mode, **more)  # type: ignore[arg-type]
        job = start_sync(self.services, request)
        self.settle()
        return self.services.ledger.job(job)

    def to_erp(self, entity: Entity = Entity.PRODUCTS, mode: str = "changed", **more: Any) -> Job:
        """Carry to the ERP."""
        return self.run(entity, Direction.TO_ERP, mode, **more)

    def to_store(self, entity: Entity = Entity.PRODUCTS, mode: str = "changed", **more: Any) -> Job:
        """Carry into the shop."""
        return self.run(entity, Direction.TO_STORE, mode, **more)

    def settle(self) -> None:
        """Do all work, with the patience that back-offs need."""
        for _ in range(_ROUNDS):
            Worker(self.services.ledger, handlers(self.services)).run_until_idle()
            if self.services.ledger.next_due() is None:
                return
            self.skipped += _STEP
        raise AssertionError("the work does not come to an end")

    def poll(self) -> None:
        """Look at what changed in the ERP, and carry it over."""
        poll_stock(self.services)
        poll_records(self.services)
        self.settle()

    def troubles(self, job: Job) -> list[RecordResult]:
        """Return the records of a job that failed, wait or carry a warning."""
        return list(self.services.ledger.records(job.id, limit=200).items)

    # -- both sides --------------------------------------------------------------------------------

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement on the shop's database; ``oc_`` is its prefix."""
        with self.services.database.begin() as connection:
            result = connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def ref(self, entity: Entity, key: str) -> str:
        """Return the ERP id of a record of the shop."""
        mappings = MappingRepository(self.services.database, self.connection, self.clock)
        found = mappings.heads(entity, [key])[key].erp_id
        assert found is not None
        return found

    def key(self, entity: Entity, ref: int | str) -> str | None:
        """Return the shop's key of a record of the ERP, None where it has none."""
        mappings = MappingRepository(self.services.database, self.connection, self.clock)
        return mappings.taken(entity, [str(ref)]).get(str(ref))

    def shop_name(self, product: str) -> str:
        """Return a product's name in the shop's first language."""
        ((name,),) = self.sql(
            "SELECT name FROM oc_product_description WHERE product_id = :key"
            " ORDER BY language_id LIMIT 1",
            key=product,
        )
        return html.unescape(str(name))

    def rename_in_shop(self, product: str, name: str) -> None:
        """Rename a product in the shop, as its form does."""
        self.sql(
            "UPDATE oc_product_description SET name = :name WHERE product_id = :key"
            " ORDER BY language_id LIMIT 1",
            name=name,
            key=product,
        )
        self.sql("UPDATE oc_product SET date_modified = NOW() WHERE product_id = :k", k=product)

    def erp_write(self, model: str, ref: int, **values: Any) -> None:
        """Write a record in Odoo as a person does."""
        self.ground.rpc(model, "write", [ref], values)

    def erp_read(self, model: str, ref: str, field_name: str) -> Any:
        """Return a field of a record in Odoo."""
        return self.ground.read(model, ref, field_name)[field_name]
