"""SAP Business One, as an owner connects it: test, prepare, products, an order there and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from agent.sandbox.sap_b1 import Options, SapB1Sandbox
from agent_tests.browser.conftest import Paired
from agent_tests.browser.mapping import cleared, map_all
from agent_tests.browser.owner import Owner
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_checkout import Basket, checkout

pytestmark = pytest.mark.browser

TICKED = ("iPod Classic", "iPod Nano")
ECO_TAX, PENDING = 87, "1"
CENT = Decimal("0.01")
TRACKING = "JD014600<7>"


@pytest.fixture
def sap() -> Iterator[SapB1Sandbox]:
    """Give the stand-in: a company with the shop's currency and tax rate."""
    with SapB1Sandbox(options=Options(currency="USD", country="US")) as server:
        rates = [{"Effectivefrom": "2007-01-01", "Rate": 20}]
        made = {"Code": "O3", "Name": "Output tax 20 %", "VatGroups_Lines": rates}
        post(server, "VatGroups", made)
        yield server


def post(server: SapB1Sandbox, name: str, body: dict[str, Any]) -> Any:
    """Post a record as a person of the company does."""
    with requests.Session() as session:
        login = {"CompanyDB": "SBODEMO", "UserName": "manager", "Password": "manager"}
        session.post(f"{server.url}/b1s/v2/Login", json=login, timeout=30).raise_for_status()
        answer = session.post(f"{server.url}/b1s/v2/{name}", json=body, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()


def rows(server: SapB1Sandbox, name: str) -> list[dict[str, Any]]:
    """Return the records of a set."""
    with server.company.transaction():
        return list(server.company.table(name).rows.values())


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_an_owner_connects_sap_business_one(
    version: str, open_store: StoreFactory, paired: Paired, sap: SapB1Sandbox
) -> None:
    store = open_store(version)
    store.rows("DELETE FROM {p}tax_rule WHERE tax_rate_id = %s", (ECO_TAX,))
    with paired(store) as owner:
        order = checkout(store, Basket())
        connect(owner, sap)
        prepare(owner, sap)
        set_up(owner)
        products(owner, sap)
        total = store.value("SELECT total FROM {p}order WHERE order_id = %s", (order,))
        an_order(owner, sap, Decimal(str(total)).quantize(CENT))
        a_delivery_comes_back(owner, sap, order)


def connect(owner: Owner, sap: SapB1Sandbox) -> None:
    page = owner.page
    owner.new_connection("SAP", "sap_b1")
    tabs = page.locator("[data-erpb-tab]")
    expect(tabs.first).to_have_text("Connection")
    expect(page.locator('[data-erpb-tab="from_the_erp"]')).to_have_count(1)
    owner.fill_connection(sap.url, "SBODEMO", "manager", "wrong")
    owner.act("test").click()
    result = page.locator("#erpb-test-result")
    expect(result.locator(".erpb-finding-error").first).to_be_visible(timeout=60_000)
    page.fill("#erpb-connection-form input[type=password]", "manager")
    owner.act("test").click()
    expect(result).to_contain_text("ERPB_KEY", timeout=60_000)
    owner.shot("sap-connection")
    owner.act("save").click()
    expect(owner.said).to_be_visible(timeout=30_000)


def prepare(owner: Owner, sap: SapB1Sandbox) -> None:
    """See what is missing, confirm, and see that it is there."""
    page = owner.page
    box = page.locator("#erpb-preparation")
    expect(box).to_contain_text("Not prepared yet", timeout=30_000)
    expect(box).to_contain_text("ERPB_KEY")
    expect(page.locator("#erpb-buttons > *")).to_have_count(0)
    owner.shot("sap-not-prepared")
    owner.act("prepare").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("ERPB_KEY")
    assert not rows(sap, "UserTablesMD")
    owner.shot("sap-prepare")
    dialog.locator(".erpb-dialog-foot .btn-primary").click()
    expect(box.locator('[data-erpb-prepared="1"]')).to_be_visible(timeout=60_000)
    expect(owner.act("prepare")).to_have_count(0)
    owner.shot("sap-prepared")
    assert "ERPB_KEY" in {row["TableName"] for row in rows(sap, "UserTablesMD")}


def set_up(owner: Owner) -> None:
    """Choose freight and the code for untaxed lines from what SAP has; no goods have a SKU."""
    page = owner.page
    page.locator('[data-erpb-tab="catalogue"]').click()
    page.select_option("#erpb-f-code_from", "sku_or_model")
    page.locator('[data-erpb-tab="orders"]').click()
    freights = page.locator('[data-erpb-checks="freight_shipping"] label', has_text="Shipping")
    expect(freights).to_be_visible(timeout=30_000)
    freights.locator("input").check()
    expect(page.locator('#erpb-f-tax_free option[value="O0"]')).to_have_count(1)
    page.select_option("#erpb-f-tax_free", "O0")
    page.fill("#erpb-f-deposits", "cod=30")
    owner.shot("sap-connection-orders")
    owner.act("save").click()
    expect(owner.said).to_be_visible(timeout=30_000)


def products(owner: Owner, sap: SapB1Sandbox) -> None:
    """Send two ticked products."""
    page = owner.page
    owner.screen("Products")
    page.fill("#erpb-q", "iPod")
    page.locator("#erpb-filter button[type=submit]").click()
    expect(page.locator("#erpb-list tbody tr")).to_have_count(4)
    expect(page.locator("#erpb-list:not(.erpb-loading)")).to_be_visible()
    for name in TICKED:
        row = page.locator("#erpb-list tbody tr", has_text=name)
        row.locator("input[type=checkbox]").check()
    with owner.new_job():
        owner.act("ticked").click()
    assert owner.finish_job()["failed"] == 0
    owner.shot("sap-products")
    assert set(TICKED) <= {row["ItemName"] for row in rows(sap, "Items")}


def an_order(owner: Owner, sap: SapB1Sandbox, total: Decimal) -> None:
    """Map what an order needs, and find it in SAP with the shop's total."""
    owner.screen("Order statuses")
    option = owner.page.locator(f'#erpb-a-{PENDING} option[value="quotation"]')
    expect(option).to_have_text("Sales order, not approved")
    owner.page.select_option(f"#erpb-a-{PENDING}", "confirm+deposit")
    owner.act("save-actions").click()
    expect(owner.said).to_contain_text("statuses are saved")
    owner.page.select_option("#erpb-b-shipped", label="Shipped")
    owner.page.fill('textarea[name="comment[shipped]"]', "Sent: {tracking}")
    owner.act("save-back").click()
    expect(owner.said).to_contain_text("way back is saved")
    owner.screen("Orders")
    owner.synchronize("changed")
    assert owner.finish_job()["held"] == 1
    map_all(owner)
    owner.screen("Carriers")
    expect(owner.page.locator(".erpb-intro").first).to_contain_text("shipping type")
    owner.synchronize("changed")
    owner.finish_job()
    cleared(owner, 1)
    (made,) = rows(sap, "Orders")
    assert Decimal(str(made["DocTotal"])) == total
    assert made["Confirmed"] == "tYES"
    (advance,) = rows(sap, "DownPayments")
    (payment,) = rows(sap, "IncomingPayments")
    share = (total * 30 / 100).quantize(CENT)
    assert Decimal(str(advance["DocTotal"])) == share
    assert (payment["TransferAccount"], Decimal(str(payment["TransferSum"]))) == ("161000", share)
    owner.menu("Sales", "Orders")
    cell = owner.page.locator("#content tbody tr").first.locator(".erpb-cell")
    expect(cell).to_contain_text(str(made["DocNum"]))
    expect(cell.locator("a")).to_have_count(0)
    owner.shot("sap-order-list")


def a_delivery_comes_back(owner: Owner, sap: SapB1Sandbox, order: int) -> None:
    """Deliver the order in SAP; its tracking number comes into the shop's history by itself."""
    (made,) = rows(sap, "Orders")
    lines = made["DocumentLines"]
    received = [{"ItemCode": x["ItemCode"], "Quantity": float(x["Quantity"])} for x in lines]
    post(sap, "InventoryGenEntries", {"DocumentLines": received})
    drawn = [
        {"BaseType": 17, "BaseEntry": made["DocEntry"], "BaseLine": x["LineNum"]} for x in lines
    ]
    note = {"CardCode": made["CardCode"], "TrackingNumber": TRACKING, "DocumentLines": drawn}
    post(sap, "DeliveryNotes", note)
    comment = "SELECT comment FROM {p}order_history WHERE order_id = %s ORDER BY 1 DESC LIMIT 1"
    deadline = time.monotonic() + 90
    while "Sent" not in str(owner.store.value(comment, (order,))):
        assert time.monotonic() < deadline, "the delivery was not told to the shop"
        time.sleep(0.2)
    owner.menu("Sales", "Orders")
    row = owner.page.locator("#content tbody tr").first
    expect(row).to_contain_text("Shipped")
    row.locator("a.btn-primary, a.btn-info").first.click()
    expect(owner.page.locator("#erpb-order")).to_contain_text(TRACKING)
    expect(owner.page.locator("#history")).to_contain_text(f"Sent: {TRACKING}")
    owner.shot("sap-order")
