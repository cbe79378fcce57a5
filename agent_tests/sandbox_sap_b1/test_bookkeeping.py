"""Whatever people do in whatever order, stock, open quantities and payments agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.sandbox.sap_b1.books import LOGIC, desk, seed
from agent.sandbox.sap_b1.company import Company, Refusal, Row
from agent.sandbox.sap_b1.options import Options

DEEDS = (
    *("order", "deliver", "invoice", "reserve", "bill", "credit", "take_back", "pay", "down"),
    *("cancel", "close", "reopen", "change", "unpay"),
)
PLACES = ("Orders", "DeliveryNotes", "Invoices", "CreditNotes", "Returns", "DownPayments")
SHIPS = {"DeliveryNotes": -1, "Returns": 1}
Step = tuple[str, int, int, int]


class Firm:
    """A company with one item and one customer, and what was done in it."""

    def __init__(self) -> None:
        self.company = Company("T", Options())
        seed(self.company)
        self.make("Items", {"ItemCode": "A", "ItemPrices": [{"PriceList": 1, "Price": 7}]})
        self.make("BusinessPartners", {"CardCode": "C"})
        desk.receive(self.company, "A", "01", 20)
        desk.receive(self.company, "A", "02", 20)

    def make(self, place: str, body: Mapping[str, Any]) -> Any:
        with self.company.transaction():
            return LOGIC[place].create(self.company, body)

    def rows(self, place: str) -> list[Row]:
        return list(self.company.table(place).rows.values())

    def pick(self, place: str, which: int) -> int:
        keys = list(self.company.table(place).rows)
        if not keys:
            raise Refusal(0, "there is none yet")
        return int(str(keys[which % len(keys)]))

    def do(self, deed: str, which: int, line: int, quantity: int) -> None:
        company, some = self.company, {line % 2: quantity}
        match deed:
            case "order":
                lines = [
                    {"ItemCode": "A", "Quantity": Decimal(quantity), "WarehouseCode": place}
                    for place in ("01", "02")
                ]
                due = "2099-01-01"
                self.make("Orders", {"CardCode": "C", "DocDueDate": due, "DocumentLines": lines})
            case "deliver":
                desk.deliver(company, self.pick("Orders", which), some if line else None)
            case "invoice" | "reserve":
                order = self.pick("Orders", which)
                desk.invoice(company, order, lines=some, reserve=deed == "reserve")
            case "bill":
                desk.invoice(company, delivery=self.pick("DeliveryNotes", which))
            case "credit":
                desk.credit(company, self.pick("Invoices", which), some if line else None)
            case "take_back":
                desk.take_back(company, self.pick("DeliveryNotes", which), some)
            case "pay":
                desk.pay(company, self.pick("Invoices", which), amount=quantity if line else None)
            case "down":
                desk.down_payment(company, self.pick("Orders", which), 10 * quantity)
            case "cancel":
                place = PLACES[line % len(PLACES)]
                desk.cancel(company, place, self.pick(place, which))
            case "close":
                desk.close(company, "Orders", self.pick("Orders", which))
            case "reopen":
                with company.transaction():
                    LOGIC["Orders"].action(company, self.pick("Orders", which), "Reopen", {})
            case "change":
                change = [{"LineNum": line % 2, "Quantity": Decimal(quantity)}]
                order = self.pick("Orders", which)
                desk.edit(company, "Orders", order, {"DocumentLines": change})
            case "unpay":
                desk.cancel(company, "IncomingPayments", self.pick("IncomingPayments", which))

    def photograph(self) -> dict[str, dict[Any, Row]]:
        return {name: dict(table.rows) for name, table in self.company.tables.items() if table.rows}


def alive(row: Row) -> bool:
    return bool(row["CancelStatus"] == "csNo")


def check_stock(firm: Firm) -> None:
    [item] = firm.rows("Items")
    for info in item["ItemWarehouseInfoCollection"]:
        place = info["WarehouseCode"]
        promised = sum(
            line["RemainingOpenInventoryQuantity"]
            for name in ("Orders", "Invoices")
            for row in firm.rows(name)
            if alive(row) and (name == "Orders" or row["ReserveInvoice"] == "tYES")
            for line in row["DocumentLines"]
            if line["WarehouseCode"] == place and line["LineStatus"] == "bost_Open"
        )
        assert info["Committed"] == promised, place
        assert info["InStock"] == 20 + moved(firm, place), place
        assert info["InStock"] >= 0


def moved(firm: Firm, place: str) -> Decimal:
    total = Decimal(0)
    for name in ("DeliveryNotes", "Returns", "Invoices", "CreditNotes"):
        for row in firm.rows(name):
            for line in row["DocumentLines"] if alive(row) else ():
                way = SHIPS.get(name)
                if name == "Invoices":
                    silent = line["BaseType"] == 15 or row["ReserveInvoice"] == "tYES"
                    way = 0 if silent else -1
                elif name == "CreditNotes":
                    base = firm.company.table("Invoices").rows[line["BaseEntry"]]
                    way = 0 if base["ReserveInvoice"] == "tYES" else 1
                if line["WarehouseCode"] == place:
                    total += (way or 0) * line["InventoryQuantity"]
    return total


def check_chains(firm: Firm) -> None:
    drawn: dict[tuple[int, int, int], Decimal] = {}
    for name in ("DeliveryNotes", "Returns", "Invoices", "CreditNotes"):
        for row in firm.rows(name):
            for line in row["DocumentLines"] if alive(row) else ():
                key = (line["BaseType"], line["BaseEntry"] or 0, line["BaseLine"] or 0)
                drawn[key] = drawn.get(key, Decimal(0)) + line["InventoryQuantity"]
    for name, code in (("Orders", 17), ("DeliveryNotes", 15), ("Invoices", 13)):
        for row in firm.rows(name):
            for line in row["DocumentLines"] if alive(row) else ():
                key = (code, row["DocEntry"], line["LineNum"])
                left = max(Decimal(0), line["InventoryQuantity"] - drawn.get(key, Decimal(0)))
                assert line["RemainingOpenQuantity"] == left, key
                assert left or line["LineStatus"] == "bost_Close"
            if alive(row) and name != "Invoices":
                states = {line["LineStatus"] for line in row["DocumentLines"]}
                assert (row["DocumentStatus"] == "bost_Open") == ("bost_Open" in states)


def check_money(firm: Firm) -> None:
    paid: dict[int, Decimal] = {}
    for payment in firm.rows("IncomingPayments"):
        for member in payment["PaymentInvoices"] if payment["Cancelled"] == "tNO" else ():
            entry = member["DocEntry"]
            paid[entry] = paid.get(entry, Decimal(0)) + member["SumApplied"]
    for credit in firm.rows("CreditNotes"):
        if alive(credit):
            entry = credit["DocumentLines"][0]["BaseEntry"]
            paid[entry] = paid.get(entry, Decimal(0)) + credit["PaidToDate"]
    for row in firm.rows("Invoices"):
        if not alive(row):
            continue
        assert row["PaidToDate"] == paid.get(row["DocEntry"], Decimal(0))
        assert row["PaidToDate"] <= row["DocTotal"]
        closed = row["DocumentStatus"] == "bost_Close"
        assert closed == (row["PaidToDate"] == row["DocTotal"])


STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 5), st.integers(0, 5), st.integers(1, 6)),
    min_size=5,
    max_size=40,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_books_agree_after_every_step(steps: Sequence[Step]) -> None:
    firm = Firm()
    for deed, which, line, quantity in [("order", 0, 0, 6), ("order", 0, 0, 4), *steps]:
        before = firm.photograph()
        try:
            firm.do(deed, which, line, quantity)
        except Refusal:
            assert firm.photograph() == before, f"{deed} was refused and left something"
        check_stock(firm)
        check_chains(firm)
        check_money(firm)
