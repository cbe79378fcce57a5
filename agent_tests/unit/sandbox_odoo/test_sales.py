"""What a shop finds in a fresh sandbox, and who may sell in it; loads that meet."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client


def test_a_fresh_sandbox_can_sell(odoo: Client) -> None:
    taxes = odoo("account.tax", "search_read", [["type_tax_use", "=", "sale"]], ["amount"])
    assert {0, 5, 10, 19, 20, 21} <= {tax["amount"] for tax in taxes}
    journals = odoo("account.journal", "search_read", [], ["type"])
    assert {"sale", "bank", "cash"} <= {journal["type"] for journal in journals}
    currencies = odoo("res.currency", "search_read", [], ["name", "rate"])
    assert {row["name"] for row in currencies} == {"EUR", "GBP", "USD"}
    assert {row["rate"] for row in currencies} == {1.0}
    assert odoo("delivery.carrier", "search_count", [])
    assert odoo("account.payment.term", "search_count", [])
    assert odoo("stock.picking.type", "search_count", [["code", "=", "outgoing"]])


def test_sellers_sell_and_others_do_not(odoo: Client, sales: Client, nobody: Client) -> None:
    partner = odoo("res.partner", "create", {"name": "Ann"})
    assert sales("sale.order", "create", {"partner_id": partner})
    assert nobody.fault("sale.order", "create", {"partner_id": partner}).faultCode == 4
    assert nobody.fault("account.move", "search", []).faultCode == 4
    assert sales.fault("account.payment", "create", {"amount": 1}).faultCode == 4


class Gate:
    """The service's lock; tells when somebody comes to wait at it."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.arrived = threading.Event()

    def __enter__(self) -> None:
        self.arrived.set()
        self.lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.lock.release()


def test_a_load_overtaken_by_another_of_the_same_id_is_told(sandbox: OdooSandbox) -> None:
    gate = Gate(sandbox.service.lock)
    sandbox.service.lock = gate  # type: ignore[assignment]
    found: list[dict[str, Any]] = []

    def load(name: str) -> None:
        found.append(sandbox.execute("res.partner", "load", ["id", "name"], [["x.ann", name]]))

    late = threading.Thread(target=load, args=("late",))
    with gate.lock:
        late.start()
        gate.arrived.wait()
        load("first")
    late.join()
    first, second = found
    assert first["messages"] == []
    assert second["ids"] is False
    [message] = second["messages"]
    assert "could not serialize access due to concurrent update" in message["message"]
    load("again")
    assert found[2]["ids"] == first["ids"]
    names = sandbox.execute("res.partner", "read", first["ids"], ["name"])
    assert [row["name"] for row in names] == ["again"]
