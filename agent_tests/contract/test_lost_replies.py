"""Answers that get lost after the effect: what is there is found, nothing is made twice."""

from __future__ import annotations

import pytest

from agent.errors import TimedOut
from agent.model.catalogue import Category
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, text
from agent_tests.lab.wire import Wire


def test_a_user_without_technical_rights_adopts_too(shop: Shop, proxy: Wire) -> None:
    login, password = shop.ground.sellers()
    shop.reconnect(url=proxy.url, user=login, password=password)
    record = Category("1", text(unique("Lost")), path=("1",))
    proxy.order("lose", "product.category.load")
    with pytest.raises(TimedOut):
        shop.put(record)
    wanted = shop.external_id(record)
    assert list(shop.erp.adopt(Entity.CATEGORIES, [wanted, f"{shop.instance}.nothing"])) == [wanted]
