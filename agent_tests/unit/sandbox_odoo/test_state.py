"""A sandbox goes on from where it was saved."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import xmlrpc.client
from pathlib import Path

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client
from agent_tests.unit.sandbox_odoo.conftest import client


def sell(odoo: Client, version: str) -> None:
    """Take an order with a down payment and deliver it."""
    stored = {"type": "product"} if version == "14" else {"is_storable": True}
    made = {"name": "Cup", "list_price": 10, "invoice_policy": "order", **stored}
    template = odoo("product.template", "create", made)
    [cup] = odoo("product.product", "search", [["product_tmpl_id", "=", template]])
    partner = odoo("res.partner", "create", {"name": "Ann"})
    lines = [[0, 0, {"product_id": cup, "product_uom_qty": 2}]]
    order = odoo("sale.order", "create", {"partner_id": partner, "order_line": lines})
    odoo("sale.order", "action_confirm", [order])
    context = {"active_model": "sale.order", "active_ids": [order]}
    values = {"advance_payment_method": "fixed", "fixed_amount": 5}
    wizard = odoo("sale.advance.payment.inv", "create", values, context=context)
    with contextlib.suppress(xmlrpc.client.Fault):
        odoo("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
    [found] = odoo("sale.order", "read", [order], ["invoice_ids"])
    with contextlib.suppress(xmlrpc.client.Fault):
        odoo("account.move", "action_post", found["invoice_ids"])
    context = {"active_model": "account.move", "active_ids": found["invoice_ids"]}
    wizard = odoo("account.payment.register", "create", {}, context=context)
    odoo("account.payment.register", "action_create_payments", [wizard], context=context)
    [paid] = odoo("account.move", "read", found["invoice_ids"], ["payment_state"])
    assert paid["payment_state"] == "paid"


@pytest.mark.parametrize("version", ["19", "14"])
def test_everything_is_there_again(version: str, tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    with OdooSandbox(version, state=path, languages=["de_DE"]) as sandbox:
        odoo = client(sandbox, "admin")
        odoo("product.template", "load", ["id", "name", "barcode"], [["x.mug", "Mug 😀", "123"]])
        odoo("res.users", "create", {"name": "Eve", "login": "eve", "password": "secret"})
        sell(odoo, version)
        before = {name: table.rows for name, table in sandbox.site.database.tables.items()}
        ids = {name: table.next_id for name, table in sandbox.site.database.tables.items()}
    with OdooSandbox(version, state=path) as again:
        tables = again.site.database.tables
        assert {name: table.rows for name, table in tables.items()} == before
        assert {name: table.next_id for name, table in tables.items()} == ids
        odoo = client(again, "admin")
        rows = [["x.mug", "Cup", "123"]]
        assert odoo("product.template", "load", ["id", "name", "barcode"], rows)["messages"] == []
        assert odoo("product.product", "search_count", [["barcode", "=", "123"]]) == 1
        assert odoo.common.authenticate(again.database, "eve", "secret", {})


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    with OdooSandbox("14", state=path):
        pass
    with pytest.raises(ValueError, match="saved by Odoo 14"):
        OdooSandbox("19", state=path)
    path.write_text("{}")
    with pytest.raises(ValueError, match="no saved sandbox"):
        OdooSandbox("19", state=path)


def test_a_server_told_to_end_saves_first(tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    code = (
        "import sys; from pathlib import Path; from agent.sandbox.odoo import OdooSandbox\n"
        "server = OdooSandbox('19', state=Path(sys.argv[1]))\n"
        "print(server.url, flush=True); server.serve_forever()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    url = process.stdout.readline().strip()
    odoo = Client(url, "sandbox", "admin", "admin")
    odoo("product.category", "create", {"name": "Desks"})
    process.terminate()
    assert process.wait() == 0
    process.stdout.close()
    with OdooSandbox("19", state=path) as again:
        assert again.execute("product.category", "search_count", [["name", "=", "Desks"]]) == 1


@pytest.mark.parametrize("version", ["19", "14"])
def test_models_that_users_made_are_there_again(version: str, tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    with OdooSandbox(version, state=path) as sandbox:
        odoo = client(sandbox, "admin")
        choices = "[('new', 'New'), ('old', 'Old')]"
        fields = [
            [0, 0, {"name": "x_name", "field_description": "Name", "ttype": "char"}],
            [
                *(0, 0),
                {
                    "name": "x_state",
                    "field_description": "State",
                    "ttype": "selection",
                    "selection": choices,
                },
            ],
        ]
        values = {"name": "Thing", "model": "x_thing", "field_id": fields}
        model = odoo("ir.model", "create", values)
        right = {"name": "all", "model_id": model, "perm_read": True, "perm_create": True}
        odoo("ir.model.access", "create", right)
        thing = odoo("x_thing", "create", {"x_name": "One", "x_state": "old"})
    with OdooSandbox(version, state=path) as again:
        odoo = client(again, "admin")
        assert odoo("x_thing", "read", [thing], ["x_name", "x_state"]) == [
            {"id": thing, "x_name": "One", "x_state": "old"}
        ]
        with pytest.raises(xmlrpc.client.Fault, match="not allowed to modify"):
            odoo("x_thing", "write", [thing], {"x_state": "new"})
        assert odoo("x_thing", "create", {"x_name": "Two"}) == thing + 1
