"""Preparing an ERP over HTTP: what is missing, making it, and ERPs that need nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.http.client import Client
from agent_tests.unit.http.conftest import Agent


@pytest.fixture
def company() -> Iterator[SapB1Sandbox]:
    with SapB1Sandbox() as running:
        yield running


def add(client: Client, company: SapB1Sandbox, name: str, password: str = "manager") -> str:
    settings = {"url": company.url, "database": company.company.name, "user": "manager"}
    body: dict[str, Any] = {"name": name, "kind": "sap_b1", "settings": settings}
    made = client.post("/v1/connections", {**body, "secret": password}, 201)
    return f"/v1/connections/{made['id']}"


def test_a_company_is_prepared_once(client: Client, company: SapB1Sandbox) -> None:
    one = add(client, company, "sap")
    found = client.get(f"{one}/prepare")
    assert (found["supported"], found["prepared"]) == (True, False)
    assert {f["code"] for f in found["findings"]} == {"sap_b1.not_prepared"}
    assert not company.recorder.count("POST", "UserTablesMD"), "looking makes nothing"
    tested = client.expect(200, "POST", f"{one}/test", None)
    assert tested["ok"] is False

    made = client.expect(200, "POST", f"{one}/prepare", None)
    assert (made["supported"], made["prepared"]) == (True, True)
    assert {f["level"] for f in made["findings"]} == {"ok"}
    assert len(made["findings"]) > 10
    again = client.expect(200, "POST", f"{one}/prepare", None)
    assert again["prepared"] is True
    assert client.get(f"{one}/prepare")["prepared"] is True
    assert client.expect(200, "POST", f"{one}/test", None)["ok"] is True
    client.expect(204, "DELETE", one)


def test_a_paused_connection_can_be_prepared(client: Client, company: SapB1Sandbox) -> None:
    one = add(client, company, "paused sap")
    client.expect(200, "POST", f"{one}/pause", None)
    assert client.expect(200, "POST", f"{one}/prepare", None)["prepared"] is True
    client.expect(204, "DELETE", one)


def test_a_login_that_is_refused(client: Client, company: SapB1Sandbox) -> None:
    one = add(client, company, "locked sap", "wrong")
    answer = client.expect(502, "GET", f"{one}/prepare", None)
    assert answer["error"]["code"] == "sap_b1.login"
    client.expect(204, "DELETE", one)


def test_an_erp_that_needs_nothing(client: Client, agent: Agent) -> None:
    made = client.post("/v1/connections", agent.draft(name="plain odoo"), 201)
    one = f"/v1/connections/{made['id']}"
    assert client.get(f"{one}/prepare") == {"supported": False, "prepared": True, "findings": []}
    client.expect(422, "POST", f"{one}/prepare", None)
    client.expect(204, "DELETE", one)
    client.expect(404, "GET", f"{one}/prepare", None)


def test_choices_come_from_the_company(client: Client, company: SapB1Sandbox) -> None:
    one = add(client, company, "choosing sap")
    houses = [{"value": "01", "label": "01 · Main warehouse"}]
    houses.append({"value": "02", "label": "02 · Second warehouse"})
    assert client.get(f"{one}/choices/warehouse")["items"] == houses
    assert client.get(f"{one}/choices/stock_warehouses")["items"] == houses
    lists = client.get(f"{one}/choices/price_list")["items"]
    assert {"value": "1", "label": "Retail price (EUR)"} in lists
    client.expect(204, "DELETE", one)
