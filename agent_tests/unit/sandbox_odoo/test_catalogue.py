"""Login, rights, and a catalogue by load()."""

from __future__ import annotations

import xmlrpc.client

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client
from agent_tests.unit.sandbox_odoo.conftest import client

LINES = [
    "id",
    "name",
    "attribute_line_ids/id",
    "attribute_line_ids/attribute_id/id",
    "attribute_line_ids/value_ids/id",
]
ATTRIBUTES = [
    ["x.size", "Size", "x.s", "S"],
    ["", "", "x.m", "M"],
    ["x.colour", "Colour", "x.red", "Red"],
]


def attributes(odoo: Client) -> None:
    columns = ["id", "name", "value_ids/id", "value_ids/name"]
    assert odoo("product.attribute", "load", columns, ATTRIBUTES)["messages"] == []


def test_a_wrong_password_is_false_and_no_fault(sandbox: OdooSandbox, odoo: Client) -> None:
    assert odoo.common.authenticate(sandbox.database, "admin", "wrong", {}) is False
    assert odoo.common.authenticate(sandbox.database, "admin", "admin", {}) == odoo.uid


def test_an_api_key_logs_in(sandbox: OdooSandbox) -> None:
    user = sandbox.users["sales"]
    assert Client(sandbox.url, sandbox.database, "sales", user.api_key).uid


def test_load_makes_variants_once(odoo: Client) -> None:
    attributes(odoo)
    rows = [
        ["x.shirt", "Shirt", "x.l1", "x.size", "x.s,x.m"],
        ["", "", "x.l2", "x.colour", "x.red"],
    ]
    first = odoo("product.template", "load", LINES, rows)
    again = odoo("product.template", "load", LINES, rows)
    assert first["ids"] == again["ids"]
    assert first["messages"] == again["messages"] == []
    variants = odoo(
        "product.product",
        "search_read",
        [["product_tmpl_id", "=", first["ids"][0]]],
        ["display_name"],
    )
    assert [v["display_name"] for v in variants] == ["Shirt (S)", "Shirt (M)"]


def test_load_keeps_nothing_when_a_row_is_wrong(odoo: Client) -> None:
    attributes(odoo)
    rows = [
        ["x.good", "Good", "", "", ""],
        ["x.bad", "Bad", "x.l1", "x.size", "x.absent"],
    ]
    answer = odoo("product.template", "load", LINES, rows)
    assert answer["ids"] is False
    [message] = answer["messages"]
    assert message["rows"] == {"from": 1, "to": 1}
    assert message["record"] == 1
    assert "x.absent" in message["message"]
    assert odoo("product.template", "search", [["name", "=", "Good"]]) == []
    assert odoo("ir.model.data", "search", [["module", "=", "x"], ["name", "=", "good"]]) == []


def test_two_thousand_products_with_options_in_one_load(sandbox: OdooSandbox) -> None:
    odoo = client(sandbox, "admin")
    attributes(odoo)
    rows = []
    for number in range(2000):
        rows.append([f"y.p{number}", f"Product {number}", f"y.s{number}", "x.size", "x.s,x.m"])
        rows.append(["", "", f"y.c{number}", "x.colour", "x.red"])
    answer = odoo("product.template", "load", LINES, rows)
    assert answer["messages"] == []
    assert len(set(answer["ids"])) == 2000
    made = [["product_tmpl_id", "in", answer["ids"]]]
    assert odoo("product.product", "search_count", made) == 4000


def test_ids_differ_between_models(odoo: Client) -> None:
    template = odoo("product.template", "create", {"name": "Mug"})
    [variant] = odoo("product.product", "search", [["product_tmpl_id", "=", template]])
    assert template != variant


def test_users_with_and_without_rights(sales: Client, nobody: Client) -> None:
    assert sales("product.template", "create", {"name": "Mug"})
    fault = nobody.fault("product.template", "create", {"name": "Cup"})
    assert fault.faultCode == 4
    assert "product.template" in fault.faultString
    assert nobody("product.template", "search_count", []) > 0


def test_the_database_service_is_closed(sandbox: OdooSandbox) -> None:
    service = xmlrpc.client.ServerProxy(f"{sandbox.url}/xmlrpc/2/db")
    with pytest.raises(xmlrpc.client.Fault) as told:
        service.list()
    assert told.value.faultCode == 3


def test_texts_of_four_bytes_and_of_control_characters(odoo: Client) -> None:
    record = odoo("product.category", "create", {"name": "Kaffee ☕ 𝄞 😀 & <b>"})
    assert odoo("product.category", "read", [record], ["name"])[0]["name"] == "Kaffee ☕ 𝄞 😀 & <b>"
