"""A connection that has lived through everything leaves nothing but the history of its jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, select, text

from agent.errors import Held
from agent.ledger import JobRequest, JobState, NewTask
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb
from agent.services import buttons, price_lists, status_back, waiting
from agent.services.background import chores
from agent.services.connection_records import ConnectionDraft
from agent.services.errors import NotFound
from agent.services.removing import remove_connection
from agent.services.sync_jobs import SyncRequest, retry_sync, start_sync
from agent.sync.two_way.conflicts import Conflict, Conflicts
from agent_tests.unit.syncing.waiting_shop import NEW, Shop

NUMBER = 7070707
"""The connection's, as nothing else is numbered or counted."""
HISTORY = ("job", "task")
NAMED = {
    *("buttons", "board", "presses", "followed", "fed", "price_lists", "status_back"),
    *("shop-orders", "shop-orders-since", "order-due", "erp-orders", "erp-products", "erp-stock"),
    *("erp-prices", "sweep", "feed", "reconcile"),
}
"""How the names begin of what is kept beside the tables of its own."""


@pytest.fixture(scope="module")
def shop(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(mariadb, tmp_path_factory.mktemp("removed"), "removed_connection")
    connections = made.services.connections
    settings = connections.get(made.connection).settings
    connections.remove(made.connection)
    _count_from(made, NUMBER)
    secret = made.odoo.users["admin"].password
    made.connection = connections.add(ConnectionDraft("lives", "odoo", settings, secret)).id
    assert made.connection == NUMBER
    _live(made)
    yield made
    made.services.close()
    made.odoo.stop()


def _count_from(shop: Shop, number: int) -> None:
    """Let the database give this number to the next connection."""
    shop.sql(f"ALTER TABLE oc_erp_connection AUTO_INCREMENT = {number}")


def _live(shop: Shop) -> None:
    services = shop.services
    shop.run(Entity.PRODUCTS)
    for entity in (Entity.PRODUCTS, Entity.STOCK, Entity.PRICES):
        start_sync(services, SyncRequest(NUMBER, entity, Direction.TO_STORE))
        shop.work()
    shop.run(Entity.ORDERS)
    assert shop.waiting(), "some wait for good"
    shop.set(orders_delay="600")
    shop.place(NEW[0])
    shop.work()
    group = price_lists.customer_groups(services)[0][0]
    price_lists.store(services, NUMBER, [{"group": group, "price_list": "", "special": True}])
    status_back.store(services, NUMBER, [{"fact": "paid", "status": "2", "notify": False}])
    buttons.install(services, NUMBER)
    _press(shop, "product.template")
    for chore in chores(services):
        chore.run()
    shop.work()
    conflict = Conflict(NUMBER, Entity.PRODUCTS, "1", "1", "Both", {"name": ("Mug", "Cup")})
    Conflicts(services.database, NUMBER, services.clock).put([conflict])


def _press(shop: Shop, model: str) -> None:
    execute = shop.odoo.execute
    number = execute("ir.model", "search", [("model", "=", model)])[0]
    bound = [("binding_model_id", "=", number), ("state", "=", "code")]
    action = execute("ir.actions.server", "search", bound)[0]
    one = execute(model, "search", [])[0]
    context = {"active_model": model, "active_ids": [one], "active_id": one}
    execute("ir.actions.server", "run", [action], context=context)


def _tables(shop: Shop) -> dict[str, Table]:
    tables = shop.services.database.tables
    start = len(f"{tables.prefix}erp_")
    return {table.name[start:]: table for table in tables.metadata.sorted_tables}


def _traces(shop: Shop) -> dict[str, list[str]]:
    """Return the rows that name the connection, by table."""
    found: dict[str, list[str]] = {}
    with shop.services.database.begin() as connection:
        for name, table in _tables(shop).items():
            rows = [str(tuple(row)) for row in connection.execute(select(table))]
            mine = [row for row in rows if str(NUMBER) in row]
            if mine:
                found[name] = mine
    return found


def _names(shop: Shop) -> set[str]:
    with shop.services.database.begin() as connection:
        return {
            str(name).partition(".")[0]
            for table in ("setting", "cursor", "schedule")
            for name in connection.scalars(text(f"SELECT name FROM oc_erp_{table}"))
            if str(NUMBER) in str(name)
        }


def _hold(shop: Shop) -> int:
    """Let a task of the connection wait for a person; returns its job."""
    ledger = shop.services.ledger
    job = ledger.create_job(JobRequest(NUMBER, "products", "to_store", "cli"), [NewTask("k", "x")])
    lease = ledger.claim("here")
    assert lease is not None
    assert lease.task.job_id == job
    ledger.hold(lease, Held("Made up", fix="-", code="x"))
    return job


def test_nothing_is_left_of_a_removed_connection(shop: Shop) -> None:
    services = shop.services
    owned = {name for name, table in _tables(shop).items() if "connection_id" in table.c}
    assert owned <= _traces(shop).keys(), "the connection has to have lived through that, too"
    assert _names(shop) >= NAMED, "the connection has to have lived through that, too"
    job = _hold(shop)
    held = services.ledger.held(connection_id=NUMBER)
    assert held.total > 0
    mapped = remove_connection(services, NUMBER, leave_buttons=True)
    assert mapped > 10
    left = _traces(shop)
    assert left.keys() <= set(HISTORY), {k: v[:3] for k, v in left.items() if k not in HISTORY}
    assert services.ledger.held().total == 0
    assert waiting.list_waiting(services, None).total == 0
    assert services.ledger.job(job).state is JobState.DONE
    assert services.ledger.job(job).counts.held == 0
    with pytest.raises(NotFound):
        retry_sync(services, job)


def test_a_new_connection_is_not_taken_for_a_removed_one(shop: Shop) -> None:
    """MySQL 5.7 counts anew from what is left when it starts."""
    services = shop.services
    assert NUMBER not in {info.id for info in services.connections.every()}
    services.settings.set(f"followed.{NUMBER + 1}", '["products"]')
    _count_from(shop, NUMBER)
    settings = {"url": shop.odoo.url, "database": shop.odoo.database, "user": "admin"}
    secret = shop.odoo.users["admin"].password
    made = services.connections.add(ConnectionDraft("new", "odoo", settings, secret))
    assert services.ledger.jobs(connection_id=made.id).total == 0
    assert services.settings.get(f"followed.{made.id}") is None
    other = services.connections.add(ConnectionDraft("newer", "odoo", settings, secret))
    assert other.id != made.id
