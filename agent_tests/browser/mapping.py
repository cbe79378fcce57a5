"""What an owner does on the mapping screens so that orders can go, whatever the ERP."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from agent_tests.browser.owner import Owner

MAPS = ("Tax rates", "Currencies", "Payment methods")


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


def cleared(owner: Owner, orders: int) -> None:
    """Wait until nothing waits any more: what was missing is there now."""
    owner.screen("Waiting")
    deadline = time.monotonic() + 90
    while "Nothing waits" not in owner.page.locator("#erpb-list").inner_text():
        assert time.monotonic() < deadline, owner.page.locator("#erpb-list").inner_text()
        time.sleep(1)
        owner.page.reload()
    owner.page.check("input[name=cleared]")
    expect(owner.page.locator("#erpb-list tbody tr.erpb-past")).to_have_count(orders)
    owner.shot("job-cleared")
