"""Orders from checkout to the ERP and back, as an owner sees it: map, synchronize, look."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from agent_tests.browser.installed import install
from agent_tests.browser.owner import Owner
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.odoo_database import Login
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_agent import ShopAgent
from agent_tests.lab.opencart_checkout import Basket, Line, checkout, register

pytestmark = pytest.mark.browser

PENDING = "1"
ECO_TAX = 87
MAPS = ("Tax rates", "Currencies", "Payment methods")


def sales_orders(odoo: Login) -> dict[str, Any]:
    """Return the sales orders of the ERP by their total."""
    rows = odoo.rpc("sale.order", "search_read", [], fields=["name", "state", "amount_total"])
    return {str(Decimal(str(row["amount_total"])).quantize(Decimal("0.01"))): row for row in rows}


def map_all(owner: Owner) -> None:
    """Press Auto-map on each map, and link payment methods by hand where it finds none."""
    for entry in MAPS:
        owner.screen(entry)
        owner.act("auto").click()
        dialog = owner.page.locator("dialog")
        expect(dialog.locator(".erpb-intro")).to_contain_text("not in the ERP", timeout=60_000)
        agree = dialog.locator(".erpb-dialog-foot .btn-primary")
        if agree.count():
            agree.click()
            expect(owner.said).to_be_visible(timeout=60_000)
            expect(owner.page.locator("#erpb-list:not(.erpb-loading)")).to_be_visible()
        else:
            dialog.locator(".erpb-dialog-x").click()
        rows = owner.page.locator("#erpb-list tbody tr")
        for number in range(rows.count() if entry == "Payment methods" else 0):
            if "Not yet" in rows.nth(number).inner_text():
                rows.nth(number).locator('[data-erpb-act="link"]').click()
                found = owner.page.locator("dialog .erpb-results button")
                owner.page.locator("dialog input[type=search]").fill("")
                expect(found.first).to_be_visible(timeout=30_000)
                found.first.click()
                expect(dialog).to_have_count(0)
                expect(owner.page.locator("#erpb-list:not(.erpb-loading)")).to_be_visible()
        owner.shot(f"job-{entry.lower().replace(' ', '-')}")


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_orders_reach_the_erp_and_come_back(
    version: str,
    open_store: StoreFactory,
    agents: Callable[[Store], ShopAgent],
    extension_zip: Path,
    odoo: Login,
    tab: Tab,
) -> None:
    store = open_store(version)
    install(store, extension_zip)
    store.rows("DELETE FROM {p}tax_rule WHERE tax_rate_id = %s", (ECO_TAX,))
    guest = checkout(store, Basket())
    known = checkout(store, Basket((Line(40, 3),)), register(store))
    agent = agents(store)
    owner = Owner(store, tab)
    with owner.pictured():
        owner.log_in()
        owner.pair(agent.url, agent.token)
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
        cleared(owner)
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
        tab.assert_quiet()
        assert store.error_log() == []


def cleared(owner: Owner) -> None:
    """Wait until nothing waits any more: what was missing is there now."""
    owner.screen("Waiting")
    deadline = time.monotonic() + 90
    while "Nothing waits" not in owner.page.locator("#erpb-list").inner_text():
        assert time.monotonic() < deadline, owner.page.locator("#erpb-list").inner_text()
        time.sleep(1)
        owner.page.reload()
    owner.page.check("input[name=cleared]")
    expect(owner.page.locator("#erpb-list tbody tr.erpb-past")).to_have_count(2)
    owner.shot("job-cleared")


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
