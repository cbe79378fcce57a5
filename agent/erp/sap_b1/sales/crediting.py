"""Credits what was invoiced: one credit note per invoice, over all of it."""

from __future__ import annotations

from typing import Any

from agent.erp.sales import StepInput
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import documents, explaining, following
from agent.erp.sap_b1.sales.documents import (
    CREDITS,
    DOWN_PAYMENTS,
    INVOICE_TYPE,
    INVOICES,
    open_quantity,
)
from agent.erp.sap_b1.sales.sight import Document, Sight, look_again
from agent.erp.sap_b1.sales.taxes import tax_field
from agent.erp.sap_b1.sales.totals import is_local
from agent.erp.sap_b1.sets import Row
from agent.errors import Held

_SELECT = (
    *("DocumentLines", "DocumentAdditionalExpenses", "DocCurrency", "RoundingDiffAmount"),
    "RoundingDiffAmountFC",
)


def credit(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Make a credit note for every invoice that has none; returns the order as it is then.

    Raises:
        Held: nothing was invoiced, or the period is closed.
        Refused: B1 said no.
    """
    live = sight.live(INVOICES)
    if not live:
        raise _nothing(sight)
    open_ = [one for one in live if not _credited(sight, one)]
    for one in open_:
        _make(cx, sight, one, given)
    return look_again(cx, sight) if open_ else sight


def _credited(sight: Sight, one: Document) -> bool:
    return any(one.id in note.bases(INVOICE_TYPE) for note in sight.live(CREDITS))


def _make(cx: Connection, sight: Sight, one: Document, given: StepInput) -> None:
    what = f"The credit note of the invoice {one.number}"
    rows = following.whole_rows(cx, INVOICES, [one], _SELECT)
    if not rows:
        return

    def done() -> bool:
        return _credited(look_again(cx, sight), one)

    try:
        documents.make_next(
            cx,
            CREDITS,
            f"{given.external_id}_credit_{one.id}",
            lambda: _body(cx, sight, rows[0]),
            what,
            used=[note.name for note in sight.credits],
            done=done,
        )
    except B1Refused as error:
        raise explaining.document_refused(cx, error, sight.row, what) from None


def _body(cx: Connection, sight: Sight, invoice: Row) -> dict[str, Any]:
    entry = int(invoice["DocEntry"])
    body: dict[str, Any] = {
        **following.header_of(cx, sight),
        "DocumentLines": [
            {
                "BaseType": INVOICE_TYPE,
                "BaseEntry": entry,
                "BaseLine": int(line["LineNum"]),
                "Quantity": open_quantity(line),
                **_numbers(line),
            }
            for line in invoice.get("DocumentLines") or ()
            if open_quantity(line) > 0
        ],
        **following.rounding_of(cx, invoice),
    }
    freights = _freights(cx, invoice, entry)
    return {**body, "DocumentAdditionalExpenses": freights} if freights else body


def _numbers(line: Row) -> dict[str, Any]:
    """Return the batches and serial numbers that come back."""
    names = ("BatchNumbers", "SerialNumbers")
    return {name: line[name] for name in names if line.get(name)}


def _freights(cx: Connection, invoice: Row, entry: int) -> list[dict[str, Any]]:
    name = "LineTotal" if is_local(cx, invoice) else "LineTotalFC"
    tax = tax_field(cx)
    return [
        {
            "ExpenseCode": int(freight["ExpenseCode"]),
            name: number(freight, name),
            tax: freight.get(tax),
            "Remarks": freight.get("Remarks") or "",
            "BaseDocType": INVOICE_TYPE,
            "BaseDocEntry": entry,
            "BaseDocLine": freight.get("LineNum"),
        }
        for freight in invoice.get("DocumentAdditionalExpenses") or ()
        if number(freight, name)
    ]


def _nothing(sight: Sight) -> Held:
    paid = sight.live(DOWN_PAYMENTS)
    more = f", but it has the down payment {paid[0].number}" if paid else ""
    return Held(
        f"Nothing of the order {sight.name} is invoiced, so there is nothing to credit{more}",
        fix="Cancel the order instead (credit the down payment in SAP first, where there is one), "
        "or drop this.",
        code="order.nothing_to_credit",
    )
