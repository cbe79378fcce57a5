"""Orders: a sales order that is not approved, in one change set with its key, to the cent.

What B1 would make of it is asked first (``OrdersService_Preview``), so that nothing is posted that
disagrees. An order that was typed by hand or by another bridge and then linked is not touched: it
is only compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.document_edits import document_of
from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.offered import not_offered
from agent.erp.sap_b1.sales import documents, explaining, partners
from agent.erp.sap_b1.sales.documents import ORDERS, is_live
from agent.erp.sap_b1.sales.editing import edit
from agent.erp.sap_b1.sales.order_body import OrderBodies, OrderBody
from agent.erp.sap_b1.sales.totals import compare, settle, total_differs
from agent.erp.sap_b1.sets import Row
from agent.errors import AuthError, BridgeError, ConfigError
from agent.model.entity import Entity

PREVIEW = "OrdersService_Preview"
_SELECT = ("DocEntry", "DocNum", "Cancelled", "CancelStatus")


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update orders; the outcome is failed where amounts cannot be made to agree."""
    ready = [d for d in drafts if d.error is None and d.change.fields]
    customers = {ref for d in ready if (ref := _customer(d))}
    known = partners.partners(work.cx, customers) if customers else {}
    for draft in ready:
        try:
            _one(work.cx, draft, known.get(_customer(draft)))
        except (AuthError, ConfigError):
            raise
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error
        work.progress()


def _customer(draft: Draft) -> str:
    return draft.ref_of(Entity.CUSTOMERS, document_of(draft).customer) or ""


def _one(cx: Connection, draft: Draft, partner: Row | None) -> None:
    if draft.erp_id is None and not _create(cx, draft, partner):
        return
    edit(cx, draft, partner)


def _create(cx: Connection, draft: Draft, partner: Row | None) -> bool:
    """Make an order; tells whether it was made before: the draft then knows its number.

    Raises:
        BridgeError: it cannot be made; a ``Held`` about amounts, without a preview, comes after it
            was made.
    """
    document = document_of(draft)
    body = OrderBodies(cx, draft, partner).body()
    settle(cx, document, body, lambda: _preview(cx, body))
    what = f"The order {document.number}"
    try:
        row = _make(cx, draft, body, what)
    except B1Refused as error:
        raise explaining.order_refused(cx, error, body, what) from None
    if row is None:
        return True
    draft.erp_id = str(row["DocEntry"])
    draft.touched = True
    if not compare(cx, document, row, body.levies):
        raise total_differs(cx, document, body, row)
    return False


def _make(cx: Connection, draft: Draft, body: OrderBody, what: str) -> Row | None:
    """Post an order; None where it is there already. One that people cancelled makes room."""
    external_id = draft.change.external_id

    def done() -> bool:
        there = documents.named(cx, ORDERS, external_id, _SELECT)
        live = [str(one["DocEntry"]) for one in there if is_live(one)]
        draft.erp_id = next(iter(live), None)
        return draft.erp_id is not None

    return documents.make_next(
        cx, ORDERS, external_id, body.whole, what, carries=external_id, done=done
    )


def _preview(cx: Connection, body: OrderBody) -> Row | None:
    """Return what B1 would make of an order, None where it cannot tell."""
    kept: dict[str, bool] = cx.facts.keep(_preview, dict)
    if kept.get("missing"):
        return None
    try:
        return cx.client.service(PREVIEW, {"Document": body.whole()}, reads=True)
    except B1Refused as error:
        # what is wrong with the order itself, posting it tells
        kept["missing"] = not_offered(error)
        return None
