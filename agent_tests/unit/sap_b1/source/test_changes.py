"""Records that changed: told once, whatever the server's clock does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agent.erp.sap_b1.source.polling import window
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer, Product
from agent.model.entity import Entity
from agent.model.record import Record
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.options import Options
from agent_tests.contract.common.reading import Follower, followed, read_one
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import ENTITIES, Shop, mug, shirt, text
from agent_tests.unit.sap_b1.items.rig import B1Ground, P


class TestItems:
    def test_each_change_is_told_once(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(mug())
        follower = followed(shop, P)
        assert follower.look() == []
        ref = shop.ref(P, "7")
        for number in range(3):
            ground.change(ref, ItemName=f"Renamed {number}")
            assert follower.look() == [ref], "also within one second"
            assert follower.look() == []

    def test_new_and_frozen_ones(self, shop: Shop, ground: B1Ground) -> None:
        follower = followed(shop, P)
        made = ground.make(unique("N").replace(" ", "-"))
        assert follower.look() == [made]
        ground.change(made, Frozen="tYES", Valid="tNO")
        assert follower.look() == [made]
        record = read_one(shop, P, made).record
        assert isinstance(record, Product)
        assert not record.active

    def test_a_family_comes_when_one_of_its_items_changed(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        shop.size_and_colour()
        product = shirt()
        (made,) = shop.must(product)
        follower = followed(shop, P)
        for code in list(made.children.values())[:2]:
            ground.change(code, BarCode=unique("4").replace(" ", ""))
        assert follower.look() == [product.sku]

    def test_stock_is_no_change_of_an_item(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(mug())
        follower = followed(shop, P)
        ground.move(shop.ref(P, "7"), 3)
        assert follower.look() == []

    def test_what_orders_are_booked_on_is_not_told(self, shop: Shop, ground: B1Ground) -> None:
        follower = followed(shop, P)
        code = unique("SVC").replace(" ", "-")
        ground.make(code, U_ERPB_ID=f"{shop.instance}.service_X")
        assert follower.look() == []


@pytest.mark.parametrize(
    ("record", "renamed"),
    [
        (Attribute("option:1", text("Size"), "choice"), {"name": text("Sizes")}),
        (AttributeValue("option:1/2", "option:1", text("L")), {"name": text("XL")}),
        (Manufacturer("3", "M"), {}),
        (Category("3", text("C"), path=("3",)), {}),
    ],
    ids=["attribute", "value", "manufacturer", "category"],
)
def test_what_tells_no_times_is_compared(
    shop: Shop, ground: B1Ground, record: Record, renamed: dict[str, object]
) -> None:
    entity = ENTITIES[type(record)]
    if isinstance(record, AttributeValue):
        shop.must(Attribute("option:1", text("Size"), "choice"))
    follower = followed(shop, entity)
    first = unique("First")
    value = first if isinstance(record, Manufacturer) else text(first)
    record = dataclasses.replace(record, name=value)  # type: ignore[arg-type]
    shop.must(record)
    ref = shop.ref(entity, record.key)
    if entity is Entity.CATEGORIES:
        assert follower.look() == [], "no item of the shop is in it yet"
        shop.must(mug(categories=("3",)))
        shop.erp._cx.facts.forget()  # as after ten minutes
    assert follower.look() == [ref]
    assert follower.look() == []
    again = unique("Again")
    value = again if isinstance(record, Manufacturer) else text(again)
    shop.must(dataclasses.replace(record, name=value))  # type: ignore[arg-type]
    assert follower.look() == [ref]


@contextmanager
def company(tmp_path: Path, zone: str, *, told: bool = True) -> Iterator[tuple[Shop, B1Ground]]:
    """Give a company in a time zone, which the connection is told or has to learn."""
    with SapB1Sandbox(options=Options(time_zone=ZoneInfo(zone))) as sandbox:
        ground = B1Ground(sandbox, tmp_path)
        shop = Shop(ground, time_zone=zone if told else "")
        shop.must(mug(sku="MUG"))
        yield shop, ground
        shop.close()


def changing(follower: Follower, ground: B1Ground) -> None:
    ground.change("MUG", ItemName=unique("Renamed"))
    assert follower.look() == ["MUG"]
    assert follower.look() == []


class TestClocks:
    @pytest.mark.parametrize("told", [True, False], ids=["told", "learnt"])
    @pytest.mark.parametrize(
        "zone", ["Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati"]
    )
    def test_any_time_zone(self, tmp_path: Path, zone: str, told: bool) -> None:
        with company(tmp_path, zone, told=told) as (shop, ground):
            follower = followed(shop, P)
            assert follower.look() == []
            changing(follower, ground)

    def test_a_zone_that_is_not_known_yet(self, tmp_path: Path) -> None:
        with company(tmp_path, "America/New_York") as (_, ground):
            reader = Shop(ground, time_zone="")
            changing(followed(reader, P), ground)
            reader.close()

    def test_across_midnight(self, tmp_path: Path) -> None:
        # 23:57 in Berlin
        with (
            time_machine.travel(datetime(2026, 11, 21, 22, 57, tzinfo=UTC), tick=True) as clock,
            company(tmp_path, "Europe/Berlin") as (shop, ground),
        ):
            follower = followed(shop, P)
            changing(follower, ground)
            ground.change("MUG", ItemName="Before midnight")
            clock.shift(timedelta(minutes=5))
            assert follower.look() == ["MUG"]
            changing(follower, ground)
            clock.shift(timedelta(minutes=20))
            assert follower.look() == []
            changing(follower, ground)

    def test_when_clocks_are_put_back(self, tmp_path: Path) -> None:
        # 02:58 in Berlin, two minutes before it is 02:00 again
        start = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)
        with (
            time_machine.travel(start, tick=True) as clock,
            company(tmp_path, "Europe/Berlin") as (shop, ground),
        ):
            follower = followed(shop, P)
            changing(follower, ground)
            clock.shift(timedelta(minutes=4))
            changing(follower, ground)
            clock.shift(timedelta(minutes=30))
            changing(follower, ground)

    def test_when_clocks_are_put_forward(self, tmp_path: Path) -> None:
        start = datetime(2026, 3, 29, 0, 58, tzinfo=UTC)
        with (
            time_machine.travel(start, tick=True) as clock,
            company(tmp_path, "Europe/Berlin") as (shop, ground),
        ):
            follower = followed(shop, P)
            changing(follower, ground)
            ground.change("MUG", ItemName="Before")
            clock.shift(timedelta(minutes=4))
            assert follower.look() == ["MUG"]
            changing(follower, ground)

    def test_what_shows_up_late_within_the_lag(self, tmp_path: Path) -> None:
        with company(tmp_path, "Europe/Berlin") as (shop, ground):
            follower = followed(shop, P)
            follower.look()
            table = ground.sandbox.company.table("Items")
            late = ground.sandbox.company.now() - timedelta(minutes=8)
            with ground.sandbox.company.transaction():
                row = table.rows["MUG"]
                table.change(
                    "MUG",
                    ItemName="Late",
                    DataVersion=row["DataVersion"] + 1,
                    UpdateDate=late.date().isoformat(),
                    UpdateTime=late.strftime("%H:%M:%S"),
                )
            assert follower.look() == ["MUG"]
            assert follower.look() == []

    def test_the_window_is_small(self, ground: B1Ground) -> None:
        clock = ground.cx.client.clock
        since = clock.now().replace(microsecond=0)
        told = window(ground.cx, since.isoformat())
        local = clock.to_local(since - timedelta(minutes=10))
        minutes = {local - timedelta(minutes=late) for late in (0, 1)}  # one may have begun
        assert any(f"'{minute:%H:%M}'" in told for minute in minutes), told
        assert any(f"'{minute:%Y-%m-%d}'" in told for minute in minutes), told
