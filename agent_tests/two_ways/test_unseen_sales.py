"""What the shop has sold and the ERP is still to be told of is not sold twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.ledger import TaskContext, TaskResult, Worker, utc_now
from agent.model.entity import Direction, Entity
from agent.services import order_jobs
from agent.services.followed import note_synchronized
from agent.services.order_cursor import begin_following_orders
from agent.services.sync_jobs import SyncRequest, handlers, start_sync
from agent.services.unseen_sales import unseen_sales
from agent.sync.mapping import Entry, MappingRepository, MapState
from agent.sync.sales.orders_table import OrderNote, OrderNotes
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

pytestmark = pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)


def _sell(
    rig: TwoWayRig,
    pieces: int,
    product: str = "1",
    *,
    master: str = "0",
    values: Sequence[str] = (),
    days_ago: int = 0,
) -> str:
    """Put an order into the shop that has taken pieces off the stock; ``values``: option rows."""
    when = rig.clock() - timedelta(days=days_ago)
    rig.sql(
        "INSERT IGNORE INTO oc_order (order_status_id, date_added, date_modified)"
        " VALUES (5, :at, :at)",
        at=when.replace(tzinfo=None),
    )
    ((order,),) = rig.sql("SELECT MAX(order_id) FROM oc_order")
    rig.sql(
        "INSERT IGNORE INTO oc_order_product (order_id, product_id, master_id, quantity)"
        " VALUES (:o, :p, :m, :n)",
        o=order,
        p=product,
        m=master,
        n=pieces,
    )
    for value in values:
        rig.sql(
            "INSERT IGNORE INTO oc_order_option (order_id, order_product_id, product_option_id,"
            " product_option_value_id, type) SELECT :o, (SELECT MAX(order_product_id) FROM"
            " oc_order_product), product_option_id, product_option_value_id, 'select'"
            " FROM oc_product_option_value WHERE product_option_value_id = :v",
            o=order,
            v=value,
        )
    return str(order)


def _follow(rig: TwoWayRig) -> None:
    begin_following_orders(rig.services, rig.connection)
    note_synchronized(rig.services, rig.connection, Entity.ORDERS)


def _unseen(rig: TwoWayRig) -> int:
    return sum(unseen_sales(rig.services, rig.services.connections.get(rig.connection)).values())


def test_nothing_is_taken_off_where_orders_do_not_go_to_the_erp(make_rig: MakeRig) -> None:
    rig = make_rig(stock_unseen="1")
    _sell(rig, 3)
    assert _unseen(rig) == 0
    _follow(rig)
    assert _unseen(rig) == 3


def test_single_orders_are_no_whole_run(make_rig: MakeRig) -> None:
    rig = make_rig(stock_unseen="1")
    order = _sell(rig, 3)
    begin_following_orders(rig.services, rig.connection)
    order_jobs.start_orders(rig.services, rig.connection, [order], origin="manual")
    assert _unseen(rig) == 0, "the others never go"


def test_what_was_sold_counts_while_the_first_whole_run_is_under_way(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = make_rig(stock_unseen="1")
    for _ in range(3):
        _sell(rig, 2)
    monkeypatch.setattr(order_jobs, "_PAGE", 1)
    known = handlers(rig.services)
    meanwhile: list[int] = []

    def look(task: TaskContext) -> TaskResult:
        meanwhile.append(_unseen(rig))
        return known[order_jobs.ORDER_KIND](task)

    request = SyncRequest(rig.connection, Entity.ORDERS, Direction.TO_ERP, "changed")
    start_sync(rig.services, replace(request, dry_run=True))
    work = Worker(rig.services.ledger, {**known, order_jobs.ORDER_KIND: look})
    work.run_until_idle()
    assert meanwhile == [0, 0, 0], "a dry run sends nothing"
    start_sync(rig.services, request)
    work.run_until_idle()
    assert meanwhile[3:] == [6, 6, 6]
    assert _unseen(rig) == 6


def test_orders_before_the_look_back_are_never_taken_off(make_rig: MakeRig) -> None:
    rig = make_rig(stock_unseen="1", orders_backfill="7")
    _follow(rig)
    _sell(rig, 100, days_ago=8)
    _sell(rig, 3, days_ago=6)
    assert _unseen(rig) == 3


def test_without_a_look_back_orders_count_from_when_they_are_followed(make_rig: MakeRig) -> None:
    rig = make_rig(stock_unseen="1", orders_backfill="0")
    _sell(rig, 100, days_ago=1)
    _follow(rig)
    rig.skipped += timedelta(days=2)
    _sell(rig, 3, days_ago=1)
    assert _unseen(rig) == 3
    rig.skipped += timedelta(days=100)
    assert _unseen(rig) == 0, "what was never confirmed is not taken off for ever"


def test_orders_before_the_cut_off_are_never_taken_off(make_rig: MakeRig) -> None:
    day = (utc_now() - timedelta(days=5)).date().isoformat()
    rig = make_rig(stock_unseen="1", orders_since=day)
    _follow(rig)
    _sell(rig, 100, days_ago=8)
    _sell(rig, 3)
    assert _unseen(rig) == 3


def test_orders_that_are_kept_out_or_confirmed_are_not_taken_off(make_rig: MakeRig) -> None:
    rig = make_rig(stock_unseen="1")
    _follow(rig)
    out, confirmed, _sent = _sell(rig, 100), _sell(rig, 30), _sell(rig, 3)
    mappings = MappingRepository(rig.services.database, rig.connection, rig.clock)
    mappings.save(Entity.ORDERS, [Entry(out, int(out), out, "", MapState.EXCLUDED)])
    notes = OrderNotes(rig.services.database, rig.connection, rig.clock)
    notes.save(OrderNote(confirmed, erp_ref="7", state="confirmed"))
    assert _unseen(rig) == 3


def _choices(rig: TwoWayRig, product: str) -> dict[bool, dict[int, list[str]]]:
    """Return a product's option rows by option, of those that make variants and of the others."""
    found: dict[bool, dict[int, list[str]]] = {True: {}, False: {}}
    for row, option, required, kind in rig.sql(
        "SELECT v.product_option_value_id, v.product_option_id, p.required, o.type"
        " FROM oc_product_option_value v"
        " JOIN oc_product_option p ON p.product_option_id = v.product_option_id"
        " JOIN oc_option o ON o.option_id = p.option_id WHERE v.product_id = :k ORDER BY 1",
        k=product,
    ):
        makes = bool(required) and kind != "checkbox"
        found[makes].setdefault(int(option), []).append(str(row))
    return found


def _count_all(rig: TwoWayRig, product: str, pieces: int) -> int:
    """Count so many pieces of each variant in the ERP; return how many variants there are."""
    refs = {
        str(ref)
        for (ref,) in rig.sql(
            "SELECT erp_id FROM oc_erp_mapping WHERE entity = 'variants' AND store_key LIKE :k",
            k=f"{product}:%",
        )
    }
    for ref in refs:
        rig.books.count(ref, pieces)
    return len(refs)


def _quantity(rig: TwoWayRig, product: str) -> int:
    return int(rig.sql("SELECT quantity FROM oc_product WHERE product_id = :k", k=product)[0][0])


def _value_quantity(rig: TwoWayRig, row: str) -> int:
    found = rig.sql(
        "SELECT quantity FROM oc_product_option_value WHERE product_option_value_id = :k", k=row
    )
    return int(found[0][0])


def test_a_sale_with_further_choices_is_that_of_its_variant(make_rig: MakeRig) -> None:
    rig = make_rig(products=24, stock_unseen="1")
    rig.to_erp()
    _follow(rig)
    offers = {
        str(k): _choices(rig, str(k)) for (k,) in rig.sql("SELECT product_id FROM oc_product")
    }
    product = min(key for key, both in offers.items() if both[True] and both[False])
    many = _count_all(rig, product, 20)
    chosen = [rows[0] for rows in offers[product][True].values()]
    further = [rows[0] for rows in offers[product][False].values()]
    _sell(rig, 3, product, values=[*chosen, *further])
    for _ in range(2):
        rig.to_store(Entity.STOCK, mode="ids", ids=(product,))
        assert _quantity(rig, product) == 20 * many - 3
        for rows in offers[product][True].values():
            of_each = 20 * many // len(rows)
            assert _value_quantity(rig, rows[0]) == of_each - 3
            assert {_value_quantity(rig, row) for row in rows[1:]} <= {of_each}


def test_a_sale_of_a_variant_of_its_own_is_that_of_its_product_too(make_rig: MakeRig) -> None:
    rig = make_rig(products=24, stock_unseen="1")
    rig.to_erp()
    _follow(rig)
    rows = rig.sql("SELECT store_key FROM oc_erp_mapping WHERE entity = 'variants'")
    own = min(int(key) for (key,) in rows if ":" not in str(key))
    ((master,),) = rig.sql("SELECT master_id FROM oc_product WHERE product_id = :k", k=own)
    many = _count_all(rig, str(master), 20)
    _sell(rig, 3, str(own), master=str(master))
    rig.to_store(Entity.STOCK, mode="ids", ids=(str(master),))
    assert _quantity(rig, str(own)) == 17
    assert _quantity(rig, str(master)) == 20 * many - 3
