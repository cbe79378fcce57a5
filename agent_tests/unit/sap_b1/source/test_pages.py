"""Which records are meant for the shop, page by page."""

from __future__ import annotations

import pytest

from agent.model.catalogue import Category, Product
from agent.model.entity import Entity
from agent_tests.contract.common.reading import read_one, source_of
from agent_tests.contract.shop import Shop, mug, shirt, text
from agent_tests.unit.sap_b1.items.rig import B1Ground, P
from agent_tests.unit.sap_b1.source.test_catalogue import member

A, W = Entity.ATTRIBUTES, Entity.ATTRIBUTE_VALUES


@pytest.fixture
def own(own: tuple[Shop, B1Ground]) -> tuple[Shop, B1Ground]:
    own[0].size_and_colour()
    return own


def pages_of(shop: Shop, limit: int, entity: Entity = P) -> list[list[str]]:
    found: list[list[str]] = []
    after = ""
    while page := source_of(shop).source_page(entity, after, limit):
        found.append(page)
        after = page[-1]
        assert len(found) < 100, "pages go round in a circle"
    return found


def fill(shop: Shop, ground: B1Ground) -> list[str]:
    shop.must(*(mug(str(n), sku=f"M{n:03}") for n in range(1, 8)))
    shop.must(shirt("20", sku="A-SHIRT"), shirt("21", sku="Z-SHIRT"))
    member(shop, ground, "SPREAD", "", "option:13/1")
    for number, start in enumerate(("B", "N", "ZZ"), 1):
        value = shop.ref(W, f"option:13/{number}")
        ground.make(f"{start}-SPREAD", U_ERPB_Product="FAM", U_ERPB_Values=value)
    return [f"M{n:03}" for n in range(1, 8)] + ["A-SHIRT", "Z-SHIRT", "SPREAD", "FAM"]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_each_product_comes_once(own: tuple[Shop, B1Ground], limit: int) -> None:
    shop, ground = own
    expected = [*ground.items(), *fill(shop, ground)]
    pages = pages_of(shop, limit)
    assert all(len(page) <= limit for page in pages)
    refs = [ref for page in pages for ref in page]
    assert sorted(refs) == sorted(expected)
    assert len(refs) == len(set(refs)) == source_of(shop).source_count(P)


def test_pages_do_not_drift(own: tuple[Shop, B1Ground]) -> None:
    shop, ground = own
    fill(shop, ground)
    first = source_of(shop).source_page(P, "", 4)
    whole = [ref for page in pages_of(shop, 50) for ref in page]
    ground.make("A-AA-NEW")
    ground.cx.client.delete("Items", "M001")
    rest: list[str] = []
    after = first[-1]
    while page := source_of(shop).source_page(P, after, 4):
        rest += page
        after = page[-1]
    assert [ref for ref in whole if ref not in ("M001", *first)] == [
        ref for ref in rest if ref != "M001"
    ]


def test_only_what_is_meant_for_the_shop(own: tuple[Shop, B1Ground]) -> None:
    shop, ground = own
    ground.make("G-1", ItemsGroupCode=101, Properties7="tYES")
    ground.make("G-2", ItemsGroupCode=101, SalesItem="tNO")
    ground.make("G-3", U_ERPB_Product="G-3")
    ground.make("G-4", Frozen="tYES", Valid="tNO", Properties7="tYES")
    ground.make("ERPB-X", U_ERPB_ID=f"{shop.instance}.service_ERPB-X", ItemsGroupCode=101)

    every: list[str] = ["G-2", "G-4", "ERPB-X"]

    def meant(**settings: str) -> set[str]:
        shop.reconnect(**settings)
        found = {ref for page in pages_of(shop, 3) for ref in page}
        assert source_of(shop).source_count(P) == len(found)
        assert source_of(shop).source_offered([*every, *found, "GONE"]) == found
        every.extend(found)
        return {ref for ref in found if ref.startswith(("G-", "ERPB"))}

    assert meant() == {"G-1", "G-3"}
    assert meant(source_products="group", source_group="101") == {"G-1"}
    assert meant(source_products="property", source_property="7") == {"G-1"}
    assert meant(source_products="prepared") == {"G-3"}
    record = read_one(shop, P, "G-1").record
    assert isinstance(record, Product)
    assert not record.active, "not meant for the shop (any more)"


def test_groups_makers_attributes_and_values(own: tuple[Shop, B1Ground]) -> None:
    shop, _ = own
    shop.must(Category("2", text("Cups"), path=("2",)), Category("3", text("Empty"), path=("3",)))
    shop.must(mug(categories=("2",)))
    assert pages_of(shop, 5, Entity.CATEGORIES) == [[shop.ref(Entity.CATEGORIES, "2")]]
    assert pages_of(shop, 5, Entity.MANUFACTURERS) == [[shop.ref(Entity.MANUFACTURERS, "8")]]
    for entity, count in ((A, 4), (W, 8), (Entity.CATEGORIES, 1), (Entity.MANUFACTURERS, 1)):
        pages = pages_of(shop, 3, entity)
        assert sum(map(len, pages)) == source_of(shop).source_count(entity) == count
