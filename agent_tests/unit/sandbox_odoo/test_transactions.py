"""A call is kept whole or not at all; calls of several clients do not mix."""

from __future__ import annotations

import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.odoo.database import Database
from agent_tests.unit.sandbox_odoo.client import Client
from agent_tests.unit.sandbox_odoo.conftest import client

TEMPLATE = "product.template"


def everything(sandbox: OdooSandbox) -> dict[str, dict[int, dict[str, object]]]:
    return {name: dict(table.rows) for name, table in sandbox.site.database.tables.items()}


def test_a_failed_call_leaves_nothing(sandbox: OdooSandbox, odoo: Client) -> None:
    odoo(TEMPLATE, "create", {"name": "Mug", "barcode": "4006381333931"})
    attribute = odoo(
        "product.attribute", "create", {"name": "S", "value_ids": [[0, 0, {"name": "a"}]]}
    )
    values = odoo("product.attribute.value", "search", [["attribute_id", "=", attribute]])
    lines = [[0, 0, {"attribute_id": attribute, "value_ids": [[6, 0, values]]}]]
    before = everything(sandbox)
    bad = [
        {"name": "Cup", "attribute_line_ids": lines},
        {"name": "Twin", "barcode": "4006381333931"},
    ]
    assert odoo.fault(TEMPLATE, "create", bad).faultCode == 2
    assert everything(sandbox) == before
    columns = ["id", "name", "barcode"]
    rows = [["x.cup", "Cup", ""], ["x.twin", "Twin", "4006381333931"]]
    assert odoo(TEMPLATE, "load", columns, rows)["ids"] is False
    assert everything(sandbox) == before


def test_indexes_are_undone_with_the_rows(odoo: Client) -> None:
    bad = [{"name": "Cup", "barcode": "1"}, {"name": False}]
    odoo.fault(TEMPLATE, "create", bad)
    assert odoo("product.product", "search", [["barcode", "=", "1"]]) == []
    assert odoo(TEMPLATE, "create", {"name": "Cup", "barcode": "1"})


def test_an_answer_that_cannot_be_sent_is_kept_all_the_same() -> None:
    with OdooSandbox("19") as sandbox:
        odoo = client(sandbox, "admin")
        template = odoo(TEMPLATE, "create", {"name": "Mug", "is_storable": True})
        [variant] = odoo("product.product", "search", [["product_tmpl_id", "=", template]])
        quant = odoo(
            "stock.quant",
            "create",
            {
                "product_id": variant,
                "location_id": sandbox.site.xml_ids["sandbox.stock"],
                "inventory_quantity": 5,
            },
        )
        fault = odoo.fault("stock.quant", "action_apply_inventory", [quant])
        assert fault.faultCode == 1
        assert "cannot marshal None" in fault.faultString
        [read] = odoo("stock.quant", "read", [quant], ["quantity"])
        assert read["quantity"] == 5


def test_one_external_id_raced_by_many_makes_one_record(sandbox: OdooSandbox) -> None:
    def load(number: int) -> object:
        rows = [["x.mug", f"Mug {number}"]]
        return client(sandbox, "admin")(TEMPLATE, "load", ["id", "name"], rows)["ids"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(load, range(16)))
    assert len({str(answer) for answer in answers if answer}) == 1  # those too late get False
    entries = sandbox.execute("ir.model.data", "search_count", [["module", "=", "x"]])
    assert entries == 1


def test_savepoints_are_undone_alone() -> None:
    database = Database(lambda: dt.datetime(2026, 1, 1))  # noqa: DTZ001
    table = database.add_table("t", ["name"])
    with database.transaction():
        kept = table.insert({"name": "kept"})
        with contextlib.suppress(KeyError), database.savepoint():
            table.update(kept, {"name": "changed"})
            table.insert({"name": "gone"})
            raise KeyError
    assert [row["name"] for row in table.rows.values()] == ["kept"]
    assert table.find("name", "kept") == [kept]
    assert table.find("name", "changed") == table.find("name", "gone") == []


def test_ids_are_not_used_again(odoo: Client) -> None:
    first = odoo("product.category", "create", {"name": "a"})
    odoo.fault("product.category", "create", [{"name": "b"}, {}])
    third = odoo("product.category", "create", {"name": "c"})
    assert third > first + 1
