"""What goes wrong is said on the screen: what it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from agent.sandbox.odoo import OdooSandbox
from agent_tests.browser.conftest import Paired
from agent_tests.browser.installed import install
from agent_tests.browser.owner import Owner
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.mariadb import free_port
from agent_tests.lab.opencart_agent import start_agent

pytestmark = pytest.mark.browser

FOREIGN_KEY = "erpb1.zzzz9999." + "A" * 43


@pytest.fixture
def odoo() -> Iterator[OdooSandbox]:
    """Give the sandbox Odoo."""
    server = OdooSandbox("19").start()
    yield server
    server.stop()


def complaint(place: Locator) -> str:
    """Return the first complaint in a place of the page; it must say what to do, too."""
    expect(place.first).to_be_visible(timeout=60_000)
    text = place.first.inner_text()
    assert "What to do" in text, text
    return text


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_what_is_wrong_with_the_agent_is_said(
    version: str, open_store: StoreFactory, extension_zip: Path, tab: Tab
) -> None:
    store = open_store(version)
    install(store, extension_zip)
    agent = start_agent(store)
    owner = Owner(store, tab)
    wrong = "#erpb-test-result .erpb-finding-error, #erpb-messages .erpb-problem"
    try:
        with owner.pictured():
            owner.log_in()
            owner.screen("Settings")
            for url, key, said in (
                (f"http://127.0.0.1:{free_port()}", agent.token, "Nobody answers"),
                (agent.url, FOREIGN_KEY, "does not know this pairing key"),
                (store.url, agent.token, "not the agent"),
            ):
                owner.page.fill("#erpb-url", url)
                owner.page.fill("#erpb-key", key)
                owner.act("test").click()
                expect(owner.page.locator(wrong).first).to_contain_text(said, timeout=60_000)
                complaint(owner.page.locator(wrong))
            owner.page.fill("#erpb-key", agent.token[:30])
            owner.act("test").click()
            expect(owner.page.locator('[data-erpb-field="key"] .erpb-error')).not_to_be_empty()
            owner.shot("trouble-key")
            owner.pair(agent.url, agent.token)
            agent.stop()
            for screen in ("Products", "Dashboard and jobs"):
                owner.screen(screen)
                assert "Nobody answers" in complaint(
                    owner.page.locator(".erpb-problem, .erpb-finding-error")
                )
            owner.shot("trouble-agent-down")
            assert store.error_log() == []
    finally:
        agent.stop()


@pytest.mark.parametrize("version", ["4.0.2.3"])
def test_what_is_wrong_with_the_erp_is_said(
    version: str, open_store: StoreFactory, extension_zip: Path, tab: Tab, odoo: OdooSandbox
) -> None:
    store = open_store(version)
    install(store, extension_zip)
    agent = start_agent(store)
    owner = Owner(store, tab)
    good = {"url": odoo.url, "database": odoo.database, "user": "admin", "password": "admin"}
    try:
        with owner.pictured():
            owner.log_in()
            owner.pair(agent.url, agent.token)
            owner.screen("Connections")
            owner.page.locator(".erpb-toolbar a.btn-primary").click()
            owner.page.fill("#erpb-name", "Odoo")
            said = set()
            for change in (
                {"url": f"http://127.0.0.1:{free_port()}"},
                {"url": store.url.rstrip("/")},
                {"database": "elsewhere"},
                {"password": "wrong"},
                {"user": "nobody", "password": "nobody"},
            ):
                owner.fill_connection(**{**good, **change})
                owner.page.evaluate("document.getElementById('erpb-test-result').textContent = ''")
                owner.act("test").click()
                said.add(complaint(owner.page.locator("#erpb-test-result .erpb-finding-error")))
            assert len(said) == 5, said
            owner.shot("trouble-odoo")
            owner.fill_connection(**{**good, "url": "no address"})
            owner.act("test").click()
            expect(owner.page.locator(".erpb-wrong .erpb-error").first).not_to_be_empty()
            owner.screen("Connections")
            expect(owner.page.locator(".erpb-empty")).to_be_visible()

            owner.connect("Odoo", **good)
            odoo.stop()
            owner.screen("Categories")
            owner.synchronize("changed")
            panel = owner.page.locator("section.erpb-job")
            expect(panel).to_contain_text("Check that Odoo is running", timeout=60_000)
            owner.shot("trouble-odoo-down")
            panel.get_by_role("button", name="Cancel").click()
            expect(panel.locator('[data-erpb-state="cancelled"]')).to_be_visible(timeout=60_000)
            assert store.error_log() == []
    finally:
        agent.stop()


@pytest.mark.parametrize("version", ["3.0.5.1"])
def test_the_form_of_a_copied_shop_gives_the_reason(
    version: str, open_store: StoreFactory, paired: Paired, odoo: OdooSandbox
) -> None:
    store = open_store(version)
    with paired(store) as owner:
        owner.connect("Odoo", odoo.url, odoo.database, "admin", "admin")
        store.rows("UPDATE {p}erp_setting SET value = 'live' WHERE name = 'shop_fingerprint'")
        owner.page.reload()
        note = owner.page.locator("#erpb-f-company ~ [data-erpb-choices-note]")
        expect(note).to_contain_text("may be a copy of the shop", timeout=30_000)
        expect(owner.page.locator("#erpb-f-company option")).to_have_count(1)
        owner.act("test").click()
        assert "may be a copy of the shop" in complaint(
            owner.page.locator("#erpb-messages .erpb-problem")
        )
        owner.shot("trouble-copied-shop")
        owner.act("save").click()
        expect(owner.said).to_be_visible()
        owner.page.fill("#erpb-f-url", f"http://127.0.0.1:{free_port()}")
        owner.act("test").click()
        secret = owner.page.locator('[data-erpb-field="secret"] .erpb-error')
        expect(secret).to_contain_text("Enter it again")
