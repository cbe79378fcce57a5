"""A shop whose orders wait: nothing is mapped yet, and its ERP can be put out of reach."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.ledger import Job, Worker, utc_now
from agent.ledger.dispatcher import Dispatcher, LocalDispatcher
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb
from agent.sandbox.odoo.server import OdooSandbox
from agent.sandbox.store import build_sample_shop
from agent.services import mappings, waiting
from agent.services.connections import ConnectionDraft
from agent.services.container import Services
from agent.services.order_jobs import start_orders
from agent.services.sync_jobs import SyncRequest, handlers, start_sync
from agent.sync.mapping import MappingRepository

DATABASE = "waits"
ORDERS = 19
NEW = ("13", "14", "15", "16", "17", "18", "19")
"""Orders that nobody has placed yet."""


class Maintenance(BaseHTTPRequestHandler):
    """A web server that sends all who ask to another page."""

    def do_POST(self) -> None:
        self.send_response(302)
        self.send_header("Location", "https://maintenance.invalid/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - its name in Python

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in Python
        """Say nothing."""


@contextmanager
def maintenance() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Maintenance)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Shop:
    """A sample shop with orders, a sandbox Odoo, and an agent in which nothing is mapped yet."""

    def __init__(self, mariadb: MariaDb, folder: Path, name: str = DATABASE) -> None:
        self.mariadb, self.folder, self.name = mariadb, folder, name
        mariadb.create_database(name)
        (folder / "image").mkdir(exist_ok=True)
        build_sample_shop(
            DatabaseSettings(port=mariadb.port, user="root", database=name),
            version="4.1",
            products=10,
            orders=ORDERS,
        )
        self.sql(f"UPDATE oc_order SET order_status_id = 0 WHERE order_id IN ({','.join(NEW)})")
        self.odoo = OdooSandbox("19").start()
        self.services = self.open()
        self.services.prepare()
        settings = {
            "url": self.odoo.url,
            "database": self.odoo.database,
            "user": "admin",
            "orders_backfill": 3650,
            "orders_statuses": "1,2,3,5",
            "missing_product": "placeholder",
        }
        draft = ConnectionDraft("waits", "odoo", settings, self.odoo.users["admin"].password)
        self.connection = self.services.connections.add(draft).id

    def open(
        self, *, later: timedelta = timedelta(0), dispatcher: Dispatcher | None = None
    ) -> Services:
        config = Config(
            database=DatabaseSection(port=self.mariadb.port, user="root", name=self.name),
            shop=ShopSection(url="http://shop.invalid/", image_dir=self.folder / "image"),
            agent=AgentSection(data_dir=self.folder),
        )
        dispatcher = dispatcher or LocalDispatcher()
        return Services(config, clock=lambda: utc_now() + later, dispatcher=dispatcher)

    def work(self, services: Services | None = None) -> None:
        services = services or self.services
        Worker(services.ledger, handlers(services)).run_until_idle()

    def run(self, entity: Entity, *ids: str, origin: str = "cli") -> Job:
        mode = "ids" if ids else "changed"
        request = SyncRequest(
            self.connection, entity, Direction.TO_ERP, mode, tuple(ids), origin=origin
        )
        job = start_sync(self.services, request)
        self.work()
        return self.services.ledger.job(job)

    def sql(self, statement: str) -> None:
        self.mariadb.execute(statement, self.name)

    def place(self, order: str, status: int = 1) -> None:
        self.sql(
            f"UPDATE oc_order SET order_status_id = {status}, date_added = NOW(),"
            f" date_modified = NOW() WHERE order_id = {order}"
        )
        start_orders(self.services, self.connection, [order], origin="event")

    def set(self, **settings: object) -> None:
        secret = self.odoo.users["admin"].password
        draft = ConnectionDraft(settings=settings, secret=secret)
        self.services.connections.change(self.connection, draft)

    def ref(self, order: str) -> str | None:
        mapping = MappingRepository(self.services.database, self.connection)
        head = mapping.heads(Entity.ORDERS, [order]).get(order)
        return None if head is None else head.erp_id

    def sent(self, order: str) -> bool:
        return self.ref(order) is not None

    def waiting(self) -> dict[str, dict]:
        page = waiting.list_waiting(self.services, self.connection, limit=200)
        return {row["store_key"]: row for row in page.items}

    def map_all(self) -> None:
        execute = self.odoo.execute
        for name, kind, amount in (
            ("VAT 19%", "percent", 19.0),
            ("VAT 7%", "percent", 7.0),
            ("Recycling fee", "fixed", 0.5),
        ):
            if not execute("account.tax", "search", [("name", "=", name)]):
                values = {"name": name, "amount_type": kind, "amount": amount}
                execute("account.tax", "create", {**values, "type_tax_use": "sale"})
        for row in self.services.shop.reader(Entity.TAX_RATES).scan("", 100):
            found = execute("account.tax", "search", [("name", "=", row.label)])
            mappings.link(self.services, self.connection, Entity.TAX_RATES, row.key, str(found[0]))
        currencies = execute("res.currency", "search", [], context={"active_test": False})
        execute("res.currency", "write", currencies, {"active": True})
        mappings.auto_map(self.services, self.connection, Entity.CURRENCIES, dry_run=False)
        bank = execute("account.journal", "search", [("type", "=", "bank")])[0]
        for row in self.services.shop.reader(Entity.PAYMENT_METHODS).scan("", 100):
            mappings.link(
                self.services, self.connection, Entity.PAYMENT_METHODS, row.key, str(bank)
            )


class Quick(LocalDispatcher):
    """A worker that is at it before whoever made the work does anything else."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def wake(self) -> None:
        """Do the work."""
        self._work()
