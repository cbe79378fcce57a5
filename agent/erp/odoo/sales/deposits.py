"""Down payments: an invoice of the given amount before the final one, posted and paid.

Since Odoo 17 the wizard takes the amount with taxes and shares it over the order's taxes. Before,
it books on a product; there the bridge's own is used, untaxed, so that the invoice is exactly the
amount, and order line and invoice are made by ``load()`` with external ids.

**Nothing twice.** The wizard: :mod:`agent.erp.odoo.sales.wizards`; Odoo refuses to invoice the
amount 0.
"""

from __future__ import annotations

from decimal import Decimal

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.sales import services
from agent.erp.odoo.sales.deposit_cents import fit
from agent.erp.odoo.sales.holding import RELEASE, need_confirmed, posting_error
from agent.erp.odoo.sales.invoicing import WIZARD, post, wizard_of
from agent.erp.odoo.sales.paying import journal_of, pay_invoice
from agent.erp.odoo.sales.states import LINE, MOVE, Sight, look_at_invoices, money
from agent.erp.odoo.sales.taxes import tax_field
from agent.erp.odoo.sales.wizards import Wizard
from agent.erp.sales import StepInput
from agent.errors import Held, PermanentError

_SEQUENCE = "9500"
_ADVANCING = Wizard(WIZARD, "down payment", "fixed_amount", (">", 0), 0)


def deposit(work: Work, sight: Sight, given: StepInput) -> None:
    """Make, post and pay the down payment, as far as that is not done.

    Raises:
        Held: the order is not confirmed, the payment method has no journal, the period is closed,
            or the invoice is not what was paid; in that case it stays a draft.
        Refused: Odoo said no.
    """
    if given.deposit <= 0:
        return
    need_confirmed(sight)
    cx = work.cx
    made = _invoices(sight)
    if not made and sight.live("out_invoice", "posted"):
        return  # it is invoiced already: nothing is left to pay in advance
    journal: int | None = None
    if not made:
        journal = journal_of(cx, given)
        made = _make(work, sight, given)
    made[0] = fit(cx, made[0], given.deposit, given.document.rounding_limit)
    _compare(sight, made[0], given)
    post(cx, made[:1], f"The down payment invoice of the order {sight.name}")
    now = [m for m in _invoices(look_at_invoices(cx, sight)) if m["id"] == made[0]["id"]]
    if now and money(now[0]["amount_residual"]) and now[0]["payment_state"] == "not_paid":
        pay_invoice(cx, now[0], journal or journal_of(cx, given), given)


def _invoices(sight: Sight) -> list[Row]:
    """Return the down payments, posted ones first."""
    rows = [m for m in sight.live("out_invoice") if int(m["id"]) in sight.down_payments]
    return sorted(rows, key=lambda m: (m["state"] != "posted", int(m["id"])))


def _make(work: Work, sight: Sight, given: StepInput) -> list[Row]:
    cx = work.cx
    if cx.facts.has(WIZARD, "product_id"):
        _by_load(work, sight, given)
    else:
        _by_wizard(cx, sight, given)
    made = _invoices(look_at_invoices(cx, sight))
    if not made:
        raise _not_made(sight)
    return made


def _not_made(sight: Sight) -> Held:
    return Held(
        f"Odoo made no down payment invoice for the order {sight.name}",
        fix=f"Make it in Odoo by hand (Create Invoice, Down payment), {RELEASE}.",
        code="order.deposit_open",
    )


def _by_wizard(cx: Connection, sight: Sight, given: StepInput) -> None:
    values = {"advance_payment_method": "fixed", "fixed_amount": given.deposit}
    wizard, context = wizard_of(cx, sight, values)
    if _by_earlier_try(cx, sight, wizard):
        return
    try:
        cx.odoo.do(WIZARD, "create_invoices", [wizard], context=context)
    except PermanentError as error:
        if _invoices(look_at_invoices(cx, sight)):
            return
        _ADVANCING.check(cx, wizard)
        what = f"The down payment invoice of the order {sight.name}"
        raise posting_error(cx, error, what) from None


def _by_earlier_try(cx: Connection, sight: Sight, own: int) -> bool:
    """Take earlier tries out of service; tells whether one has made the invoice by then."""
    mine = [("sale_order_ids", "in", [sight.id]), ("advance_payment_method", "=", "fixed")]
    if not _ADVANCING.take_off(cx, sight, mine, own):
        return False
    return bool(_invoices(look_at_invoices(cx, sight)))


def _by_load(work: Work, sight: Sight, given: StepInput) -> None:
    """Make order line and invoice by ``load()``; the invoice's line is set, not added.

    ``load()`` of an invoice with its line would add the line once more when it is repeated. While
    another worker is at the same invoice, Odoo refuses what it takes a moment later: a refusal is
    tried once more.
    """
    cx = work.cx
    product = services.service_products(work, [services.DEPOSIT])[services.DEPOSIT]
    line = _order_line(work, sight, product, given)
    for last in (False, True):
        try:
            _load_invoice(work, sight, product, line, given)
        except PermanentError as error:
            if any(m["state"] == "posted" for m in _invoices(look_at_invoices(cx, sight))):
                return  # another worker has set the line and posted the invoice meanwhile
            if last:
                what = f"The down payment invoice of the order {sight.name}"
                raise posting_error(cx, error, what) from None
        else:
            return


def _load_invoice(work: Work, sight: Sight, product: int, line: int, given: StepInput) -> None:
    cx = work.cx
    fields = ["partner_invoice_id", "partner_shipping_id", "currency_id"]
    order = cx.odoo.find("sale.order", [("id", "=", sight.id)], fields)[0]
    name = f"{given.external_id}_deposit_invoice"
    cells = {
        "id": name,
        "move_type": "out_invoice",
        "partner_id/.id": str(ref_id(order["partner_invoice_id"])),
        "partner_shipping_id/.id": str(ref_id(order["partner_shipping_id"])),
        "currency_id/.id": str(ref_id(order["currency_id"])),
        "invoice_origin": sight.name,
        "ref": given.document.number,
    }
    kind = {"default_move_type": "out_invoice"}  # the journal follows from it
    result = work.loader.load(MOVE, [LoadRecord(name, cells)], context=kind, once=True)[name]
    if result.error is not None or result.id is None:
        raise result.error or _not_made(sight)
    values = {
        "product_id": product,
        "name": services.NAMES[services.DEPOSIT],
        "quantity": 1,
        "price_unit": given.deposit,
        "tax_ids": [(6, 0, [])],
        "sale_line_ids": [(6, 0, [line])],
    }
    cx.odoo.write(MOVE, [result.id], {"invoice_line_ids": [(5, 0, 0), (0, 0, values)]})


def _order_line(work: Work, sight: Sight, product: int, given: StepInput) -> int:
    cx = work.cx
    uom = "product_uom_id" if cx.facts.has(LINE, "product_uom_id") else "product_uom"
    unit = cx.odoo.find(services.PRODUCT, [("id", "=", product)], ["uom_id"])[0]["uom_id"]
    name = f"{given.external_id}_deposit"
    cells = {
        "id": name,
        "order_id/.id": str(sight.id),
        "product_id/.id": str(product),
        "name": services.NAMES[services.DEPOSIT],
        "product_uom_qty": "0",
        f"{uom}/.id": str(ref_id(unit) or ""),
        "price_unit": f"{given.deposit:f}",
        "discount": "0",
        f"{tax_field(cx)}/.id": "",
        "is_downpayment": "1",
        "sequence": _SEQUENCE,
    }
    result = work.loader.load(LINE, [LoadRecord(name, cells)], once=True)[name]
    if result.error is not None:
        raise result.error
    return result.id or 0


def _compare(sight: Sight, move: Row, given: StepInput) -> None:
    step = Decimal(1).scaleb(-given.document.decimals)
    total = money(move["amount_total"])
    if move["state"] == "posted" or abs(total - given.deposit) < step / 2:
        return
    raise Held(
        f"The down payment invoice of the order {sight.name} comes to {total}, {given.deposit} was "
        "paid. It was left as a draft",
        fix=f"Correct or post it in Odoo, {RELEASE}.",
        code="order.deposit_differs",
    )
