"""A shop that sells: goods in Odoo, customers, orders, and the facts of the ground's accounting."""

from __future__ import annotations

import dataclasses
import xmlrpc.client
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.port import Outcome
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.sales import Address, Customer, address_key
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop

PLACED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
CENT = Decimal("0.01")
BANK = "bank"
"""The payment method whose journal is the company's bank."""


def cents(value: Decimal) -> Decimal:
    """Round half up to cents, as OpenCart shows amounts."""
    return value.quantize(CENT, ROUND_HALF_UP)


def address(customer: str, **parts: str) -> Address:
    """Return an address in New York unless told otherwise."""
    kind: Any = parts.pop("kind", "other")
    phone, email = parts.pop("phone", ""), parts.pop("email", "")
    country_name = parts.pop("country_name", "United States")
    values = {
        "first_name": "Anna",
        "last_name": "Berg",
        "line1": "1 Main Street",
        "city": "New York",
        "postcode": "10001",
        "zone": "New York",
        "zone_code": "NY",
        "country": "US",
        **parts,
    }
    return Address(
        address_key(customer, values),
        customer,
        country_name=country_name,
        phone=phone,
        email=email,
        kind=kind,
        **values,
    )


def customer(key: str, *addresses: Address, **values: Any) -> Customer:
    """Return a customer whose first address is the default one."""
    given = {
        "email": f"{unique('mail').replace(' ', '')}@example.com",
        "first_name": "Anna",
        "last_name": "Berg",
        "phone": "+1 555 0100",
        "address": addresses[0].key if addresses else None,
        "addresses": addresses,
        **values,
    }
    return Customer(key, **given)


def line(key: str, price: str, quantity: int = 1, **values: Any) -> DocumentLine:
    """Return a line; ``rate`` (percent) computes its tax as the shop does."""
    rate = Decimal(values.pop("rate", "0"))
    kind = values.pop("kind", LineKind.PRODUCT)
    amount = Decimal(price)
    tax = (amount * rate / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP) * quantity
    return DocumentLine(
        key,
        kind,
        values.pop("text", f"Line {key}"),
        Decimal(quantity),
        amount,
        tax=values.pop("tax", tax),
        **values,
    )


def document(key: str, *lines: DocumentLine, **values: Any) -> SalesDocument:
    """Return a document whose totals are those of its lines, summed up and then rounded."""
    tax = cents(sum((x.tax for x in lines), Decimal(0)))
    exact = sum((x.unit_price * x.quantity + x.tax for x in lines), Decimal(0))
    given = {
        "number": unique("OC").replace(" ", "-"),
        "date": PLACED,
        "customer": "1",
        "invoice_address": None,
        "delivery_address": None,
        "currency": "USD",
        "decimals": 2,
        "rate": Decimal(1),
        "amount_total": cents(exact),
        "amount_tax": tax,
        "lines": lines,
        **values,
    }
    return SalesDocument(key, **given)


class SalesShop(Shop):
    """Sends customers and orders; ``goods`` are storable products in stock, ``tax`` is 15 %."""

    def __init__(self, ground: Ground, **settings: object) -> None:
        super().__init__(ground, **settings)
        self.currency = "USD"
        self.tax_field = "tax_ids" if ground.modern else "tax_id"

    def ready_to_sell(self) -> None:
        """Make a customer, a product in stock, a tax of 15 % and a payment method's journal."""
        self.buyer()
        self.product("1", stock=50)
        self.make_tax("86", 15.0)
        (journal, *_) = self.ground.find("account.journal", [("type", "=", "bank")], "id")
        self.refs[Entity.PAYMENT_METHODS, BANK] = str(journal["id"])

    def borrow(self, other: SalesShop) -> None:
        """Become another worker of the same shop: its own connection, what is known is shared."""
        self.erp.close()
        self.instance = other.instance
        self.erp = self.ground.connect(self.instance)
        self.refs = dict(other.refs)

    def product(self, key: str, *, stock: int = 0, **values: Any) -> str:
        """Make a product in Odoo past the product and link variant ``key:`` to it."""
        storable = (
            {"type": "consu", "is_storable": True} if self.ground.modern else {"type": "product"}
        )
        template = self.ground.rpc(
            "product.template",
            "create",
            {"name": unique("Goods"), "list_price": 77.0, "invoice_policy": "order"}
            | storable
            | values,
        )
        (row,) = self.ground.find("product.product", [("product_tmpl_id", "=", template)], "id")
        self.refs[Entity.VARIANTS, f"{key}:"] = str(row["id"])
        if stock:
            self.stock(key, stock)
        return str(row["id"])

    def stock(self, key: str, quantity: int) -> None:
        """Put pieces of a product into the warehouse."""
        rpc, context = self.ground.rpc, {"inventory_mode": True}
        place = self.ground.find("stock.warehouse", [], "lot_stock_id")[0]["lot_stock_id"][0]
        quant = rpc(
            "stock.quant",
            "create",
            {
                "product_id": int(self.refs[Entity.VARIANTS, f"{key}:"]),
                "location_id": place,
                "inventory_quantity": quantity,
            },
            context=context,
        )
        if self.ground.modern:
            silent(lambda: rpc("stock.quant", "action_apply_inventory", [quant]))

    def make_tax(self, key: str, percent: float, **values: Any) -> str:
        """Make a sale tax in Odoo and link a rate of the shop to it."""
        ref = self.ground.rpc(
            "account.tax",
            "create",
            {
                "name": unique(f"Tax {percent}"),
                "amount": percent,
                "amount_type": "percent",
                "type_tax_use": "sale",
                **values,
            },
        )
        self.refs[Entity.TAX_RATES, key] = str(ref)
        return str(ref)

    def included(self) -> dict[str, Any]:
        """Return what makes a tax one that is included in prices."""
        if self.ground.modern:
            return {"price_include_override": "tax_included"}
        return {"price_include": True}

    def goods(self, key: str, price: str, quantity: int = 1, **values: Any) -> DocumentLine:
        """Return a line of a product that :meth:`product` made."""
        item = (Entity.VARIANTS, f"{values.pop('of', key)}:")
        return line(f"line_{key}", price, quantity, item=item, **values)

    def buyer(self, key: str = "1", **values: Any) -> Customer:
        """Send a customer with one address."""
        made = customer(key, address(key), **values)
        self.must(made)
        return made

    def order_row(self, ref: str | None) -> Any:
        """Return an order's amounts and the rest."""
        names = ("name", "state", "amount_total", "amount_tax", "client_order_ref", "date_order")
        names += ("partner_id", "partner_invoice_id", "partner_shipping_id", "currency_id")
        names += ("carrier_id", "note", "team_id", "user_id", "order_line", "invoice_ids")
        return self.ground.read("sale.order", ref, *names)

    def line_rows(self, ref: str | None) -> Any:
        """Return an order's lines by their order in the document."""
        names = ("name", "product_id", "product_uom_qty", "price_unit", "price_subtotal")
        names += ("price_tax", "is_delivery", self.tax_field)
        return sorted(
            self.ground.find("sale.order.line", [("order_id", "=", int(ref or 0))], *names),
            key=lambda r: r["id"],
        )

    def agrees(self, outcome: Outcome, sent: SalesDocument) -> bool:
        """Tell whether Odoo's order has the shop's amounts, to the cent."""
        row = self.order_row(outcome.ref)
        return (
            cents(Decimal(str(row["amount_total"]))),
            cents(Decimal(str(row["amount_tax"]))),
        ) == (sent.amount_total, sent.amount_tax)


def silent(call: Any) -> None:
    """Call what commits and then cannot say None."""
    try:
        call()
    except xmlrpc.client.Fault as fault:
        if "cannot marshal" not in fault.faultString:
            raise


def changed(record: Any, **values: Any) -> Any:
    """Return a record with some fields changed."""
    return dataclasses.replace(record, **values)
