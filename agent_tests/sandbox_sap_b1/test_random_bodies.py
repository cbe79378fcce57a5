"""Bodies with right names and types but any values: they are taken or refused, never a crash."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from agent.sandbox.sap_b1.books import LOGIC, desk, seed
from agent.sandbox.sap_b1.company import Company, Refusal, Row
from agent.sandbox.sap_b1.options import Options
from agent.sandbox.sap_b1.schema import Property, schema_of

LIKELY: dict[str, list[Any]] = {
    "ItemCode": ["A0", "A1", "A2", "NONE"],
    "CardCode": ["C0", "C1", "NONE"],
    "WarehouseCode": ["01", "02", "XX"],
    "VatGroup": ["O0", "O1", "O2", "I2"],
    "TaxCode": ["CA", "EX"],
    "ExpenseCode": [1, 2, 99],
    "DocCurrency": ["EUR", "USD", "QQQ"],
    "Currency": ["EUR", "USD", "##"],
    "BaseType": [17, 15, 13, 23, 203, 16, 14, -1],
    "BaseEntry": [1, 2, 3],
    "BaseLine": [0, 1],
    "LineNum": [0, 1],
    "DocObjectCode": ["oOrders", "oInvoices", "oItems"],
    "InvoiceType": ["it_Invoice", "it_DownPayment", "it_CredItnote", "it_Receipt"],
    "TransferAccount": ["161000"],
    "AddressName": ["x", "y"],
    "Country": ["DE", "QQ"],
    "PriceList": [1, 2, 3, 9],
    "PriceListNum": [1, 2, 9],
    "TableName": ["ORDR", "@T", "OITM", "RDR1"],
    "UoMGroupEntry": [-1, 1, 5],
    "ItemsGroupCode": [100, 5],
}
NEEDED = {
    "Document": ("CardCode", "DocumentLines", "DocDueDate"),
    "DocumentLine": ("ItemCode",),
    "Payment": ("CardCode", "TransferSum", "TransferAccount"),
    "PaymentInvoice": ("DocEntry",),
    "DocumentAdditionalExpense": ("ExpenseCode", "LineTotal"),
}
RARE = {"SalesPersonCode", "ContactPersonCode", "TransportationCode", "Series", "DocType"}
DOCUMENTS = (
    *("Orders", "DeliveryNotes", "Invoices", "CreditNotes", "Returns", "DownPayments"),
    *("Drafts", "IncomingPayments", "Quotations", "Items", "BusinessPartners"),
)
ACTIONS = ("Close", "Cancel", "Reopen", "CreateCancellationDocument")


class Dice:
    """Makes bodies of any kind."""

    def __init__(self, number: int, company: Company) -> None:
        self.random = random.Random(number)
        self.schema = schema_of(company)

    def one(self, known: Property, depth: int) -> Any:
        pick = self.random.choice
        if self.random.random() < 0.05:
            return None
        if known.type in self.schema.types:
            if not known.many:
                return self.body(known.type, depth + 1)
            return [self.body(known.type, depth + 1) for _ in range(pick([0, 1, 1, 2]))]
        if known.name in LIKELY:
            return pick(LIKELY[known.name])
        match known.type:
            case "String":
                return pick(["", "a", "A0", "x" * 12, "2"])
            case "Double":
                return Decimal(pick(["0", "1", "2.5", "-1", "100", "19", "0.0001", "999999"]))
            case "Int32":
                return pick([0, 1, 2, 3, -1, 100])
            case "DateTimeOffset":
                return pick(["2020-01-01", "2099-12-31", "2030-05-05"])
            case "TimeOfDay":
                return "10:00:00"
        return pick(self.schema.enums[known.type])

    def body(self, kind: str, depth: int = 0) -> Row:
        properties = self.schema.types[kind].properties
        names = set(self.random.sample(sorted(properties), min(6, len(properties))))
        likely = [name for name in LIKELY if name in properties]
        names |= set(self.random.sample(likely, min(2, len(likely))))
        names |= set(NEEDED.get(kind, ()))
        if self.random.random() < 0.9:
            names -= RARE
        return {name: self.one(properties[name], depth) for name in sorted(names)}


def filled(localisation: Any) -> Company:
    company = Company("T", Options(localisation=localisation))
    seed(company)
    for number in range(3):
        prices = [{"PriceList": 1, "Price": Decimal(5)}]
        batches = "tYES" if number == 2 else "tNO"
        item = {"ItemCode": f"A{number}", "ItemPrices": prices, "ManageBatchNumbers": batches}
        desk.make(company, "Items", item)
    desk.receive(company, "A0", "01", 50)
    for number in range(2):
        partner = {"CardCode": f"C{number}", "Currency": "##"}
        desk.make(company, "BusinessPartners", partner)
    return company


@pytest.mark.parametrize("number", range(4))
def test_any_body_is_taken_or_refused(number: int) -> None:
    company = filled("vat" if number % 2 else "sales_tax")
    dice = Dice(number, company)
    taken = 0
    for _ in range(2500):
        pick = dice.random.choice
        place = pick(DOCUMENTS) if dice.random.random() < 0.6 else pick(list(LOGIC))
        body = dice.body(dice.schema.sets[place].type)
        keys = list(company.table(place).rows)
        before = {name: dict(table.rows) for name, table in company.tables.items() if table.rows}
        try:
            with company.transaction():
                what = dice.random.random()
                if what < 0.5 or not keys:
                    LOGIC[place].create(company, body)
                elif what < 0.85:
                    replace = what < 0.6
                    LOGIC[place].update(company, pick(keys), body, replace=replace)
                else:
                    LOGIC[place].action(company, pick(keys), pick(ACTIONS), {})
            taken += 1
        except Refusal:
            after = {name: dict(table.rows) for name, table in company.tables.items() if table.rows}
            assert after == before, f"a refused {place} left something"
    assert taken > 250
