"""The main job, as an owner does it at the browser: install, pair, connect, synchronize, look."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from agent.sandbox.odoo import OdooSandbox
from agent_tests.browser.owner import Owner
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_agent import start_agent

pytestmark = pytest.mark.browser

VERSIONS = ("3.0.5.1", "4.0.2.3", "4.1.0.4")
NAMELESS, BELOW_ZERO = 43, 44
TICKED = ("iPod Classic", "iPod Nano")


@dataclass
class Odoo:
    """An Odoo server seen from outside, by XML-RPC."""

    url: str
    database: str
    user: str
    password: str

    def call(self, model: str, method: str, *args: Any, **options: Any) -> Any:
        uid = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common").login(
            self.database, self.user, self.password
        )
        objects = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True)
        return objects.execute_kw(
            self.database, uid, self.password, model, method, list(args), options
        )

    def names(self, model: str, domain: list[Any] | None = None) -> list[str]:
        rows = self.call(model, "search_read", domain or [], fields=["name"])
        return sorted(str(row["name"]) for row in rows)


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    """Give the sandbox Odoo."""
    sandbox = OdooSandbox("19").start()
    account = sandbox.users["admin"]
    yield Odoo(sandbox.url, sandbox.database, account.login, account.password)
    sandbox.stop()


def spoil(store: Store) -> None:
    """Put records into the shop that cannot be carried over as they are."""
    store.rows("UPDATE {p}product_description SET name = '' WHERE product_id = %s", (NAMELESS,))
    store.rows("UPDATE {p}product SET price = -5 WHERE product_id = %s", (BELOW_ZERO,))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_owner_carries_the_catalogue_to_odoo(
    version: str, open_store: StoreFactory, extension_zip: Path, tab: Tab, odoo: Odoo
) -> None:
    store = open_store(version)
    spoil(store)
    agent = start_agent(store)
    owner = Owner(store, tab)
    page = tab.page
    try:
        owner.log_in()
        owner.upload(extension_zip)
        owner.shot("installer")
        owner.install_module()
        owner.edit_module()
        owner.screen("Products")
        owner.shot("products-unpaired")
        owner.pair(agent.url, agent.token)
        owner.screen("Products")
        owner.shot("products-unconnected")
        owner.connect("Odoo", odoo.url, odoo.database, odoo.user, odoo.password)
        owner.screen("Connections")
        owner.shot("connections")

        owner.screen("Categories")
        owner.shot("categories-new")
        owner.synchronize("changed")
        counts = owner.finish_job()
        owner.shot("categories-done")
        categories = store.rows("SELECT DISTINCT category_id FROM {p}category_description")
        assert counts["created"] == len(categories)
        assert {"Desktops", "Components"} <= set(odoo.names("product.category"))

        there = odoo.names("product.template")
        owner.screen("Products")
        owner.synchronize("preview")
        planned = owner.finish_job()
        owner.shot("products-preview")
        assert planned["created"] > 0
        assert odoo.names("product.template") == there

        owner.synchronize("changed")
        owner.screen("Manufacturers")  # leaving the page does not stop the job
        owner.screen("Products")
        counts = owner.finish_job()
        owner.shot("products-done")
        products = int(store.value("SELECT COUNT(*) FROM {p}product WHERE status = 1"))
        assert counts["failed"] == 2
        assert len(odoo.names("product.template")) == len(there) + products - 2

        failed = page.locator("section.erpb-job table.erpb-records")
        expect(failed.locator("tbody > tr")).to_have_count(2)
        for row in failed.locator("tbody > tr").all():
            cells = row.locator("td")
            assert len(cells.nth(1).inner_text()) > 15, "no cause is given"
            assert len(cells.nth(2).inner_text()) > 15, "no fix is given"
        owner.screen("Products")
        page.select_option("#erpb-state", "failed")
        expect(page.locator("#erpb-list tbody tr[data-erpb-key]")).to_have_count(2)
        owner.shot("products-failed")

        store.rows(
            "UPDATE {p}product_description SET name = CONCAT(name, ' 2') WHERE name IN (%s, %s)",
            TICKED,
        )
        owner.menu("Catalog", "Products")
        for name in TICKED:
            row = page.locator("#content tr", has_text=name)
            row.locator("input[name='selected[]']").check()
        owner.act("list-sync").click()
        counts = owner.finish_job("dialog")
        owner.shot("product-list-button")
        assert counts["updated"] == 2, counts
        assert {f"{name} 2" for name in TICKED} <= set(odoo.names("product.template"))
        page.locator("dialog .erpb-dialog-foot .btn-primary").click()

        owner.screen("Products")
        owner.synchronize("all")
        counts = owner.finish_job()
        assert counts.get("created", 0) == 0
        assert counts.get("updated", 0) == 0
        for entry in ("Attributes & options", "Manufacturers", "Dashboard and jobs"):
            owner.screen(entry)
            owner.shot(entry.split()[0].lower())
        page.locator("#erpb-list tbody a").first.click()
        page.wait_for_load_state()
        owner.shot("job")
        tab.assert_quiet()
        assert store.error_log() == []
    except BaseException:
        owner.shot("failure")
        print(agent.log()[-4000:])
        raise
    finally:
        agent.stop()
