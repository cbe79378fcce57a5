"""A chosen warehouse that leaves the ERP never looks like one that is sold out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from agent.model.entity import Entity
from agent.sandbox.sap_b1.books import desk
from agent.services.connections import ConnectionDraft
from agent_tests.contract.common.sap_b1 import SapB1Books
from agent_tests.contract.source import count
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

pytestmark = pytest.mark.parametrize("side", ["sandbox-19", "sap-b1-v2"], indirect=True)

NAME = "Harbour"


@dataclass
class House:
    """A second warehouse of the ERP."""

    ref: str
    count: Callable[[str, int], None]
    in_use: Callable[[bool], object]


def _house(rig: TwoWayRig) -> House:
    books = rig.books
    if isinstance(books, SapB1Books):
        books.api.made("Warehouses", {"WarehouseCode": "H1", "WarehouseName": NAME})
        company = books.sandbox.company

        def put(item: str, quantity: int) -> None:
            desk.count(company, item, "H1", quantity)

        def switch(on: bool) -> object:
            inactive = {"Inactive": "tNO" if on else "tYES"}
            return books.api.patch("Warehouses('H1')", inactive).raise_for_status()

        return House("H1", put, switch)
    made = rig.ground.rpc("stock.warehouse", "create", {"name": NAME, "code": "H1"})
    shelf = rig.ground.read("stock.warehouse", str(made), "lot_stock_id")["lot_stock_id"][0]
    return House(
        str(made),
        lambda item, quantity: count(rig.ground, item, quantity, shelf),
        lambda on: rig.erp_write("stock.warehouse", made, active=on),
    )


def _choose(rig: TwoWayRig, *houses: str) -> None:
    draft = ConnectionDraft(settings={"stock_warehouses": ",".join(houses)})
    rig.services.connections.change(rig.connection, draft)


def _shelves(rig: TwoWayRig) -> list[tuple[Any, ...]]:
    """Return what the shop says of the stock of all its products."""
    return rig.sql("SELECT product_id, quantity, status, stock_status_id FROM oc_product")


def _quantity(rig: TwoWayRig, key: str) -> int:
    return int(rig.sql("SELECT quantity FROM oc_product WHERE product_id = :k", k=key)[0][0])


def _jobs(rig: TwoWayRig) -> int:
    return rig.services.ledger.jobs(connection_id=rig.connection).total


def _findings(rig: TwoWayRig) -> list[tuple[str, str]]:
    found = rig.services.connections.test(rig.connection)
    return [(one.level, one.code) for one in found if one.check == "stock warehouses"]


@pytest.fixture
def followed(make_rig: MakeRig) -> tuple[TwoWayRig, House, str, str]:
    """Give a shop that sells what lies in one warehouse, that, and a product with its variant."""
    rig = make_rig(products=4, stock_disable_out="1")
    rig.to_erp()
    house = _house(rig)
    rows = rig.sql(
        "SELECT MIN(store_key), MIN(erp_id) FROM oc_erp_mapping WHERE entity = 'variants'"
        " GROUP BY SUBSTRING_INDEX(store_key, ':', 1) HAVING COUNT(*) = 1"
    )
    found = {str(k).partition(":")[0]: str(ref) for k, ref in rows if rig.books.counted(str(ref))}
    key, variant = min(found.items())
    rig.books.count(variant, 3)
    house.count(variant, 7)
    _choose(rig, house.ref)
    rig.to_store(Entity.STOCK)
    rig.poll()
    assert _quantity(rig, key) == 7
    return rig, house, key, variant


Followed = tuple[TwoWayRig, House, str, str]


@pytest.mark.parametrize("both", [False, True], ids=["the only one", "one of two"])
def test_the_shop_keeps_its_stock_while_a_chosen_warehouse_is_gone(
    followed: Followed, both: bool
) -> None:
    rig, house, key, variant = followed
    if both:
        _choose(rig, rig.books.warehouse(), house.ref)
        rig.to_store(Entity.STOCK)
    before = _shelves(rig)
    assert _findings(rig) == [("ok", "")]
    rig.books.count(variant, 4)
    house.in_use(False)
    for mode in ("changed", "all"):
        job = rig.to_store(Entity.STOCK, mode=mode)
        assert (job.counts.held, job.counts.updated, job.counts.failed) == (1, 0, 0)
        (trouble,) = rig.troubles(job)
        assert (trouble.outcome, trouble.code) == ("held", "stock.warehouse_gone")
        assert NAME in trouble.cause
    assert _shelves(rig) == before
    assert _findings(rig) == [("error", "stock.warehouse_gone")]
    house.in_use(True)
    job = rig.to_store(Entity.STOCK)
    assert (job.counts.held, job.counts.failed) == (0, 0)
    assert _quantity(rig, key) == (11 if both else 7)


def test_it_is_told_once_and_made_up_for_when_the_warehouse_is_back(followed: Followed) -> None:
    rig, house, key, variant = followed
    before = _shelves(rig)
    house.count(variant, 9)
    house.in_use(False)
    rig.poll()
    told = _jobs(rig)
    for quantity in (5, 6):
        rig.books.count(variant, quantity)
        rig.poll()
    assert _jobs(rig) == told
    assert _shelves(rig) == before
    house.in_use(True)
    rig.poll()
    assert _quantity(rig, key) == 9
    after = _jobs(rig)
    assert after == told + 1
    rig.poll()
    assert _jobs(rig) == after


def test_stock_follows_the_warehouses_that_are_chosen_instead(followed: Followed) -> None:
    rig, house, key, _variant = followed
    house.in_use(False)
    assert rig.to_store(Entity.STOCK, mode="ids", ids=(key,)).counts.held == 1
    _choose(rig, rig.books.warehouse())
    rig.poll()
    assert _quantity(rig, key) == 3
    _choose(rig, rig.books.warehouse(), "gone")
    job = rig.to_store(Entity.STOCK, dry_run=True)
    assert [trouble.code for trouble in rig.troubles(job)] == ["stock.warehouse_gone"]
