"""Payments and invoices made by load(), matched by hand; the lines of transfers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.deliveries import QUIET, moves
from agent_tests.live.fidelity.invoices import confirmed, post
from agent_tests.live.fidelity.invoices import seen as bill_of
from agent_tests.live.fidelity.sales import (
    LINE,
    MOVE,
    ORDER,
    PICKING,
    bank,
    goods,
    included,
    invoice,
    invoices,
    line,
    outcome,
    pickings,
    service,
    summary,
    tax,
    tax_field,
    unit_field,
)
from agent_tests.live.fidelity.talk import Talk

PAYMENT, ENTRY, PACK = "account.payment", "account.move.line", "stock.move.line"
MATCHED = ("reconciled", "amount_residual", "debit", "credit")


def _posted(t: Talk, amount: float) -> tuple[int, int]:
    made = confirmed(t, line(t, service(t), 1, amount))
    invoice(t, made)
    [bill] = invoices(t, made)
    post(t, bill)
    return made, bill


def _load_payment(
    t: Talk, name: str, bill: int, amount: str, mode: str = "", once: bool = False, **more: str
) -> Any:
    seen = t.read(MOVE, bill, "commercial_partner_id", "currency_id")
    cells = {
        "id": f"x_{t.tag}.{name}",
        "payment_type": "inbound",
        "partner_type": "customer",
        "partner_id/.id": str(seen["commercial_partner_id"][0]),
        "amount": amount,
        "currency_id/.id": str(seen["currency_id"][0]),
        "journal_id/.id": str(bank(t)),
        ("memo" if t.new else "ref"): t.name(name),
        "date": "2026-03-05",
        **more,
    }
    if t.new:
        cells["invoice_ids/.id"] = str(bill)
    context = {**({"mode": mode} if mode else {}), **({"noupdate": True} if once else {})}
    return t.load(PAYMENT, list(cells), [list(cells.values())], **context)


def _receivable(t: Talk, move: int) -> list[int]:
    kind = "account_type" if t.new else "account_internal_type"
    wanted = "asset_receivable" if t.new else "receivable"
    return list(t(ENTRY, "search", [["move_id", "=", move], [kind, "=", wanted]]))


def _assign(t: Talk, payment: int, bill: int) -> Any:
    entry = t.read(PAYMENT, payment, "move_id")["move_id"]
    if not entry:
        return "no entry"
    found: list[Any] = []
    for one in _receivable(t, entry[0]):
        found.append(t.read(ENTRY, one, *MATCHED))
        answer = t(MOVE, "js_assign_outstanding_line", [bill], one)
        found.append("marshal" in str(answer) or sorted(answer))
        found.append(t.read(ENTRY, one, *MATCHED))
        found.append(str(t(MOVE, "js_assign_outstanding_line", [bill], one)).split("\n")[0][:60])
    return found


def loaded_payments(t: Talk) -> Iterator[Any]:
    order, bill = _posted(t, 100)
    [owed] = _receivable(t, bill)
    yield t.read(ENTRY, owed, *MATCHED)
    yield _load_payment(t, "p1", bill, "40")
    payment = t.ref(f"x_{t.tag}.p1")
    yield t.read(PAYMENT, payment, "state", "amount"), bill_of(t, bill)[0]
    yield outcome(t(PAYMENT, "action_post", [payment])), t.read(PAYMENT, payment, "state")
    yield bill_of(t, bill)[0]
    yield _assign(t, payment, bill), bill_of(t, bill)[0], t.read(ENTRY, owed, *MATCHED)
    yield t.read(PAYMENT, payment, "state", "is_reconciled")
    yield _load_payment(t, "p2", bill, "60")
    second = t.ref(f"x_{t.tag}.p2")
    t(PAYMENT, "action_post", [second])
    yield _assign(t, second, bill), bill_of(t, bill)[0], t.read(ENTRY, owed, *MATCHED)
    yield t.read(PAYMENT, second, "state", "is_reconciled"), summary(t, order)
    yield t.read(PAYMENT, payment, "state", "is_reconciled")
    yield t(PAYMENT, "action_post", [second])
    yield _load_payment(t, "p3", bill, "x"), _load_payment(t, "p3", bill, "0", date="1")


def loaded_once(t: Talk) -> Iterator[Any]:
    _order, bill = _posted(t, 100)
    amounts = []
    for amount, mode, once in (
        *(("40", "update", True), ("50", "update", True), ("60", "update", False)),
        *(("70", "", True), ("80", "", False)),
    ):
        yield _load_payment(t, "p1", bill, amount, mode, once)
        amounts.append(t.read(PAYMENT, t.ref(f"x_{t.tag}.p1"), "amount", "state"))
    yield amounts
    payment = t.ref(f"x_{t.tag}.p1")  # written as a draft, it has lost its account on 19
    yield outcome(t(PAYMENT, "action_post", [payment])), bill_of(t, bill)[0]
    found = t.read(PAYMENT, payment, "state", "move_id")
    yield found["state"], bool(found["move_id"])
    yield _load_payment(t, "p2", bill, "20", "update", True)
    yield _load_payment(t, "p2", bill, "20", "update", True)
    second = t.ref(f"x_{t.tag}.p2")
    yield outcome(t(PAYMENT, "action_post", [second])), bill_of(t, bill)[0]
    yield bool(t.read(PAYMENT, second, "move_id")["move_id"])


def too_much_paid(t: Talk) -> Iterator[Any]:
    _order, bill = _posted(t, 100)
    yield _load_payment(t, "p1", bill, "130")
    payment = t.ref(f"x_{t.tag}.p1")
    t(PAYMENT, "action_post", [payment])
    yield _assign(t, payment, bill), bill_of(t, bill)[0]
    yield t.read(PAYMENT, payment, "state", "is_reconciled")


def loaded_invoices(t: Talk) -> Iterator[Any]:
    product, vat = service(t), tax(t, 20)
    made = confirmed(t, line(t, service(t), 1, 100, vat))
    name = f"x_{t.tag}.deposit"
    cells = {
        "id": name,
        "order_id/.id": str(made),
        "product_id/.id": str(product),
        "name": "Down payment",
        "product_uom_qty": "0",
        "price_unit": "36",
        "discount": "0",
        f"{unit_field(t)}/.id": str(t.ref("uom.product_uom_unit")),
        "is_downpayment": "1",
        f"{tax_field(t)}/.id": "",
        "sequence": "999",
    }
    yield t.load(LINE, list(cells), [list(cells.values())]), summary(t, made)
    row = t.ref(name)
    fields = ("invoice_status", "qty_to_invoice", "price_subtotal", "is_downpayment")
    yield t.read(LINE, row, *fields)
    partner = t.read(ORDER, made, "partner_id")["partner_id"][0]
    head = {"id": f"{name}_bill", "move_type": "out_invoice", "partner_id/.id": str(partner)}
    head |= {"invoice_origin": "S1", "ref": t.name("OC")}
    below = {
        "product_id/.id": str(product),
        "name": "Deposit",
        "quantity": "1",
        "price_unit": "36",
        "tax_ids/.id": "",
        "sale_line_ids/.id": str(row),
    }
    cells = {**head, **{f"invoice_line_ids/{key}": value for key, value in below.items()}}
    yield t.load(MOVE, list(cells), [list(cells.values())])
    bill = t.ref(f"{name}_bill")
    yield bill_of(t, bill), summary(t, made), t.read(LINE, row, *fields)
    yield post(t, bill), summary(t, made), t.read(LINE, row, *fields)
    yield invoice(t, made), summary(t, made), [bill_of(t, one) for one in invoices(t, made)]
    taxed = {**cells, "id": f"{name}_taxed", "invoice_line_ids/tax_ids/.id": str(vat)}
    yield t.load(MOVE, list(taxed), [list(taxed.values())]), bill_of(t, t.ref(f"{name}_taxed"))
    inside = tax(t, 20, name="in", **included(t))
    taxed |= {"id": f"{name}_in", "invoice_line_ids/tax_ids/.id": str(inside)}
    yield t.load(MOVE, list(taxed), [list(taxed.values())]), bill_of(t, t.ref(f"{name}_in"))
    bare = {"id": f"{name}_bare", "move_type": "out_invoice", "partner_id/.id": str(partner)}
    yield t.load(MOVE, list(bare), [list(bare.values())])
    yield post(t, t.ref(f"{name}_bare"))
    yield t.load(MOVE, ["id", "move_type"], [[f"{name}_none", "out_invoice"]])
    refused = str(post(t, t.ref(f"{name}_none"))).removeprefix("fault 2: ")
    yield sorted(refused.split("\n"))  # in any order
    yield t.load(MOVE, ["id", "move_type"], [[f"{name}_x", "nonsense"]])


def wizards_again(t: Talk) -> Iterator[Any]:
    """What was made by a call whose answer was lost."""
    made = confirmed(t, line(t, service(t), 1, 100))
    wizard = "sale.advance.payment.inv"
    context = {"active_model": ORDER, "active_ids": [made], "active_id": made}
    values: dict[str, Any] = {"advance_payment_method": "delivered"}
    if t.new:
        values["sale_order_ids"] = [[6, 0, [made]]]
    number = t(wizard, "create", values, context=context)
    yield outcome(t(wizard, "create_invoices", [number], context=context)), summary(t, made)
    yield outcome(t(wizard, "create_invoices", [number], context=context)), summary(t, made)
    yield t(wizard, "search_count", [["id", "=", number]])
    if t.new:
        domain = [["sale_order_ids", "in", [made]], ["advance_payment_method", "=", "delivered"]]
        yield t(wizard, "search_count", domain)
        fixed = {**values, "advance_payment_method": "fixed", "fixed_amount": 30}
        number = t(wizard, "create", fixed, context=context)
        domain = [["sale_order_ids", "in", [made]], ["fixed_amount", ">", 0]]
        yield t(wizard, "search_count", domain), t(wizard, "write", [number], {"fixed_amount": 0})
    [bill] = invoices(t, made)
    post(t, bill)
    context = {"active_model": MOVE, "active_ids": [bill], "active_id": bill}
    journal = t.read(MOVE, bill, "journal_id")["journal_id"][0]
    values = {"reason": "x", **({"journal_id": journal} if t.new else {"refund_method": "refund"})}
    number = t("account.move.reversal", "create", values, context=context)
    found = t("account.move.reversal", "search", [["move_ids", "in", [bill]]])
    yield found == [number]
    method = "refund_moves" if t.new else "reverse_moves"
    for _ in range(2):
        yield outcome(t("account.move.reversal", method, [number], context=context))
        yield t(MOVE, "search_count", [["reversed_entry_id", "=", bill]])
    number = t("account.move.reversal", "create", values, context=context)
    yield t("account.move.reversal", "write", [number], {"date": False})
    yield outcome(t("account.move.reversal", method, [number], context=context))
    yield t(MOVE, "search_count", [["reversed_entry_id", "=", bill]])
    domain = [["move_ids", "in", [bill]], ["date", "!=", False]]
    yield t("account.move.reversal", "search_count", domain)
    yield t(ORDER, "write", [made], t.read(ORDER, made, "client_order_ref"))


def lines_of_transfers(t: Talk) -> Iterator[Any]:
    product, other = goods(t), goods(t)
    t.count(product, 10)
    made = confirmed(t, line(t, product, 4, 10), line(t, other, 2, 3))
    [picking] = pickings(t, made)
    amount = ("quantity", "picked") if t.new else ("product_uom_qty", "qty_done")
    domain = [["picking_id", "=", picking]]

    def seen() -> Any:
        rows = t.rows(PACK, domain, *amount, "state", "result_package_id")
        return rows, [t.read("stock.move", one, "state") for one in moves(t, picking)]

    yield seen(), t(PACK, "search_count", [*domain, ["result_package_id", "!=", False]])
    for one in t(PACK, "search", domain):
        values = {"quantity": 3, "picked": True} if t.new else {"qty_done": 3}
        yield t(PACK, "write", [one], values), seen()
    yield t(PICKING, "button_validate", [picking], context=QUIET), summary(t, made), seen()
    t.count(other, 5)
    rest = pickings(t, made)[-1]
    domain = [["picking_id", "=", rest]]
    yield t(PICKING, "action_assign", [rest]), t.rows(PACK, domain, *amount, "state")
    if t.new:
        found = t("stock.move", "search", [["picking_id", "=", rest]])
        yield t("stock.move", "write", found, {"picked": True})
    else:
        for one in t(PACK, "search", domain):
            taken = t.read(PACK, one, "product_uom_qty")["product_uom_qty"]
            yield t(PACK, "write", [one], {"qty_done": taken})
    yield t(PICKING, "button_validate", [rest], context=QUIET), summary(t, made)


SCENARIOS = (
    *(loaded_payments, loaded_once, too_much_paid, loaded_invoices, wizards_again),
    lines_of_transfers,
)
