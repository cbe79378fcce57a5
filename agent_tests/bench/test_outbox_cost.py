"""The tool that measures the handler's cost measures the handler, and leaves a whole shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_tests.bench.outbox_cost import measure
from agent_tests.browser.installed import install, pair
from agent_tests.lab.fixtures_opencart import StoreFactory

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_every_order_has_its_figures(
    version: str, open_store: StoreFactory, extension_zip: Path
) -> None:
    shop = install(open_store(version), extension_zip)
    pair(shop)
    cost = measure(shop, 2)
    assert (len(cost.handler), len(cost.on), len(cost.off)) == (2, 2, 2)
    assert all(0 < own < whole for own, whole in zip(cost.handler, cost.on, strict=True))
    told = shop.store.value("SELECT COUNT(*) FROM {p}erp_outbox WHERE kind = 'order'")
    assert told == 3, "the handler ran for the orders placed with it, and for no other"
    assert "handler p50" in cost.line()
