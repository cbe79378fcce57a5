"""Quantities per warehouse, and their changes by whatever moves goods in SAP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from agent.erp.cursor import Cursor
from agent.errors import AuthError
from agent.model.stock import WarehouseStock
from agent.sandbox.sap_b1.books import desk
from agent_tests.contract.common.reading import Follower, source_of, stock_followed
from agent_tests.contract.shop import Shop, mug, shirt
from agent_tests.unit.sap_b1.items.rig import B1Ground


@pytest.fixture
def own(own: tuple[Shop, B1Ground]) -> tuple[Shop, B1Ground]:
    """Give a shop and its company with one item."""
    own[0].must(mug(sku="MUG"))
    return own


def stock(shop: Shop, item: str, warehouse: str = "01") -> WarehouseStock:
    (level,) = source_of(shop).stock_levels([item])
    assert level.ref == item
    assert level.tracked
    return level.warehouses[warehouse]


class TestQuantities:
    def test_what_formulas_are_made_of(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        desk.receive(ground.sandbox.company, "MUG", "01", 12)
        desk.receive(ground.sandbox.company, "MUG", "02", 5)
        desk.expect(ground.sandbox.company, "MUG", "02", 7)
        ground.order("MUG", 4)
        assert stock(shop, "MUG") == WarehouseStock(
            on_hand=Decimal(12), reserved=Decimal(4), incoming=Decimal(0), outgoing=Decimal(4)
        )
        assert stock(shop, "MUG", "02") == WarehouseStock(on_hand=Decimal(5), incoming=Decimal(7))

    def test_an_order_commits_until_it_is_delivered(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        desk.receive(ground.sandbox.company, "MUG", "01", 10)
        order = ground.order("MUG", 4)
        ground.cx.client.patch("Orders", order, {"Confirmed": "tYES"})
        desk.deliver(ground.sandbox.company, order)
        assert (stock(shop, "MUG").on_hand, stock(shop, "MUG").reserved) == (6, 0)

    def test_what_is_not_for_sale_is_not_sold(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        for sold, active in (("tNO", False), ("tYES", True)):
            ground.cx.client.patch("Items", "MUG", {"SalesItem": sold})
            (level,) = source_of(shop).stock_levels(["MUG"])
            assert level.active is active

    def test_what_keeps_no_stock_is_not_tracked(self, own: tuple[Shop, B1Ground]) -> None:
        shop, _ = own
        shop.must(mug("8", sku="LESSON", requires_shipping=False))
        levels = {v.ref: v for v in source_of(shop).stock_levels(["MUG", "LESSON", "GONE"])}
        assert {ref: level.tracked for ref, level in levels.items()} == {
            "MUG": True,
            "LESSON": False,
        }

    def test_items_with_batches_and_serial_numbers(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ground.make("BATCHES", ManageBatchNumbers="tYES")
        ground.make("SERIALS", ManageSerialNumbers="tYES")
        company = ground.sandbox.company
        desk.receive(company, "BATCHES", "01", 3, batch="B1")
        desk.receive(company, "BATCHES", "01", 4, batch="B2", expires="2020-01-01")
        desk.receive(company, "SERIALS", "01", 2, serials=["S1", "S2"])
        assert [stock(shop, ref).on_hand for ref in ("BATCHES", "SERIALS")] == [7, 2]

    def test_many_at_once_in_few_calls(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        codes = [o.ref or "" for o in shop.must(*(mug(str(n)) for n in range(100, 250)))]
        desk.receive(ground.sandbox.company, codes[7], "02", 3)
        ground.sandbox.recorder.clear()
        levels = source_of(shop).stock_levels(codes)
        assert [level.ref for level in levels] == codes
        assert levels[7].warehouses["02"].on_hand == 3
        assert all(len(level.warehouses) == 2 for level in levels)
        assert ground.sandbox.recorder.count("GET") <= 8


class TestChanges:
    def test_documents_show_up_at_once(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.must(mug("8", sku="OTHER"))
        follower = stock_followed(shop)
        assert follower.look() == []
        ground.move("MUG", 5)
        follower.once("MUG")
        order = ground.order("MUG", 2)
        assert follower.look() == ["MUG"]
        ground.cx.client.action("Orders", order, "Cancel")
        assert follower.look() == ["MUG"]
        assert follower.look() == []

    def test_a_movement_without_a_document_shows_up(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.must(mug("8", sku="OTHER"))
        follower = stock_followed(shop)
        desk.count(ground.sandbox.company, "OTHER", "02", 9)
        assert follower.look() == ["OTHER"]
        assert follower.look() == []

    def test_documents_that_may_not_be_read_are_left_to_the_sweep(
        self, own: tuple[Shop, B1Ground]
    ) -> None:
        shop, ground = own
        follower = stock_followed(shop)
        ground.sandbox.recorder.clear()
        ground.move("MUG", 5)
        assert follower.look() == ["MUG"]
        assert ground.sandbox.recorder.count("GET", "StockTransfers") == 0, "asked once a session"

    def test_new_items_and_gone_ones(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        follower = stock_followed(shop)
        shop.must(mug("8", sku="NEW"))
        assert follower.look() == ["NEW"]
        ground.cx.client.delete("Items", "NEW")
        assert follower.look() == []

    def test_what_happened_before_is_no_news(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ground.move("MUG", 5)
        assert stock_followed(shop).look() == []

    def test_variants_are_told_one_by_one(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.size_and_colour()
        (made,) = shop.must(shirt())
        follower = stock_followed(shop)
        items = sorted(made.children.values())
        desk.receive(ground.sandbox.company, items[3], "01", 1)
        desk.count(ground.sandbox.company, items[4], "01", 1)
        assert follower.look() == items[3:5]


class TestSweep:
    """All items are met within the promised time, a part with each poll."""

    def test_every_item_is_met_in_parts(
        self, own: tuple[Shop, B1Ground], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, ground = own
        codes = sorted(o.ref or "" for o in shop.must(*(mug(str(n)) for n in range(100, 130))))
        monkeypatch.setattr("agent.erp.sap_b1.source.polling.SLICE", 4)
        follower = stock_followed(shop)
        for code in codes:
            desk.count(ground.sandbox.company, code, "01", 3)
        met: list[str] = []
        polls = 0
        while len(met) < len(codes):
            met += follower.look()
            polls += 1
            assert polls < 30
        assert sorted(met) == codes
        assert polls > 5, "not all at once"
        for _ in range(12):
            assert follower.look() == []

    def test_documents_do_not_wait_for_it(
        self, own: tuple[Shop, B1Ground], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, ground = own
        codes = sorted(o.ref or "" for o in shop.must(*(mug(str(n)) for n in range(100, 130))))
        monkeypatch.setattr("agent.erp.sap_b1.source.polling.SLICE", 4)
        follower = stock_followed(shop)
        ground.move(codes[-1], 3)
        assert follower.look() == [codes[-1]]
        order = ground.order(codes[-2], 1)
        assert follower.look() == [codes[-2]]
        ground.cx.client.action("Orders", order, "Cancel")
        assert follower.look() == [codes[-2]]

    def test_a_long_pause_is_made_up_for(
        self, own: tuple[Shop, B1Ground], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, ground = own
        codes = sorted(o.ref or "" for o in shop.must(*(mug(str(n)) for n in range(100, 120))))
        monkeypatch.setattr("agent.erp.sap_b1.source.polling.SLICE", 4)
        follower = stock_followed(shop)
        desk.count(ground.sandbox.company, codes[-1], "01", 3)
        follower.cursor = _earlier(follower, 900)
        assert codes[-1] in follower.look()

    def test_runs_of_several_items(
        self, own: tuple[Shop, B1Ground], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop, ground = own
        codes = sorted(o.ref or "" for o in shop.must(*(mug(str(n)) for n in range(100, 140))))
        monkeypatch.setattr("agent.erp.sap_b1.source.polling._MOST_RUNS", 10)
        monkeypatch.setattr("agent.erp.sap_b1.source.polling._FEWEST_RUNS", 1)
        follower = stock_followed(shop)
        runs = [key for key in follower.cursor.seen if key.startswith("run:")]
        assert 1 < len(runs) < 30
        desk.count(ground.sandbox.company, codes[5], "01", 3)
        told = follower.look()
        assert codes[5] in told
        assert len(told) < 30
        ground.make(codes[5] + "-A")
        ground.cx.client.delete("Items", codes[30])
        told = follower.look()
        assert codes[5] + "-A" in told
        assert follower.look() == []


def _earlier(follower: Follower, seconds: int) -> Cursor:
    since = datetime.fromisoformat(follower.cursor.since) - timedelta(seconds=seconds)
    return replace(follower.cursor, since=since.isoformat())


def test_a_password_that_is_wrong_by_now_is_tried_once(own: tuple[Shop, B1Ground]) -> None:
    shop, ground = own
    company = ground.sandbox.company
    follower = stock_followed(shop)
    with company.transaction():
        row = company.table("_Users").rows["manager"]
        company.table("_Users").put("manager", {**row, "Password": "new"})
    ground.sandbox.sessions.open.clear()
    ground.sandbox.recorder.clear()
    with pytest.raises(AuthError):
        follower.look()
    assert ground.sandbox.recorder.count("POST", "Login") == 1
