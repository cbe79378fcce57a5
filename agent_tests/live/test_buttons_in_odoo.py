"""Buttons inside real Odoo: pressed in its web client, and its calls to the agent."""

from __future__ import annotations

import json
import queue
import secrets
import threading
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import ANY

import pytest
from playwright.sync_api import Page, expect

from agent.erp.buttons import PressAnswer
from agent.erp.odoo.adapter import OdooErp
from agent.erp.registry import connect
from agent.model.entity import Entity
from agent_tests.lab.browser import chromium, launch, open_tab
from agent_tests.lab.odoo import OdooServer

pytestmark = pytest.mark.live
LABEL = "Synchronize to OpenCart"
WAIT_MS = 120_000
"""The first page of a fresh database builds Odoo's scripts and styles."""


@dataclass
class Bridge:
    """A real Odoo with the bridge's buttons in it."""

    odoo: OdooServer
    erp: OdooErp
    queue: str


@pytest.fixture(scope="module", params=["19", "14"])
def bridge(request: pytest.FixtureRequest) -> Iterator[Bridge]:
    """Put buttons into each Odoo in turn, and take them out afterwards."""
    odoo: OdooServer = request.getfixturevalue(f"odoo{request.param}")
    instance = f"opencart_{secrets.token_hex(4)}"
    erp = connect(
        "odoo",
        {"url": odoo.url, "database": odoo.database, "user": odoo.user},
        odoo.password,
        instance=instance,
    )
    assert isinstance(erp, OdooErp)
    erp.install_buttons()
    yield Bridge(odoo, erp, f"x_{instance}_queue")
    erp.set_push("")
    erp.remove_buttons()
    erp.close()


class Client:
    """Odoo's web client, as a person uses it."""

    def __init__(self, page: Page, odoo: OdooServer) -> None:
        self.page = page
        self.odoo = odoo
        self.modern = odoo.version != "14"

    def log_in(self, login: str) -> None:
        self.page.goto(f"{self.odoo.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click(".oe_login_form button[type=submit]")
        self.page.locator(".o_main_navbar").wait_for(timeout=WAIT_MS)

    def open_list(self, action: int, model: str) -> None:
        where = f"/odoo/action-{action}?view_type=list"
        if not self.modern:
            where = f"/web#action={action}&model={model}&view_type=list"
        self.page.goto(f"{self.odoo.url}{where}")
        self.page.locator(".o_list_view .o_data_row").first.wait_for(timeout=WAIT_MS)

    def search(self, text: str, rows: int) -> None:
        """Leave only the rows with a text, which are so many."""
        self.page.locator(".o_searchview_input").fill(text)
        self.page.locator(".o_searchview_input").press("Enter")
        expect(self.page.locator(".o_data_row")).to_have_count(rows, timeout=WAIT_MS)

    def row(self, text: str) -> None:
        """Tick the row with a text."""
        row = self.page.locator(".o_data_row").filter(has_text=text)
        box = row.locator(".o_list_record_selector input").first
        if self.modern:
            box.check(force=True)
        else:  # drawn by its label, which lies beside it
            box.evaluate("box => box.click()")

    def choose_action(self, label: str) -> None:
        menus = self.page.locator(".o_cp_action_menus")
        if self.modern:
            menus.get_by_role("button").filter(has_text="Action").first.click()
            self.page.locator(".o-dropdown--menu").get_by_text(label, exact=True).click()
        else:
            menus.locator("button").filter(has_text="Action").first.click()
            menus.get_by_text(label, exact=True).click()

    def open_menu(self, app: str, entry: str) -> None:
        if self.modern:
            self.page.locator(".o_navbar_apps_menu button").first.click()
            self.page.locator(".o-dropdown--menu").get_by_text(app, exact=True).click()
        else:
            self.page.locator(".o_menu_apps > li > a, .o_menu_apps > a").first.click()
            self.page.locator(".o_menu_apps").get_by_text(app, exact=True).click()
        self.page.locator(".o_main_navbar").get_by_text(entry, exact=True).first.click()


@pytest.mark.browser
def test_a_press_in_the_web_client_is_queued_and_answered(bridge: Bridge) -> None:
    odoo, erp = bridge.odoo, bridge.erp
    if chromium() is None:
        pytest.skip("no Chromium is installed")
    login = f"presser{secrets.token_hex(3)}"
    odoo.create_user(login, ["base.group_user", "sales_team.group_sale_salesman"])
    names = [f"Pressed {word} {login}" for word in ("one", "two")]
    ids = [odoo.rpc("product.template", "create", {"name": name}) for name in names]
    products = odoo.ref("product.product_template_action")
    with launch() as browser, open_tab(browser) as tab:
        client = Client(tab.page, odoo)
        client.log_in(login)
        client.open_list(products, "product.template")
        client.search(login, len(names))
        client.row(names[0])
        client.choose_action(LABEL)
        expect(tab.page.locator(".o_notification").first).to_contain_text("Queued: 1")
        tab.screenshot(f"odoo{odoo.version}-pressed")
        (press,) = [one for one in erp.presses(100) if one.user == login]
        assert (press.entity, press.ref, press.user) == (Entity.PRODUCTS, str(ids[0]), login)
        client.open_menu("OpenCart", "Presses")
        row = tab.page.locator(".o_data_row").filter(has_text=names[0])
        expect(row).to_contain_text("To do", timeout=WAIT_MS)
        erp.answer([PressAnswer(press.id, "failed", "It has no name in German")])
        client.open_menu("OpenCart", "Presses")
        expect(row).to_contain_text("Failed", timeout=WAIT_MS)
        expect(row).to_contain_text("It has no name in German")
        tab.screenshot(f"odoo{odoo.version}-presses")
        expect(tab.page.locator(".o_data_row").filter(has_text=names[1])).to_have_count(0)


class Ear:
    """A small web server that hears what Odoo calls."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[str, dict[str, object]]] = queue.Queue()
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.put((self.path, json.loads(body)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hooks/1/secret"

    def hear(self) -> dict[str, object]:
        path, body = self.heard.get(timeout=20)
        assert path == "/hooks/1/secret"
        return body

    def silence(self) -> bool:
        """Tell whether nothing more came; what Odoo calls it calls before it answers."""
        return self.heard.empty()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Give a listening server."""
    ear = Ear()
    yield ear
    ear.close()


@pytest.mark.parametrize("bridge", ["19"], indirect=True)
def test_odoo_calls_once_per_change_and_never_for_the_bridge_itself(
    bridge: Bridge, ear: Ear
) -> None:
    odoo = bridge.odoo
    template = odoo.rpc("product.template", "create", {"name": "Heard", "is_storable": True})
    (variant,) = odoo.rpc("product.product", "search", [("product_tmpl_id", "=", template)])
    (place,) = odoo.rpc("stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1)
    assert [f.level for f in bridge.erp.set_push(ear.url)] == ["ok"]
    counted = {
        "product_id": variant,
        "location_id": place["lot_stock_id"][0],
        "inventory_quantity": 5,
    }
    mode = {"inventory_mode": True}
    quant = odoo.rpc("stock.quant", "create", counted, context=mode)
    assert ear.hear()["_model"] == "stock.quant"
    with pytest.raises(xmlrpc.client.Fault, match="marshal None"):
        odoo.rpc("stock.quant", "action_apply_inventory", [quant])
    assert ear.hear()["_model"] == "stock.quant"
    # a hundred records in one transaction are one call
    many = [{"name": f"Heard {number}"} for number in range(100)]
    odoo.rpc("product.template", "create", many)
    ear.hear()
    assert ear.silence()
    odoo.rpc("res.partner", "create", {"name": "Unheard"})
    odoo.rpc("product.template", "write", [template], {"description": "Unheard"})
    odoo.rpc("product.template", "write", [template], {"list_price": 4})
    assert ear.hear() == {
        "_model": "product.template",
        "_id": template,
        "_action": ANY,
    }
    own = {"opencart_bridge": True}
    odoo.rpc("product.template", "write", [template], {"list_price": 5}, context=own)
    assert ear.silence()
    (action,) = odoo.rpc(
        "ir.actions.server",
        "search",
        [("code", "like", bridge.queue), ("model_id.model", "=", "product.template")],
    )
    context = {"active_model": "product.template", "active_ids": [template], "active_id": template}
    odoo.rpc("ir.actions.server", "run", [action], context=context)
    assert str(ear.hear()["_model"]).endswith("_queue")
    assert ear.silence()
    bridge.erp.set_push("")
    odoo.rpc("product.template", "write", [template], {"list_price": 6})
    assert ear.silence()


@pytest.mark.parametrize("bridge", ["19"], indirect=True)
def test_a_deaf_agent_keeps_nobody_from_saving(bridge: Bridge) -> None:
    odoo = bridge.odoo
    template = odoo.rpc("product.template", "create", {"name": "Saved"})
    bridge.erp.set_push("http://127.0.0.1:9/hooks/1/secret")  # nobody listens there
    odoo.rpc("product.template", "write", [template], {"list_price": 7})
    (row,) = odoo.rpc("product.template", "read", [template], ["list_price"])
    assert row["list_price"] == 7
