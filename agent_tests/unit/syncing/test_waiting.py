"""Orders that wait: listed with reasons, cleared when mended, released, dropped, and never lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.errors import Held
from agent.ledger import Job, Worker, utc_now
from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.schedules import schedules, tick
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb, free_port
from agent.sandbox.odoo.server import OdooSandbox
from agent.sandbox.store import build_sample_shop
from agent.services import mappings, status_back, waiting
from agent.services.connections import ConnectionDraft
from agent.services.container import Services
from agent.services.errors import InvalidInput, NotFound
from agent.services.following import planner, poll_outbox
from agent.services.order_checks import check_orders
from agent.services.order_following import retry_all_waiting, start_due_orders, sweep_orders
from agent.services.order_jobs import start_orders
from agent.services.order_numbers import order_numbers
from agent.services.sync_jobs import SyncRequest, handlers, start_sync
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.waiting import WaitingList

DATABASE = "waits"
ORDERS = 18
NEW = ("13", "14", "15", "16", "17", "18")
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

    def __init__(self, mariadb: MariaDb, folder: Path) -> None:
        self.mariadb, self.folder = mariadb, folder
        mariadb.create_database(DATABASE)
        (folder / "image").mkdir(exist_ok=True)
        build_sample_shop(
            DatabaseSettings(port=mariadb.port, user="root", database=DATABASE),
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

    def open(self, *, later: timedelta = timedelta(0)) -> Services:
        config = Config(
            database=DatabaseSection(port=self.mariadb.port, user="root", name=DATABASE),
            shop=ShopSection(url="http://shop.invalid/", image_dir=self.folder / "image"),
            agent=AgentSection(data_dir=self.folder),
        )
        return Services(config, clock=lambda: utc_now() + later, dispatcher=LocalDispatcher())

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
        self.mariadb.execute(statement, DATABASE)

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


@pytest.fixture(scope="module")
def shop(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(mariadb, tmp_path_factory.mktemp("waits"))
    yield made
    made.services.close()
    made.odoo.stop()


def test_orders_without_mappings_wait_and_say_what_is_missing(shop: Shop) -> None:
    assert shop.run(Entity.PRODUCTS).counts.failed == 0
    job = shop.run(Entity.ORDERS)
    rows = shop.waiting()
    assert job.counts.held == len(rows) > 3
    assert job.counts.created == job.counts.failed == 0
    assert {row["code"] for row in rows.values()} <= {"order.not_mapped", "order.product_missing"}
    assert all(row["cause"] and row["fix"] and row["since"] for row in rows.values())
    findings = list(check_orders(shop.services))
    assert any("Not mapped" in f.message for f in findings)
    shown = order_numbers(shop.services, list(rows))
    assert {n["order_id"] for n in shown} == set(rows)
    assert all(n["erp_number"] is None and n["cause"] for n in shown)


def test_a_mended_mapping_clears_them_by_itself(shop: Shop) -> None:
    before = shop.waiting()
    shop.map_all()
    shop.work()
    after = shop.waiting()
    assert len(after) < len(before)
    cleared = waiting.list_waiting(shop.services, shop.connection, cleared=True, limit=200).items
    assert {r["store_key"] for r in cleared if r["cleared_at"]} == set(before) - set(after)
    numbers = order_numbers(shop.services, [next(iter(set(before) - set(after)))])
    assert numbers[0]["erp_number"].startswith("S")
    assert numbers[0]["cause"] == ""
    assert "model=sale.order" in numbers[0]["erp_url"]


def test_a_released_order_is_tried_and_a_dropped_one_left_out(shop: Shop) -> None:
    listed = WaitingList(shop.services.database)
    key = next(
        iter(
            MappingRepository(shop.services.database, shop.connection).heads_between(
                Entity.ORDERS, 0, None
            )
        )
    )

    listed.add(shop.connection, Entity.ORDERS, key, key, Held("Made up", fix="-", code="x"))
    waiting.release(shop.services, shop.connection, Entity.ORDERS, key)
    shop.work()
    assert key not in shop.waiting()
    with pytest.raises(NotFound):
        waiting.release(shop.services, shop.connection, Entity.ORDERS, key)
    listed.add(shop.connection, Entity.ORDERS, key, key, Held("Made up", fix="-", code="x"))
    waiting.drop(shop.services, shop.connection, Entity.ORDERS, key)
    assert key not in shop.waiting()
    head = MappingRepository(shop.services.database, shop.connection).heads(Entity.ORDERS, [key])
    assert head[key].state is MapState.EXCLUDED
    assert shop.run(Entity.ORDERS, key).counts.unchanged == 1
    mappings.include(shop.services, shop.connection, Entity.ORDERS, key)


def test_an_order_is_found_by_its_hint_and_without_one(shop: Shop) -> None:
    heads = MappingRepository(shop.services.database, shop.connection)
    keys = sorted(heads.heads_between(Entity.ORDERS, 0, None), key=int)
    first, second = keys[0], keys[1]
    shop.sql(
        "CREATE TABLE IF NOT EXISTS oc_erp_outbox (outbox_id BIGINT AUTO_INCREMENT PRIMARY KEY,"
        " kind VARCHAR(24), record_id INT, action VARCHAR(16), store_id INT, date_added DATETIME)"
    )
    shop.sql(
        "INSERT INTO oc_erp_outbox (kind, record_id, action, store_id, date_added)"
        f" VALUES ('order', {first}, 'status', 0, UTC_TIMESTAMP())"
    )
    assert poll_outbox(shop.services) == 1
    tasks = shop.services.ledger.tasks(state="ready").items
    assert [t.key for t in tasks] == [f"{shop.connection}:order:{first}"]
    shop.work()
    sweep_orders(shop.services)
    shop.work()
    shop.sql(f"UPDATE oc_order SET comment = 'Edited' WHERE order_id = {second}")
    shop.sql(
        "INSERT INTO oc_order_history (order_id, order_status_id, notify, comment, date_added)"
        f" SELECT order_id, order_status_id, 0, '', NOW() FROM oc_order WHERE order_id = {second}"
    )
    assert sweep_orders(shop.services) == 1
    assert sweep_orders(shop.services) == 0
    shop.work()


def test_every_night_both_sides_are_compared(shop: Shop) -> None:
    names = {s.name for s in schedules(shop.services.ledger)}
    assert f"reconcile.{shop.connection}.orders" in names
    heads = MappingRepository(shop.services.database, shop.connection)
    linked = [
        (key, head.erp_id)
        for key, head in heads.heads_between(Entity.ORDERS, 0, None).items()
        if head.state is MapState.LINKED and head.erp_id
    ]
    key, erp_id = linked[-1]
    notes = OrderNotes(shop.services.database, shop.connection)
    assert notes.get(key).state != "cancelled"
    shop.odoo.execute("sale.order", "action_cancel", [int(erp_id)])
    later = shop.open(later=timedelta(days=2))
    try:
        made = tick(later.ledger, planner(later))
        jobs = [later.ledger.job(number) for number in made]
        (night,) = [job for job in jobs if job.entity == "orders"]
        shop.work(later)
        done = later.ledger.job(night.id)
        assert done.counts.failed == 0
        assert done.counts.read > 3
        assert notes.get(key).state == "cancelled"
    finally:
        later.close()


def test_an_order_that_the_erp_keeps_late_is_listed_and_cleared(shop: Shop) -> None:
    heads = MappingRepository(shop.services.database, shop.connection)
    notes = OrderNotes(shop.services.database, shop.connection)
    key = next(
        key
        for key, head in heads.heads_between(Entity.ORDERS, 0, None).items()
        if head.state is MapState.LINKED and notes.get(key).state == "confirmed"
    )
    request = SyncRequest(
        shop.connection, Entity.ORDERS, Direction.TO_ERP, "ids", (key,), origin="cli"
    )
    shop.set(url=f"http://127.0.0.1:{free_port()}")
    start_sync(shop.services, request)
    for minutes in range(0, 200, 20):
        later = shop.open(later=timedelta(minutes=minutes))
        try:
            shop.work(later)
        finally:
            later.close()
        if key in shop.waiting():
            break
    assert shop.waiting()[key]["code"] == "erp.unreachable"
    shop.set(url=shop.odoo.url)
    later = shop.open(later=timedelta(days=1))
    try:
        shop.work(later)
    finally:
        later.close()
    assert key not in shop.waiting()


def test_an_order_that_is_to_wait_a_while_holds_nothing_back(shop: Shop) -> None:
    late, asked = NEW[:2]
    shop.set(orders_delay="600")
    try:
        for order in (late, asked):
            shop.place(order)
        shop.work()
        assert not any(map(shop.sent, (late, asked)))
        assert not shop.services.ledger.has_open_job(shop.connection, "orders", "to_erp")
        assert shop.run(Entity.ORDERS, asked).counts.created > 0, "a person asks for it"
        assert start_due_orders(shop.services) == 0
        later = shop.open(later=timedelta(hours=11))
        try:
            assert start_due_orders(later) == 2
            assert start_due_orders(later) == 0
            shop.work(later)
        finally:
            later.close()
        assert shop.sent(late)
    finally:
        shop.set(orders_delay="0")


def test_an_order_that_meets_a_wrong_set_up_waits_until_it_is_mended(shop: Shop) -> None:
    key = NEW[2]
    with maintenance() as page:
        shop.set(url=page)
        shop.place(key)
        shop.work()
    row = shop.waiting()[key]
    assert row["code"] == "erp.redirect"
    assert row["fix"]
    shop.set(url=shop.odoo.url)
    assert retry_all_waiting(shop.services) == 1
    shop.work()
    assert shop.sent(key)
    assert key not in shop.waiting()


def test_an_order_that_is_no_longer_to_be_sent_waits_no_more(shop: Shop) -> None:
    key = NEW[3]
    listed = WaitingList(shop.services.database)
    listed.add(shop.connection, Entity.ORDERS, key, key, Held("Made up", fix="-", code="x"))
    shop.place(key, status=7)
    shop.work()
    assert key not in shop.waiting()
    assert not shop.sent(key)


def test_an_order_that_a_person_asked_for_follows_whatever_its_status(shop: Shop) -> None:
    held, pressed = NEW[4:]
    for key in (held, pressed):
        shop.place(key, status=7)
    shop.work()
    shop.set(missing_product="hold")
    shop.sql(f"UPDATE oc_order_product SET product_id = 9999 WHERE order_id = {held}")
    assert shop.run(Entity.ORDERS, held).counts.held == 1
    with maintenance() as page:
        shop.set(url=page)
        shop.run(Entity.ORDERS, pressed)
    shop.set(url=shop.odoo.url)
    assert {held, pressed} <= set(shop.waiting())
    shop.run(Entity.ORDERS)
    assert held in shop.waiting(), "a look at all orders does not let go of it"
    shop.set(missing_product="placeholder")
    assert retry_all_waiting(shop.services) == 1
    shop.work()
    assert all(map(shop.sent, (held, pressed)))
    assert not shop.waiting().keys() & {held, pressed}


def test_an_order_that_is_excluded_waits_no_more(shop: Shop) -> None:
    key = NEW[4]
    assert shop.sent(key)
    shop.odoo.execute("sale.order", "unlink", [int(shop.ref(key))])
    shop.run(Entity.ORDERS, key)
    assert shop.waiting()[key]["code"] == "order.erp_deleted"
    mappings.exclude(shop.services, shop.connection, Entity.ORDERS, key)
    assert key not in shop.waiting()
    with maintenance() as page:
        shop.set(url=page)
        start_orders(shop.services, shop.connection, [key], origin="event")
        shop.work()
    assert key in shop.waiting()
    shop.set(url=shop.odoo.url)
    assert retry_all_waiting(shop.services) == 1
    shop.work()
    assert key not in shop.waiting()
    assert retry_all_waiting(shop.services) == 0


def test_statuses_that_lead_in_a_circle_are_refused_on_both_sides(shop: Shop) -> None:
    mappings.link(shop.services, shop.connection, Entity.ORDER_STATUS, "1", "confirm")
    mappings.link(shop.services, shop.connection, Entity.ORDER_STATUS, "3", "confirm+deliver")
    status_back.store(
        shop.services, shop.connection, [{"fact": "confirmed", "status": "3", "notify": True}]
    )
    with pytest.raises(InvalidInput) as caught:
        status_back.store(shop.services, shop.connection, [{"fact": "shipped", "status": "1"}])
    assert "circle" in caught.value.cause
    assert list(caught.value.fields) == ["items.0.status"]
    status_back.store(shop.services, shop.connection, [{"fact": "shipped", "status": "2"}])
    with pytest.raises(InvalidInput) as caught:
        mappings.link(shop.services, shop.connection, Entity.ORDER_STATUS, "2", "cancel+dance")
    assert "nothing that can be done" in caught.value.cause
    shown = status_back.show(shop.services, shop.connection)
    assert {i["fact"]: i["status"] for i in shown["items"]}["shipped"] == "2"
    assert {s["value"] for s in shown["statuses"]} >= {"1", "2", "3"}
    with pytest.raises(InvalidInput) as caught:
        status_back.store(shop.services, shop.connection, [{"fact": "paid", "status": "999"}])
    assert json.dumps(caught.value.fields)
