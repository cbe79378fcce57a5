"""A shop that sells into the stand-in, and a look at what the company has then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from agent.erp.draft import Draft, Work
from agent.erp.port import Change, Outcome
from agent.erp.sales import OrderState, Step, StepInput
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales import addresses, carriers, customers, orders, steps
from agent.erp.sap_b1.sales.states import states
from agent.errors import BridgeError, Held, InvalidRecord
from agent.model.catalogue import Image
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.sales import Address, Carrier, Customer, address_key
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import desk

PLACED = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
CENT = Decimal("0.01")
BANK = "bank"
Row = dict[str, Any]
_WRITERS: Mapping[type, tuple[Entity, Any]] = {
    Customer: (Entity.CUSTOMERS, customers.upsert),
    Address: (Entity.ADDRESSES, addresses.upsert),
    Carrier: (Entity.CARRIERS, carriers.upsert),
    SalesDocument: (Entity.ORDERS, orders.upsert),
}


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def address(customer: str = "1", **parts: Any) -> Address:
    kind: Any = parts.pop("kind", "other")
    values = {
        "first_name": "Anna",
        "last_name": "Berg",
        "line1": "Am Markt 5",
        "city": "Hamburg",
        "postcode": "20095",
        "country": "DE",
        **parts,
    }
    return Address(address_key(customer, values), customer, kind=kind, **values)


def customer(key: str = "1", *places: Address, **values: Any) -> Customer:
    places = places or (address(key),)
    given = {
        "email": f"anna{key}@example.com",
        "first_name": "Anna",
        "last_name": "Berg",
        "phone": "+49 40 5550100",
        "address": places[0].key,
        "addresses": places,
        **values,
    }
    return Customer(key, **given)


def line(key: str, price: str, quantity: int = 1, **values: Any) -> DocumentLine:
    """Return a line; ``rate`` (percent) computes its tax as the shop does, per piece."""
    rate = Decimal(values.pop("rate", "0"))
    kind = values.pop("kind", LineKind.PRODUCT)
    amount = Decimal(price)
    tax = (amount * rate / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP) * quantity
    text = values.pop("text", f"Line {key}")
    return DocumentLine(key, kind, text, Decimal(quantity), amount, tax=tax, **values)


class Trade:
    """One shop at one company. ``refs`` are what is mapped."""

    def __init__(self, cx: Connection, sandbox: SapB1Sandbox) -> None:
        self.cx = cx
        self.sandbox = sandbox
        self.refs: dict[tuple[Entity, str], str] = {}
        self.sent: dict[tuple[Entity, str], Any] = {}
        for code in ("EUR", "USD", "GBP"):
            self.refs[Entity.CURRENCIES, code] = code
        self.refs[Entity.PAYMENT_METHODS, BANK] = "transfer:161000"
        vat = sandbox.options.localisation == "vat"
        self.full, self.less = ("19", "7") if vat else ("8.875", "7.25")
        self.refs[Entity.TAX_RATES, "full"] = "O2" if vat else "NY"
        self.refs[Entity.TAX_RATES, "less"] = "O1" if vat else "CA"

    @property
    def company(self) -> Any:
        return self.sandbox.company

    # -- sending ---------------------------------------------------------------------------------

    def external_id(self, record: Any) -> str:
        entity, _ = _WRITERS[type(record)]
        clean = "".join(c if c.isalnum() else "_" for c in record.key)
        return f"{self.cx.instance}.{entity.value.replace('-', '_')}_{clean}"

    def change(self, record: Any, **given: Any) -> Change:
        entity, _ = _WRITERS[type(record)]
        before = self.sent.get((entity, record.key))
        names = {f.name for f in dataclasses.fields(record)} - {"key"}
        ref = self.refs.get((entity, record.key))
        if before is not None and ref is not None and "ref" not in given:
            now = to_plain(record)
            names = {n for n in names if now.get(n) != before.get(n)}
        values = {"ref": ref, "previous": before if ref else None, **given}
        fields = frozenset(values.pop("fields", names))
        return Change(record, fields, self.external_id(record), refs=dict(self.refs), **values)

    def send(self, record: Any, **given: Any) -> Outcome:
        """Send a record as the flow would, and remember what it is mapped to."""
        entity, write = _WRITERS[type(record)]
        draft = Draft.of(self.change(record, **given))
        write(Work(self.cx, _no_media, lambda: None), [draft])
        outcome = draft.outcome()
        if outcome.ref is not None:
            self.refs[entity, record.key] = outcome.ref
        self.refs.update({pair: ref for pair, ref in outcome.children.items() if ref})
        if outcome.error is None:
            self.sent[entity, record.key] = to_plain(record)
        return outcome

    def must(self, record: Any, **given: Any) -> Outcome:
        outcome = self.send(record, **given)
        assert outcome.error is None, outcome.error
        return outcome

    # -- what an order is made of ----------------------------------------------------------------

    def item(self, key: str = "1", *, stock: int = 100, **values: Any) -> str:
        """Make an item in stock and link a variant to it."""
        code = f"ITEM-{key}"
        body = {"ItemCode": code, "ItemName": f"Item {key}", "InventoryItem": "tYES", **values}
        desk.make(self.company, "Items", body)
        if stock:
            desk.receive(self.company, code, quantity=stock)
        self.refs[Entity.VARIANTS, f"{key}:"] = code
        return code

    def goods(
        self, key: str = "1", price: str = "100", quantity: int = 1, **v: Any
    ) -> DocumentLine:
        of = v.pop("of", key)
        taxes = v.pop("taxes", ("full",))
        rate = v.pop("rate", None) or str(sum(Decimal(self.rate(t)) for t in taxes))
        item = (Entity.VARIANTS, f"{of}:")
        return line(f"line_{key}", price, quantity, item=item, taxes=taxes, rate=rate, **v)

    def rate(self, key: str) -> str:
        return {"full": self.full, "less": self.less}.get(key, "0")

    def shipping(self, price: str, **values: Any) -> DocumentLine:
        taxes = values.pop("taxes", ("full",))
        rate = str(sum((Decimal(self.rate(t)) for t in taxes), Decimal(0)))
        kind = LineKind.SHIPPING
        return line("shipping_0", price, kind=kind, taxes=taxes, rate=rate, text="DHL", **values)

    def document(self, key: str, *lines: DocumentLine, **values: Any) -> SalesDocument:
        """Return a document whose totals are those of its lines, summed up and then rounded."""
        tax = sum((x.tax for x in lines), Decimal(0))
        net = sum((x.unit_price * x.quantity for x in lines), Decimal(0))
        given = {
            "number": f"OC-{key}",
            "date": PLACED,
            "customer": "1",
            "invoice_address": None,
            "delivery_address": None,
            "currency": "EUR",
            "decimals": 2,
            "rate": Decimal(1),
            "amount_total": cents(net + tax),
            "amount_tax": cents(tax),
            "lines": lines,
            "payment_method": BANK,
            "transaction": f"TX-{key}",
            **values,
        }
        return SalesDocument(key, **given)

    def order(self, *lines: DocumentLine, key: str = "1", **values: Any) -> Life:
        """Send an order; returns its life."""
        sent = self.document(key, *(lines or (self.goods(),)), **values)
        self.must(sent)
        return Life(self, sent)

    # -- what is there ---------------------------------------------------------------------------

    def rows(self, entity_set: str) -> list[Row]:
        return list(self.company.table(entity_set).rows.values())

    def row(self, entity_set: str, key: Any) -> Row:
        found = self.company.table(entity_set).get(int(key) if str(key).isdigit() else key)
        assert found is not None
        return dict(found)

    def counts(self) -> dict[str, int]:
        """Return how many documents there are, by set."""
        names = ("Orders", "DeliveryNotes", "Invoices", "DownPayments", "CreditNotes")
        sets = (*names, "IncomingPayments", "BusinessPartners", "Drafts")
        return {name: len(self.rows(name)) for name in sets}


class Life:
    """One order and its steps."""

    def __init__(self, trade: Trade, sent: SalesDocument) -> None:
        self.trade = trade
        self.sent = sent
        self.ref = trade.refs[Entity.ORDERS, sent.key]

    def given(self, **values: Any) -> StepInput:
        name = self.trade.external_id(self.sent)
        return StepInput(self.sent, name, dict(self.trade.refs), **values)

    def once(self, step: Step, **values: Any) -> OrderState:
        return steps.step(self.trade.cx, self.ref, step, self.given(**values), lambda: None)

    def do(self, *todo: Step, **values: Any) -> OrderState:
        """Do steps, each twice: the second time nothing may happen."""
        state = None
        for step in todo:
            first = self.once(step, **values)
            before = self.trade.counts()
            state = self.once(step, **values)
            assert state == first, step
            assert self.trade.counts() == before, step
        assert state is not None
        return state

    def held(self, step: Step, **values: Any) -> BridgeError:
        with pytest.raises(Held) as caught:
            self.once(step, **values)
        assert caught.value.fix
        return caught.value

    @property
    def state(self) -> OrderState:
        return states(self.trade.cx, [self.ref])[self.ref]

    @property
    def row(self) -> Row:
        return self.trade.row("Orders", self.ref)


def _no_media(image: Image) -> bytes:
    raise InvalidRecord(f"no picture {image.path}", fix="none")
