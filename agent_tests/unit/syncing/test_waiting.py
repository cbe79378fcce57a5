"""Orders that wait: listed with reasons, cleared when mended, released, dropped, and never lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from agent.errors import Held
from agent.ledger.schedules import schedules, tick
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb, free_port
from agent.services import mappings, order_jobs, status_back, waiting
from agent.services.errors import InvalidInput, NotFound
from agent.services.following import planner, poll_outbox
from agent.services.order_checks import check_orders
from agent.services.order_following import retry_all_waiting, start_due_orders, sweep_orders
from agent.services.order_jobs import start_orders
from agent.services.order_numbers import order_numbers
from agent.services.sync_jobs import SyncRequest, start_sync
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.waiting import WaitingList
from agent_tests.unit.syncing.waiting_shop import NEW, Quick, Shop, maintenance


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


def test_an_order_is_not_lost_when_its_time_has_moved_meanwhile(shop: Shop) -> None:
    key = NEW[6]
    shop.set(orders_delay="600")
    shop.place(key)
    shop.work()
    shop.set(orders_delay="1200")
    ahead = timedelta(hours=11)
    with (
        closing(shop.open(later=ahead)) as worker,
        closing(shop.open(later=ahead, dispatcher=Quick(lambda: shop.work(worker)))) as chores,
    ):
        assert start_due_orders(chores) == 1
    assert not shop.sent(key)
    with closing(shop.open(later=timedelta(hours=21))) as later:
        assert start_due_orders(later) == 1
        shop.work(later)
    assert shop.sent(key)
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
    held, pressed = NEW[4:6]
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


def test_what_nobody_can_mend_keeps_no_other_order_from_its_turn(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_jobs, "_AT_ONCE", 2)
    listed = WaitingList(shop.services.database)
    keys = ["1", "2", "3", "4"]
    for key in keys:
        listed.add(shop.connection, Entity.ORDERS, key, key, Held("Made up", fix="-", code="x"))
    asked = set()
    for _ in range(2):
        assert retry_all_waiting(shop.services) == 1
        (job,) = shop.services.ledger.jobs(state="queued").items
        asked |= {
            task.payload["store_key"] for task in shop.services.ledger.tasks(job_id=job.id).items
        }
        shop.services.ledger.cancel_job(job.id)
    assert asked == set(keys)
    for key in keys:
        listed.remove(shop.connection, Entity.ORDERS, key)


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
