"""Answers that get lost after the effect: what is there is found, nothing is made twice."""

from __future__ import annotations

import pytest

from agent.errors import BridgeError, TimedOut, Unreachable
from agent.model.catalogue import Category
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.proxy import FaultyProxy, Spoil
from agent_tests.contract.shop import Shop, mug, shirt, text


@pytest.mark.parametrize(
    ("spoil", "expected"), [("lose", TimedOut), ("cut", TimedOut), ("page", Unreachable)]
)
def test_a_create_whose_answer_is_lost_is_adopted(
    shop: Shop, proxy: FaultyProxy, spoil: Spoil, expected: type[BridgeError]
) -> None:
    shop.reconnect(url=proxy.url)
    product = mug()
    proxy.spoil(spoil, "load", model="product.template")
    with pytest.raises(expected):
        shop.put(product)
    assert proxy.spoiled == 1
    adopted = shop.erp.adopt(Entity.PRODUCTS, [shop.external_id(product), "opencart_x.products_1"])
    (row,) = shop.ground.find("product.template", [("default_code", "=", product.sku)], "id")
    assert adopted == {shop.external_id(product): str(row["id"])}
    shop.link(product, adopted[shop.external_id(product)])
    (again,) = shop.must(product)
    assert again.ref == str(row["id"])
    found = shop.ground.find("product.template", [("default_code", "=", product.sku)], "id")
    assert len(found) == 1


def test_sending_again_without_looking_makes_no_second_one_either(
    shop: Shop, proxy: FaultyProxy
) -> None:
    shop.size_and_colour()
    shop.reconnect(url=proxy.url)
    product = shirt()
    proxy.spoil("lose", "load", model="product.template")
    with pytest.raises(TimedOut):
        shop.put(product)
    (again,) = shop.must(product)
    assert len(again.children) == 6
    name = product.name["en-gb"]
    assert len(shop.ground.find("product.template", [("name", "=", name)], "id")) == 1


def test_a_user_without_technical_rights_adopts_too(shop: Shop, proxy: FaultyProxy) -> None:
    login, password = shop.ground.sellers()
    shop.reconnect(url=proxy.url, user=login, password=password)
    record = Category("1", text(unique("Lost")), path=("1",))
    proxy.spoil("lose", "load", model="product.category")
    with pytest.raises(TimedOut):
        shop.put(record)
    wanted = shop.external_id(record)
    assert list(shop.erp.adopt(Entity.CATEGORIES, [wanted, f"{shop.instance}.nothing"])) == [wanted]


def test_archived_and_deleted_records(shop: Shop) -> None:
    (first, second) = shop.must(mug("1"), mug("2"))
    ids = [f"{shop.instance}.products_{n}" for n in (1, 2)]
    assert first.ref is not None
    shop.erp.archive(Entity.PRODUCTS, [("1", first.ref)])
    shop.ground.rpc("product.template", "unlink", [int(second.ref or 0)])
    assert shop.erp.adopt(Entity.PRODUCTS, ids) == {ids[0]: first.ref}
