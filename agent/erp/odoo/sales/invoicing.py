"""Invoices what is to be invoiced, and credits what was.

**Nothing twice.** An invoice: Odoo works with snapshots (REPEATABLE READ). A call whose answer was
lost and one that repeats it both write the invoiced quantity into the same order lines, so that one
of them starts again, finds nothing to invoice and fails; both versions were seen to do so.

A credit note has no such guard of its own: :mod:`agent.erp.odoo.sales.wizards`. Without a date,
Odoo makes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.holding import RELEASE, need_confirmed, posting_error
from agent.erp.odoo.sales.states import MOVE, ORDER, Sight, look_at_invoices, money
from agent.erp.odoo.sales.wizards import Wizard
from agent.erp.sales import StepInput
from agent.errors import BridgeError, Held, PermanentError, Refused

WIZARD = "sale.advance.payment.inv"
REVERSAL = "account.move.reversal"
_CREDITING = Wizard(REVERSAL, "credit note", "date", ("!=", False), False)


def invoice(cx: Connection, sight: Sight, given: StepInput) -> None:
    """Make and post the invoice of what is open; earlier down payments are drawn from it.

    Raises:
        Held: nothing can be invoiced yet, the period is closed, or the invoice would not have the
            order's amounts; in that case it stays a draft.
        Refused: Odoo said no.
    """
    need_confirmed(sight)
    open_advance = [m for m in sight.live("out_invoice", "draft") if _is_advance(sight, m)]
    if open_advance:
        raise _advance_open(sight)
    drafts = _drafts(sight)
    if not drafts:
        if _wanted(sight):
            _create(cx, sight)
        # also where nothing was open: another worker may have been at it while this one read
        sight = look_at_invoices(cx, sight, lines=True)
        drafts = _drafts(sight)
    if not drafts:
        if any(not _is_advance(sight, m) for m in sight.live("out_invoice", "posted")):
            return
        raise _nothing(sight)
    _compare(sight, given)
    post(cx, drafts, f"The invoice of the order {sight.name}")


def _is_advance(sight: Sight, move: Row) -> bool:
    return int(move["id"]) in sight.down_payments


def _drafts(sight: Sight) -> list[Row]:
    return [m for m in sight.live("out_invoice", "draft") if not _is_advance(sight, m)]


def _wanted(sight: Sight) -> bool:
    """Tell whether something is open; after a credit note Odoo would invoice all once more."""
    return bool(sight.to_invoice()) and not sight.live("out_refund")


def _create(cx: Connection, sight: Sight) -> None:
    wizard, context = wizard_of(cx, sight, {"advance_payment_method": "delivered"})
    try:
        cx.odoo.do(WIZARD, "create_invoices", [wizard], context=context)
    except Refused as error:
        now = look_at_invoices(cx, sight, lines=True)
        if not _drafts(now) and now.to_invoice():
            what = f"The invoice of the order {sight.name}"
            raise posting_error(cx, error, what) from None


def wizard_of(cx: Connection, sight: Sight, values: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return an invoicing wizard for an order, and the context it works in."""
    named: dict[str, Any] = {"active_model": ORDER, "active_ids": [sight.id], "active_id": sight.id}
    context = cx.odoo.context(**named)
    if cx.facts.has(WIZARD, "sale_order_ids"):
        values = {**values, "sale_order_ids": [(6, 0, [sight.id])]}
    return int(cx.odoo.transport.call(WIZARD, "create", [values], {"context": context})), context


def _compare(sight: Sight, given: StepInput) -> None:
    """Raise where all invoices together are not what the order comes to.

    Where a part is still to be invoiced (by delivered quantities), only Odoo can tell its share.
    """
    if sight.row["invoice_status"] not in ("invoiced", "upselling") or sight.live("out_refund"):
        return
    charged = sum((money(m["amount_total"]) for m in sight.live()), Decimal(0))
    wanted = money(sight.row["amount_total"])
    step = Decimal(1).scaleb(-given.document.decimals)
    if abs(charged - wanted) < step / 2:
        return
    raise Held(
        f"The invoices of the order {sight.name} come to {charged} and the order to {wanted}: "
        f"{charged - wanted:+f}. The last one was left as a draft",
        fix="Correct the draft invoice in Odoo (or post it as it is) and release the order. Where "
        "it happens often, set Tax Calculation Rounding Method to Round per Line.",
        code="order.invoice_differs",
    )


def post(cx: Connection, moves: Sequence[Row], what: str) -> None:
    """Post draft invoices or credit notes.

    Raises:
        Held: the period is closed, or Odoo left one as a draft.
        Refused: Odoo said no.
    """
    numbers = [int(m["id"]) for m in moves if m["state"] == "draft"]
    if not numbers:
        return
    try:
        cx.odoo.do(MOVE, "action_post", numbers)
    except PermanentError as error:
        if _unposted(cx, numbers):
            raise posting_error(cx, error, what) from None
        return
    if _unposted(cx, numbers):
        raise Held(
            f"{what} is still a draft: Odoo asks something before it posts it",
            fix=f"Post it in Odoo by hand, {RELEASE}.",
            code="order.invoice_draft",
        )


def _unposted(cx: Connection, numbers: Sequence[int]) -> bool:
    rows = cx.odoo.find_in(MOVE, "id", list(numbers), ["state"])
    return any(r["state"] == "draft" for r in rows)


def credit(cx: Connection, sight: Sight, given: StepInput) -> None:
    """Make and post a credit note for every posted invoice that has none.

    Raises:
        Held: nothing was invoiced, or the period is closed.
        Refused: Odoo said no.
    """
    posted = [m for m in sight.live("out_invoice", "posted") if money(m["amount_total"])]
    if not posted:
        raise Held(
            f"Nothing of the order {sight.name} is invoiced, so there is nothing to credit",
            fix="Cancel the order instead, or drop this.",
            code="order.nothing_to_credit",
        )
    for move in posted:
        if not _reversals(cx, int(move["id"])):
            _reverse(cx, sight, move, given.document.number)
    numbers = [int(m["id"]) for m in posted]
    post(cx, _first_of_each(cx, numbers), f"The credit note of the order {sight.name}")


def _reversals(cx: Connection, move: int) -> list[Row]:
    domain = [("reversed_entry_id", "=", move), ("state", "!=", "cancel")]
    return cx.odoo.find(MOVE, domain, ["state", "reversed_entry_id"])


def _first_of_each(cx: Connection, moves: Sequence[int]) -> list[Row]:
    """Return one credit note per invoice: the posted one, else the first draft."""
    found: dict[int, Row] = {}
    for move in moves:
        rows = sorted(_reversals(cx, move), key=lambda r: (r["state"] != "posted", int(r["id"])))
        if rows:
            found[move] = rows[0]
    return list(found.values())


def _reverse(cx: Connection, sight: Sight, move: Row, number: str) -> None:
    invoice_id = int(move["id"])
    named: dict[str, Any] = {"active_model": MOVE, "active_ids": [invoice_id]}
    context = cx.odoo.context(**named)
    values: dict[str, Any] = {"reason": number}
    old = cx.facts.has(REVERSAL, "refund_method")
    if old:
        values["refund_method"] = "refund"
    else:
        rows = cx.odoo.find(MOVE, [("id", "=", invoice_id)], ["journal_id"])
        values["journal_id"] = ref_id(rows[0]["journal_id"])
    wizard = int(cx.odoo.transport.call(REVERSAL, "create", [values], {"context": context}))
    if _by_earlier_try(cx, sight, invoice_id, wizard):
        return
    try:
        cx.odoo.do(REVERSAL, "reverse_moves" if old else "refund_moves", [wizard], context=context)
    except PermanentError as error:
        if _reversals(cx, invoice_id):
            return
        _CREDITING.check(cx, wizard)
        what = f"The credit note of the order {sight.name}"
        raise posting_error(cx, error, what) from None


def _by_earlier_try(cx: Connection, sight: Sight, invoice_id: int, own: int) -> bool:
    """Take earlier tries out of service; tells whether one has made the credit note by then."""
    mine = [("move_ids", "in", [invoice_id])]
    return _CREDITING.take_off(cx, sight, mine, own) and bool(_reversals(cx, invoice_id))


def _nothing(sight: Sight) -> BridgeError:
    names = ", ".join(
        sorted({str(line["product_id"][1]) for line in sight.lines if line["product_id"]})
    )
    return Held(
        f"Nothing of the order {sight.name} can be invoiced yet ({names}): its products are "
        "invoiced by delivered quantities",
        fix="Deliver the order first, or set Invoicing Policy to Ordered quantities at the "
        f"products in Odoo; {RELEASE}.",
        code="order.nothing_to_invoice",
    )


def _advance_open(sight: Sight) -> BridgeError:
    return Held(
        f"A down payment invoice of the order {sight.name} is still a draft",
        fix=f"Post or delete it in Odoo, {RELEASE}.",
        code="order.deposit_open",
    )
