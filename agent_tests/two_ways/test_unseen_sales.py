"""What the shop has sold and the ERP is still to be told of is not sold twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.ledger import utc_now
from agent.model.entity import Entity
from agent.services.followed import note_synchronized
from agent.services.order_cursor import begin_following_orders
from agent.services.unseen_sales import unseen_sales
from agent.sync.mapping import Entry, MappingRepository, MapState
from agent.sync.sales.orders_table import OrderNote, OrderNotes
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

pytestmark = pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)


def _sell(rig: TwoWayRig, pieces: int, product: str = "1", *, days_ago: int = 0) -> str:
    """Put an order into the shop that has taken pieces off the stock."""
    when = rig.clock() - timedelta(days=days_ago)
    rig.sql(
        "INSERT IGNORE INTO oc_order (order_status_id, date_added, date_modified)"
        " VALUES (5, :at, :at)",
        at=when.replace(tzinfo=None),
    )
    ((order,),) = rig.sql("SELECT MAX(order_id) FROM oc_order")
    rig.sql(
        "INSERT IGNORE INTO oc_order_product (order_id, product_id, quantity) VALUES (:o, :p, :n)",
        o=order,
        p=product,
        n=pieces,
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
