"""What the scenarios of sales have in common: buyers, taxes, orders, and how they are looked at."""

from __future__ import annotations

from typing import Any

from agent_tests.live.fidelity.talk import Talk

ORDER, LINE = "sale.order", "sale.order.line"
MOVE, PICKING = "account.move", "stock.picking"


def tax_field(t: Talk) -> str:
    """Return the name of the taxes of an order line."""
    return "tax_ids" if t.new else "tax_id"


def unit_field(t: Talk) -> str:
    """Return the name of the unit of an order line."""
    return "product_uom_id" if t.new else "product_uom"


def included(t: Talk, yes: bool = True) -> dict[str, Any]:
    """Return the values that say whether prices hold a tax."""
    if t.new:
        return {"price_include_override": "tax_included" if yes else "tax_excluded"}
    return {"price_include": yes}


def tax(t: Talk, amount: float, **values: Any) -> int:
    """Create a sales tax."""
    name = t.name(f"tax {values.pop('name', '')}{amount} ")
    return int(t("account.tax", "create", {"name": name, "amount": amount, **values}))


def buyer(t: Talk, word: str = "buyer", **values: Any) -> int:
    """Create a partner."""
    return int(t("res.partner", "create", {"name": t.name(word), **values}))


def goods(t: Talk, price: float = 10.0, **values: Any) -> int:
    """Create a stored product without taxes, sold by what is ordered, and return its variant."""
    seeds = {"list_price": price, "taxes_id": [[6, 0, []]], "invoice_policy": "order"}
    [variant] = t.variants(t.product("goods", **{**seeds, **values}))
    return variant


def service(t: Talk, price: float = 5.0, **values: Any) -> int:
    """Create a service and return its variant."""
    seeds = {"list_price": price, "type": "service", "taxes_id": [[6, 0, []]]}
    made = {"name": t.name("service"), "invoice_policy": "order", **seeds, **values}
    [variant] = t.variants(t("product.template", "create", made))
    return variant


def line(t: Talk, product: int, quantity: float, price: float, *taxes: int, **more: Any) -> Any:
    """Return the command that makes an order line."""
    values = {"product_id": product, "product_uom_qty": quantity, "price_unit": price}
    return [0, 0, {**values, tax_field(t): [[6, 0, list(taxes)]], **more}]


def order(t: Talk, partner: int, *lines: Any, **values: Any) -> int:
    """Create a quotation."""
    return int(t(ORDER, "create", {"partner_id": partner, "order_line": list(lines), **values}))


def amounts(t: Talk, record: int, model: str = ORDER) -> Any:
    """Return untaxed amount, tax and total."""
    fields = ("amount_untaxed", "amount_tax", "amount_total")
    found = t.read(model, record, *fields)
    return tuple(found[name] for name in fields)


def lines(t: Talk, record: int, *fields: str) -> Any:
    """Return fields of an order's lines."""
    return t.rows(LINE, [["order_id", "=", record]], *fields, order="sequence, id")


def summary(t: Talk, record: int) -> Any:
    """Return what changes in an order's life."""
    fields = ("state", "invoice_status", *(("locked", "delivery_status") if t.new else ()))
    head = t.read(ORDER, record, *fields)
    rows = lines(t, record, "product_uom_qty", "qty_delivered", "qty_invoiced", "invoice_status")
    invoiced = t.read(ORDER, record, "invoice_count", "delivery_count")
    return head, rows, invoiced, amounts(t, record)


def pickings(t: Talk, record: int) -> list[int]:
    """Return an order's transfers, oldest first."""
    found = t.read(ORDER, record, "picking_ids")["picking_ids"]
    return sorted(found)


def invoices(t: Talk, record: int) -> list[int]:
    """Return an order's invoices, oldest first."""
    found = t.read(ORDER, record, "invoice_ids")["invoice_ids"]
    return sorted(found)


def rounding(t: Talk, method: str) -> Any:
    """Set how the company rounds taxes."""
    company = t.ref("base.main_company")
    values = {"tax_calculation_rounding_method": method}
    return t("res.company", "write", [company], values)


def usual_rounding(t: Talk) -> None:
    """Go back to what a fresh database has."""
    rounding(t, "round_globally" if t.new else "round_per_line")


def invoice(t: Talk, record: int, method: str = "delivered", **values: Any) -> Any:
    """Make an invoice with the assistant and return what it answers."""
    wizard = "sale.advance.payment.inv"
    context = {"active_model": ORDER, "active_ids": [record], "active_id": record}
    made = {"advance_payment_method": method, **values}
    if t.new:
        made["sale_order_ids"] = [[6, 0, [record]]]
        context = {}
    number = t(wizard, "create", made, context=context)
    if not isinstance(number, int):
        return number
    return outcome(t(wizard, "create_invoices", [number], context=context))


def outcome(answer: Any) -> Any:
    """Return an answer without what is only for people's screens."""
    if isinstance(answer, dict):
        return sorted({k: answer[k] for k in ("res_model", "type") if k in answer}.items())
    return answer


def pay(t: Talk, records: list[int], **values: Any) -> Any:
    """Register a payment of invoices."""
    context = {"active_model": MOVE, "active_ids": records}
    wizard = t("account.payment.register", "create", values, context=context)
    if not isinstance(wizard, int):
        return wizard
    return outcome(
        t("account.payment.register", "action_create_payments", [wizard], context=context)
    )


def bank(t: Talk) -> int:
    """Return the bank journal."""
    [found] = t("account.journal", "search", [["type", "=", "bank"]], limit=1)
    return int(found)
