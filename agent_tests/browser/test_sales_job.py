"""Orders from checkout to the ERP and back, as an owner sees it: map, synchronize, look."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from agent_tests.browser.conftest import Paired
from agent_tests.browser.mapping import cleared, map_all
from agent_tests.browser.owner import Owner
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.odoo_database import Login
from agent_tests.lab.opencart_checkout import Basket, Line, checkout, register

pytestmark = pytest.mark.browser

PENDING = "1"
ECO_TAX = 87


def sales_orders(odoo: Login) -> dict[str, Any]:
    """Return the sales orders of the ERP by their total."""
    rows = odoo.rpc("sale.order", "search_read", [], fields=["name", "state", "amount_total"])
    return {str(Decimal(str(row["amount_total"])).quantize(Decimal("0.01"))): row for row in rows}


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_orders_reach_the_erp_and_come_back(
    version: str, open_store: StoreFactory, paired: Paired, odoo: Login
) -> None:
    store = open_store(version)
    store.rows("DELETE FROM {p}tax_rule WHERE tax_rate_id = %s", (ECO_TAX,))
    with paired(store) as owner:
        guest = checkout(store, Basket())
        known = checkout(store, Basket((Line(40, 3),)), register(store))
        owner.connect("Odoo", odoo.url, odoo.database, odoo.user, odoo.password)
        owner.shot("job-connection")
        owner.screen("Order statuses")
        owner.page.select_option(f"#erpb-a-{PENDING}", "confirm")
        owner.act("save-actions").click()
        expect(owner.said).to_be_visible()
        owner.shot("job-statuses")
        owner.screen("Orders")
        owner.synchronize("changed")
        assert owner.finish_job()["held"] == 2
        owner.screen("Waiting")
        waiting = owner.page.locator("#erpb-list tbody tr")
        expect(waiting).to_have_count(2)
        owner.shot("job-waiting")
        map_all(owner)
        owner.screen("Carriers")
        owner.synchronize("changed")
        owner.finish_job()
        cleared(owner, 2)
        owner.menu("Sales", "Orders")
        for order in (guest, known):
            total = store.value("SELECT total FROM {p}order WHERE order_id = %s", (order,))
            made = sales_orders(odoo)[str(Decimal(str(total)).quantize(Decimal("0.01")))]
            assert made["state"] == "sale"
            box = owner.page.locator(f'input[name="selected[]"][value="{order}"]')
            row = owner.page.locator("#content tbody tr", has=box)
            expect(row.locator(".erpb-cell a")).to_have_text(made["name"])
        owner.shot("job-order-list")
        follows(owner, odoo)


def follows(owner: Owner, odoo: Login) -> None:
    """Check out once more: the order is in the ERP by itself, and the list tells its number."""
    before = set(sales_orders(odoo))
    checkout(owner.store, Basket((Line(40, 7),)))
    deadline = time.monotonic() + 60
    while set(sales_orders(odoo)) == before:
        assert time.monotonic() < deadline, "the order did not follow by itself"
        time.sleep(0.2)
    owner.menu("Sales", "Orders")
    expect(owner.page.locator("#content tbody tr").first.locator(".erpb-cell")).to_be_visible()
