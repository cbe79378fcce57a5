"""A headless Chromium for the tests: what it complains of in its console is kept, too."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

expect.set_options(timeout=30_000)  # ms; pages come late where all tests run at once

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the browser's path, None where none is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next(
        (
            path
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (path := shutil.which(name))
        ),
        None,
    )


@contextmanager
def launch() -> Iterator[Browser]:
    """Start the installed Chromium and close it afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS, timeout=60_000
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """One page of the browser, with what went wrong in it. Only loopback is reachable."""

    page: Page
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    shots: int = 0

    def screenshot(self, name: str) -> None:
        """Keep a picture of the whole page where ``ERP_BRIDGE_SCREENSHOTS`` names a folder."""
        folder = os.environ.get("ERP_BRIDGE_SCREENSHOTS")
        if folder:
            self.shots += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def assert_quiet(self) -> None:
        """Fail on script errors and on answers of 4xx and 5xx seen so far."""
        found, self.errors[:] = list(self.errors), []
        assert not found, "\n".join(found)


@contextmanager
def open_tab(browser: Browser) -> Iterator[Tab]:
    """Open a fresh tab in a session of its own, 1440 pixels wide; dialogs are accepted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    context.route(
        lambda url: not url.startswith(("http://127.0.0.1", "data:", "blob:")),
        lambda route: route.abort(),
    )
    tab = Tab(context.new_page())
    page = tab.page

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "ERR_FAILED" not in message.text:
            tab.errors.append(f"console: {message.text} ({page.url})")

    def on_response(response: Response) -> None:
        wanted = "favicon" not in response.url
        if response.status >= 400 and wanted:
            tab.errors.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: tab.errors.append(f"script: {error} ({page.url})"))
    page.on("response", on_response)
    page.on("dialog", lambda dialog: (tab.dialogs.append(dialog.message), dialog.accept()))
    try:
        yield tab
    finally:
        context.close()
