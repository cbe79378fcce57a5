"""A shop's owner at the browser: clicks what a person clicks, waits for what a person sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from agent_tests.lab.browser import Tab
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_image import ADMIN, PASSWORD

NAME = "ERP Bridge"
JOB_SECONDS = 120_000
_CLICKS = 3


@dataclass
class Owner:
    """The owner, logged in to the admin of one shop."""

    store: Store
    tab: Tab
    suffix: str = ""

    @property
    def page(self) -> Page:
        """Return the browser's page."""
        return self.tab.page

    def shot(self, name: str) -> None:
        """Keep a picture, named by version and screen."""
        self.tab.screenshot(f"{self.store.version}{self.suffix}-{name}")

    @contextmanager
    def pictured(self) -> Iterator[None]:
        """Keep a picture of what the owner saw when something fails."""
        try:
            yield
        except BaseException:
            self.shot("failure")
            raise

    def log_in(self) -> None:
        """Open the admin and log in."""
        self.page.goto(self.store.admin_url)
        self.page.fill("input[name=username]", ADMIN)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**user_token=**")
        close = self.page.locator("#modal-security [data-bs-dismiss=modal], #modal-security .close")
        if close.count():
            expect(self.page.locator("#modal-security")).to_be_visible()
            close.first.click()
            expect(self.page.locator("#modal-security")).to_be_hidden()

    def menu(self, group: str, entry: str) -> None:
        """Open a group of the left-hand menu and click one of its entries."""
        menu = self.page.locator("#menu")
        top = menu.locator("> li > a").filter(has_text=re.compile(rf"^\s*{re.escape(group)}\s*$"))
        link = (
            top.locator("xpath=..")
            .locator("ul a")
            .filter(has_text=re.compile(rf"^\s*{re.escape(entry)}(?: \(\d+\))?\s*$"))
        )
        if not link.first.is_visible():
            top.click()
        route = re.search(r"route=[^&]+", link.first.get_attribute("href") or "")
        for _ in range(_CLICKS):
            link.first.click()
            self.page.wait_for_load_state()
            # a menu that is still unfolding may have moved away under the click
            if route is None or route[0] in self.page.url:
                return

    # installing

    def upload(self, package: Path) -> None:
        """Upload the package in Extensions > Installer with the file chooser, and install it."""
        self.menu("Extensions", "Installer")
        with self.page.expect_file_chooser() as chooser:
            self.page.click("#button-upload")
        chooser.value.set_files(package)
        progress = self.page.locator("#progress-text")
        if self.store.major == 3:
            expect(progress).to_contain_text("Success", timeout=60_000)
            return
        row = self.page.locator("#extension tr", has_text=NAME)
        row.locator("a.btn-success").click(timeout=60_000)
        expect(progress).to_contain_text("Success", timeout=60_000)
        expect(row.locator("a.btn-warning")).to_be_visible()

    def install_module(self) -> None:
        """Choose Modules in Extensions > Extensions and click Install beside the module."""
        self.modules()
        self._module().locator("a.btn-success").click()
        expect(self._module().locator("a.btn-danger")).to_be_visible()

    def modules(self) -> None:
        """Open the list of modules."""
        self.menu("Extensions", "Extensions")
        kind = self.page.locator("select[name=type]")
        option = kind.locator("option", has_text="Modules")
        kind.select_option(value=option.get_attribute("value"))
        expect(self._module()).to_be_visible()

    def edit_module(self) -> None:
        """Click Edit beside the module."""
        self.modules()
        self._module().locator("a.btn-primary").click()
        self.page.wait_for_load_state()

    def _module(self) -> Locator:
        return self.page.locator("#extension tr", has_text=NAME)

    # the extension's screens

    def act(self, name: str) -> Locator:
        """Return a button of the extension by what it does."""
        return self.page.locator(f'[data-erpb-act="{name}"]')

    @property
    def said(self) -> Locator:
        """Return the message that something was done."""
        return self.page.locator("#erpb-messages .erpb-done")

    def screen(self, entry: str) -> None:
        """Open a screen of the extension from its menu."""
        self.menu("ERP Mapping", entry)

    def synchronize(self, name: str) -> None:
        """Click one of the buttons that start a job, and wait until that job's bar is there."""
        with self.new_job():
            self.act(name).first.click()
            if name == "all":
                self.page.locator("dialog .erpb-dialog-foot .btn-primary").click()

    @contextmanager
    def new_job(self) -> Iterator[None]:
        """Wait, after what is done inside, until the bar of another job than before is there."""
        before = self.page.locator("section.erpb-job")
        number = before.first.get_attribute("data-erpb-panel") if before.count() else ""
        yield
        panel = self.page.locator(f'section.erpb-job:not([data-erpb-panel="{number}"])')
        expect(panel.first).to_be_visible()

    def finish_job(self, within: str = "body") -> dict[str, int]:
        """Wait until the job's bar on the page has come to its end; return the counts shown."""
        panel = self.page.locator(f"{within} section.erpb-job").first
        ended = panel.locator(
            '[data-erpb-state="done"], [data-erpb-state="failed"], [data-erpb-state="cancelled"]'
        )
        expect(ended).to_be_visible(timeout=JOB_SECONDS)
        assert ended.get_attribute("data-erpb-state") == "done", panel.inner_text()
        return self.counts(panel)

    def counts(self, panel: Locator) -> dict[str, int]:
        """Return the counts that a job's panel shows."""
        return {
            str(count.get_attribute("data-erpb-count-of")): int(count.locator("b").inner_text())
            for count in panel.locator("[data-erpb-count-of]").all()
        }

    def pair(self, url: str, token: str) -> None:
        """Paste address and key in the settings, test them, save them."""
        self.screen("Settings")
        self.page.fill("#erpb-url", url)
        self.page.fill("#erpb-key", token)
        self.act("test").click()
        expect(self.page.locator("#erpb-test-result .erpb-finding").first).to_be_visible()
        self.shot("settings-test")
        assert not self.page.locator("#erpb-test-result .erpb-finding-error").count(), (
            self.page.locator("#erpb-test-result").inner_text()
        )
        self.act("save").click()
        expect(self.said).to_be_visible()

    def fill_connection(self, url: str, database: str, user: str, password: str) -> None:
        """Fill in where an ERP's server is and who logs in."""
        self.page.fill("#erpb-f-url", url)
        self.page.fill("#erpb-f-database", database)
        self.page.fill("#erpb-f-user", user)
        self.page.fill("#erpb-connection-form input[type=password]", password)

    def new_connection(self, name: str, kind: str = "") -> None:
        """Open the form of a new connection, of the first kind of ERP unless another is named."""
        self.screen("Connections")
        self.page.locator(".erpb-toolbar a.btn-primary").click()
        if kind:
            self.page.select_option("#erpb-kind", kind)
            self.page.wait_for_url(f"**kind={kind}")
        self.page.fill("#erpb-name", name)

    def connect(self, name: str, url: str, database: str, user: str, password: str) -> None:
        """Add a connection to an Odoo server, test it, save it."""
        self.new_connection(name)
        self.fill_connection(url, database, user, password)
        self.act("test").click()
        finding = self.page.locator("#erpb-test-result .erpb-finding")
        expect(finding.first).to_be_visible(timeout=60_000)
        self.shot("connection-form")
        assert not self.page.locator("#erpb-test-result .erpb-finding-error").count(), (
            self.page.locator("#erpb-test-result").inner_text()
        )
        self.act("save").click()
        expect(self.said).to_be_visible(timeout=30_000)
