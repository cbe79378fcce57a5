"""What a person does on a page stays done while the page goes on by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Response, Route, expect

from agent_tests.browser.installed import Installed, install
from agent_tests.browser.owner import Owner
from agent_tests.lab.fixtures_opencart import StoreFactory

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["3.0.5.1", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a shop with the extension."""
    shop = install(open_store(request.param), extension_zip)
    yield shop
    shop.store.stop()


def press_through_a_poll(owner: Owner, button: Locator) -> None:
    """Press a button, let the panel hear of its job, and release."""

    def is_poll(answer: Response) -> bool:
        return "progress&" in answer.url

    button.scroll_into_view_if_needed()
    button.hover()
    owner.page.mouse.down()
    with owner.page.expect_response(is_poll):
        pass
    owner.page.wait_for_timeout(300)
    owner.page.mouse.up()


def test_cancel_takes_a_click_while_the_job_goes_on(owner: Owner) -> None:
    owner.screen("Products")
    owner.synchronize("all")
    panel = owner.page.locator("section.erpb-job")
    press_through_a_poll(owner, panel.get_by_role("button", name="Cancel"))
    expect(panel.locator('[data-erpb-state="cancelled"]')).to_be_visible()
    expect(panel.get_by_role("button", name="Cancel")).to_have_count(0)


def test_the_failed_records_take_a_click_while_the_job_goes_on(owner: Owner) -> None:
    owner.screen("Products")
    owner.synchronize("all")
    panel = owner.page.locator("section.erpb-job")
    failed = panel.locator('[data-erpb-outcome="failed"]')
    expect(failed).to_have_attribute("aria-expanded", "true")
    expect(panel.locator("table")).to_be_visible()
    press_through_a_poll(owner, failed)
    expect(failed).to_have_attribute("aria-expanded", "false")
    expect(panel.locator("table")).to_have_count(0)
    expect(panel.locator('[data-erpb-outcome="planned"]')).to_be_hidden()
    expect(panel.get_by_role("button", name="Hide")).to_be_visible(timeout=30_000)
    expect(failed).to_have_text("Failed (1)")
    expect(failed).to_have_attribute("aria-expanded", "false")


def test_the_title_takes_a_click_while_the_job_goes_on(owner: Owner) -> None:
    owner.screen("Products")
    owner.synchronize("all")
    title = owner.page.locator("section.erpb-job .erpb-job-head a")
    target = re.search(r"job=[^&]+", title.get_attribute("href") or "")
    assert target
    press_through_a_poll(owner, title)
    owner.page.wait_for_url(f"**{target[0]}**")


def test_a_page_of_records_is_not_turned_back_by_a_late_answer(owner: Owner) -> None:
    """The job's last news asks for page 1 again; its answer comes after that for page 2."""
    asked: list[str] = []
    late: list[Route] = []

    def answer(route: Route) -> None:
        number = route.request.url.split("page=")[1].split("&")[0]
        asked.append(number)
        if asked == ["1", "1"]:
            late.append(route)
            return
        buttons = "".join(f'<button data-erpb-page="{n}">{n}</button>' for n in (1, 2))
        route.fulfill(body=f'<p class="asked">Page {number}</p><div>{buttons}</div>')

    owner.page.route(re.compile(r"[./|]records&"), answer)
    owner.screen("Products")
    owner.synchronize("all")
    panel = owner.page.locator("section.erpb-job")
    second = panel.locator('[data-erpb-page="2"]')
    expect(panel.locator(".asked")).to_have_text("Page 1")
    pressed = second.element_handle()
    expect(panel.get_by_role("button", name="Hide")).to_be_visible(timeout=30_000)
    second.click()
    expect(panel.locator(".asked")).to_have_text("Page 2")
    (held,) = late
    with owner.page.expect_response(lambda got: "records&" in got.url):
        held.fulfill(body='<p class="asked">Page 1, late</p>')
    owner.page.wait_for_timeout(300)
    expect(panel.locator(".asked")).to_have_text("Page 2")
    assert owner.page.evaluate("button => button.isConnected", pressed), "it was not replaced"


def save_company(owner: Owner, value: str) -> None:
    """Choose a company and save; returns once the page has read the ERP's list again."""

    def is_list(answer: Response) -> bool:
        return "field=company" in answer.url

    owner.page.select_option("#erpb-f-company", value)
    with owner.page.expect_response(is_list):
        owner.act("save").click()
    expect(owner.said).to_be_visible()
    notes = owner.page.locator("[data-erpb-choices-note]")
    expect(notes.filter(has_text="Asking")).to_have_count(0)


def test_a_choice_that_is_cleared_stays_cleared(owner: Owner) -> None:
    owner.screen("Connections")
    owner.page.locator("#content tbody a.btn-primary").first.click()
    company = owner.page.locator("#erpb-f-company")
    expect(company.locator("option")).to_have_count(3)
    save_company(owner, "2")
    owner.page.reload()
    expect(company.locator("option")).to_have_count(3)
    expect(company).to_have_value("2")
    save_company(owner, "")
    expect(company).to_have_value("")
    owner.page.reload()
    expect(company.locator("option")).to_have_count(3)
    expect(company).to_have_value("")
