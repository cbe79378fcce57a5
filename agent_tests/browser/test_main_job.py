"""The main job, as an owner does it at the browser: install, pair, connect, synchronize, look."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from agent_tests.browser.owner import Owner
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.odoo_database import Login
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import login_admin
from agent_tests.lab.opencart_agent import ShopAgent

pytestmark = pytest.mark.browser

NAMELESS, BELOW_ZERO, EDITED = 43, 44, 40
TICKED = ("iPod Classic", "iPod Nano")


@pytest.fixture
def real(fresh_odoo: Callable[[str], Login]) -> Login:
    """Give a fresh database of a real Odoo 19."""
    return fresh_odoo("19")


@pytest.mark.parametrize(
    ("version", "server"),
    [
        ("3.0.5.1", "odoo"),
        ("4.0.2.3", "odoo"),
        ("4.1.0.4", "odoo"),
        pytest.param("4.1.0.4", "real", marks=pytest.mark.live),
    ],
)
def test_an_owner_carries_the_catalogue_to_odoo(
    version: str,
    server: str,
    request: pytest.FixtureRequest,
    open_store: StoreFactory,
    agents: Callable[[Store], ShopAgent],
    extension_zip: Path,
    tab: Tab,
) -> None:
    store = open_store(version)
    odoo: Login = request.getfixturevalue(server)
    store.rows("UPDATE {p}product_description SET name = '' WHERE product_id = %s", (NAMELESS,))
    store.rows("UPDATE {p}product SET price = -5 WHERE product_id = %s", (BELOW_ZERO,))
    agent = agents(store)
    owner = Owner(store, tab, "" if server == "odoo" else f"-{server}")
    with owner.pictured():
        install_and_pair(owner, extension_zip, agent)
        owner.connect("Odoo", odoo.url, odoo.database, odoo.user, odoo.password)
        owner.screen("Connections")
        owner.shot("connections")
        carry_categories(owner, odoo)
        preview_products(owner, odoo)
        carry_products(owner, odoo)
        synchronize_ticked_rows(owner, odoo)
        synchronize_again(owner)
        edit_is_followed(owner, odoo)
        look_around(owner)
        tab.assert_quiet()
        assert store.error_log() == []


def names(odoo: Login, model: str) -> list[str]:
    """Return the names of all records, seen by XML-RPC."""
    return sorted(str(row["name"]) for row in odoo.rpc(model, "search_read", [], fields=["name"]))


def install_and_pair(owner: Owner, package: Path, agent: ShopAgent) -> None:
    owner.log_in()
    owner.upload(package)
    owner.shot("installer")
    owner.install_module()
    owner.edit_module()
    owner.screen("Products")
    expect(owner.page.locator(".erpb-problem-cause")).to_contain_text("not paired")
    owner.shot("products-unpaired")
    owner.pair(agent.url, agent.token)
    owner.screen("Products")
    owner.shot("products-unconnected")


def carry_categories(owner: Owner, odoo: Login) -> None:
    owner.screen("Categories")
    owner.shot("categories-new")
    owner.synchronize("changed")
    counts = owner.finish_job()
    owner.shot("categories-done")
    wanted = owner.store.value("SELECT COUNT(DISTINCT category_id) FROM {p}category_description")
    assert counts["created"] == int(wanted)
    assert {"Desktops", "Components"} <= set(names(odoo, "product.category"))


def preview_products(owner: Owner, odoo: Login) -> None:
    there = names(odoo, "product.template")
    owner.screen("Products")
    owner.synchronize("preview")
    assert owner.finish_job()["created"] > 0
    expect(owner.page.locator("section.erpb-job table.erpb-records")).to_be_visible()
    owner.shot("products-preview")
    assert names(odoo, "product.template") == there


def carry_products(owner: Owner, odoo: Login) -> None:
    there = names(odoo, "product.template")
    owner.synchronize("changed")
    owner.screen("Manufacturers")  # leaving the page does not stop the job
    owner.screen("Products")
    counts = owner.finish_job()
    failed = owner.page.locator("section.erpb-job table.erpb-records")
    expect(failed.locator("tbody > tr")).to_have_count(2)
    owner.shot("products-done")
    products = int(owner.store.value("SELECT COUNT(*) FROM {p}product WHERE status = 1"))
    assert counts["failed"] == 2
    assert len(names(odoo, "product.template")) == len(there) + products - 2
    for row in failed.locator("tbody > tr").all():
        cells = row.locator("td")
        assert len(cells.nth(1).inner_text()) > 15, "no cause is given"
        assert len(cells.nth(2).inner_text()) > 15, "no fix is given"
    owner.screen("Products")
    owner.page.select_option("#erpb-state", "failed")
    expect(owner.page.locator("#erpb-list tbody tr[data-erpb-key]")).to_have_count(2)
    owner.shot("products-failed")


def synchronize_ticked_rows(owner: Owner, odoo: Login) -> None:
    page = owner.page
    owner.store.rows(
        "UPDATE {p}product_description SET name = CONCAT(name, ' 2') WHERE name IN (%s, %s)",
        TICKED,
    )
    owner.menu("Catalog", "Products")
    for name in TICKED:
        page.locator("#content tr", has_text=name).locator("input[name='selected[]']").check()
    owner.act("list-sync").click()
    counts = owner.finish_job("dialog")
    owner.shot("product-list-button")
    assert (counts["read"], counts["failed"]) == (2, 0)
    assert {f"{name} 2" for name in TICKED} <= set(names(odoo, "product.template"))
    page.locator("dialog .erpb-dialog-foot .btn-primary").click()


def synchronize_again(owner: Owner) -> None:
    owner.screen("Products")
    owner.synchronize("all")
    counts = owner.finish_job()
    assert (counts["created"], counts["updated"], counts["archived"]) == (0, 0, 0), counts
    assert counts["unchanged"] > 0


def edit_is_followed(owner: Owner, odoo: Login) -> None:
    """Saving a product in the shop's own form is enough; nobody clicks Synchronize."""
    login_admin(owner.store).save(
        "product", EDITED, **{"product_description[1][name]": "iPhone, edited"}
    )
    deadline = time.monotonic() + 90
    while "iPhone, edited" not in names(odoo, "product.template"):
        assert time.monotonic() < deadline, "the edit did not arrive in Odoo"
        time.sleep(0.5)


def look_around(owner: Owner) -> None:
    for entry in ("Attributes & options", "Manufacturers", "Dashboard and jobs"):
        owner.screen(entry)
        owner.shot(entry.split()[0].lower())
    owner.page.locator("#erpb-list tbody a").first.click()
    owner.page.wait_for_load_state()
    expect(owner.page.locator("section.erpb-job")).to_be_visible()
    owner.shot("job")
