"""Rows of several sets side by side, and stored queries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden

STOCK = "$crossjoin(Items,Items/ItemWarehouseInfoCollection)"
EXPAND = (
    "$expand=Items($select=ItemCode),"
    "Items/ItemWarehouseInfoCollection($select=WarehouseCode,InStock,Committed,Ordered)"
)
SAME = "Items/ItemCode eq Items/ItemWarehouseInfoCollection/ItemCode"
PART = "Items/ItemWarehouseInfoCollection"


@pytest.fixture
def items(api: Api) -> Api:
    """12 items, A00 to A11, each in both warehouses."""
    for number in range(12):
        api.made("Items", {"ItemCode": f"A{number:02}", "ItemName": f"Item {number}"})
    return api


def pairs(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["Items"]["ItemCode"], one[PART]["WarehouseCode"]) for one in told["value"]]


@golden("crossjoin.bare")
def test_a_join_has_to_say_what_it_wants(api: Api) -> None:
    for path in (
        "$crossjoin(Orders,BusinessPartners)", "$crossjoin(Items)?$expand=Items",
        "$crossjoin(Items,Nope)?$expand=Items", f"{STOCK}?$expand=BusinessPartners",
        "$crossjoin(Items,Items/ItemName)?$expand=Items",
    ):  # fmt: skip
        assert error(api.get(path)) == (400, -1000, "invalid $crossjoin query")


@golden("crossjoin.stock")
def test_stock_is_read_by_a_join(items: Api) -> None:
    path = f"{STOCK}?{EXPAND}&$filter={SAME} and {PART}/WarehouseCode eq '01'"
    told = items.json(path)
    assert pairs(told) == [(f"A{number:02}", "01") for number in range(12)]
    row = told["value"][0]
    assert row.keys() == {"Items", PART}
    assert row[PART] == {"WarehouseCode": "01", "InStock": 0.0, "Committed": 0.0, "Ordered": 0.0}
    query = {"QueryPath": STOCK, "QueryOption": path.partition("?")[2]}
    answer = items.post("QueryService_PostQuery", query)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert json.loads(answer.text)["value"] == told["value"]


def test_joins_come_by_pages_in_order(items: Api) -> None:
    order = f"$orderby=Items/ItemCode,{PART}/WarehouseCode desc"
    path = f"{STOCK}?{EXPAND}&$filter={SAME} and Items/ItemCode gt 'A04'&{order}"
    prefer = {"Prefer": "odata.maxpagesize=5"}
    wanted = [(f"A{n:02}", w) for n in range(5, 12) for w in ("02", "01")]
    found, link = [], path
    while link:
        told = items.json(link, headers=prefer)
        found += pairs(told)
        link = told.get("odata.nextLink", told.get("@odata.nextLink"))
    assert found == wanted
    assert pairs(items.json(f"{path}&$top=3")) == wanted[:3]


def test_some_servers_do_not_order_joins(items: Api) -> None:
    items.sandbox.options.joins_ordered = False
    path = f"{STOCK}?{EXPAND}&$filter={SAME}"
    assert error(items.get(f"{path}&$orderby=Items/ItemCode"))[:2] == (400, 201)
    assert len(items.json(path)["value"]) == 20


def test_a_bound_on_the_part_bounds_the_whole(items: Api) -> None:
    path = f"{STOCK}?{EXPAND}&$filter={SAME} and {PART}/ItemCode ge 'A11'"
    assert pairs(items.json(path)) == [("A11", "01"), ("A11", "02")]


def test_without_a_link_everything_is_beside_everything(items: Api) -> None:
    path = f"{STOCK}?{EXPAND}&$filter=Items/ItemCode eq 'A01' and {PART}/WarehouseCode eq '01'"
    assert len(items.json(path)["value"]) == 12


def test_sets_are_joined_by_any_property(items: Api) -> None:
    items.patch("Items('A03')", {"ItemsGroupCode": 101})
    same = "Items/ItemsGroupCode eq ItemGroups/Number and ItemGroups/GroupName eq 'Webshop'"
    shown = "$expand=Items($select=ItemCode),ItemGroups($select=GroupName)"
    wanted = [{"Items": {"ItemCode": "A03"}, "ItemGroups": {"GroupName": "Webshop"}}]
    for sets in ("Items,ItemGroups", "ItemGroups,Items"):
        assert items.json(f"$crossjoin({sets})?{shown}&$filter={same}")["value"] == wanted


def test_joins_can_reckon(items: Api) -> None:
    free = f"({PART}/InStock sub {PART}/Committed) add 2 mul 3 eq 6"
    assert len(items.json(f"{STOCK}?{EXPAND}&$filter={SAME} and {free}")["value"]) == 20
    assert (
        items.json(f"{STOCK}?{EXPAND}&$filter={SAME} and {PART}/InStock add 1 gt 1")["value"] == []
    )
    nothing = f"{STOCK}?{EXPAND}&$filter={SAME} and 1 div {PART}/InStock gt 1"
    assert error(items.get(nothing))[:2] == (400, 201)


def test_names_in_joins_have_to_be_names(api: Api) -> None:
    for path in (
        f"{STOCK}?{EXPAND}&$filter=ItemCode eq 'x'", f"{STOCK}?{EXPAND}&$orderby=Items/Nope",
        f"{STOCK}?$expand=Items($select=Nope)",
    ):  # fmt: skip
        assert error(api.get(path))[:2] == (400, 201)


@golden("sqlq")
def test_stored_queries(items: Api) -> None:
    text = (
        'SELECT T0."ItemCode", T0."WhsCode", T0."OnHand" FROM OITW T0 '
        'WHERE T0."ItemCode" >= :first AND T0."WhsCode" = \'01\' ORDER BY T0."ItemCode"'
    )
    items.made("SQLQueries", {"SqlCode": "stock", "SqlName": "Stock", "SqlText": text})
    told = items.json("SQLQueries('stock')/List?first='A10'")
    wanted = [{"ItemCode": c, "WhsCode": "01", "OnHand": 0.0} for c in ("A10", "A11")]
    assert (told["SqlText"], told["value"]) == (text, wanted)
    posted = items.post("SQLQueries('stock')/List", {"ParamList": "first='A10'"})
    assert posted.json()["value"] == wanted
    prefer = {"Prefer": "odata.maxpagesize=5"}
    told = items.json("SQLQueries('stock')/List?first='A00'", headers=prefer)
    link = told.get("odata.nextLink", told.get("@odata.nextLink"))
    assert link == "SQLQueries('stock')/List?first='A00'&$skip=5"
    assert items.json(link, headers=prefer)["value"][0]["ItemCode"] == "A05"
    assert error(items.get("SQLQueries('stock')/List"))[:2] == (400, 701)
    assert error(items.get("SQLQueries('nope')/List"))[:2] == (404, -2028)


@golden("sqlq")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT * FROM OITM", 701), ("DELETE FROM OITM", 701), ("SELECT Nope FROM OITM", 701),
        ("UPDATE OITM SET ItemName = 'x'", 701), ("SELECT ItemCode FROM OITM; DROP TABLE X", 701),
        ("SELECT ItemCode FROM OUSR", 702), ("", 701),
    ],
)  # fmt: skip
def test_queries_that_may_not_be_stored(api: Api, text: str, code: int) -> None:
    body = {"SqlCode": "q", "SqlName": "q", "SqlText": text}
    assert error(api.post("SQLQueries", body))[:2] == (400, code)
    assert api.get("SQLQueries('q')").status_code == 404
