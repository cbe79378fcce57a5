"""Login, and a catalogue by load()."""

from __future__ import annotations

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client

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
