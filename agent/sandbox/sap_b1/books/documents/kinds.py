"""The kinds of marketing documents: their tables, numbers, and what may be made from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.sandbox.sap_b1.company import Refusal


@dataclass(frozen=True, slots=True)
class Kind:
    """A set of documents.

    ``code`` is the object type (``BaseType``), ``bases`` are those it can be made from.
    ``posted``: it is in the books at once, so that its lines cannot be changed any more.
    """

    name: str
    code: int
    enum: str
    header: str
    line: str
    bases: frozenset[int] = frozenset()
    posted: bool = True
    partner: bool = True


ORDER, QUOTATION, DELIVERY, RETURN = 17, 23, 15, 16
INVOICE, CREDIT, DOWN_PAYMENT, DRAFT = 13, 14, 203, 112
RECEIPT, ISSUE = 59, 60
OPEN, CLOSED = "bost_Open", "bost_Close"

_ALL = (
    Kind("Quotations", QUOTATION, "oQuotations", "OQUT", "QUT1", posted=False),
    Kind("Orders", ORDER, "oOrders", "ORDR", "RDR1", frozenset({QUOTATION}), posted=False),
    Kind(
        *("DeliveryNotes", DELIVERY, "oDeliveryNotes", "ODLN", "DLN1"),
        frozenset({ORDER, INVOICE, QUOTATION}),
    ),
    Kind("Returns", RETURN, "oReturns", "ORDN", "RDN1", frozenset({DELIVERY})),
    Kind(
        *("Invoices", INVOICE, "oInvoices", "OINV", "INV1"),
        frozenset({ORDER, DELIVERY, QUOTATION}),
    ),
    Kind(
        *("CreditNotes", CREDIT, "oCreditNotes", "ORIN", "RIN1"),
        frozenset({INVOICE, RETURN, DOWN_PAYMENT}),
    ),
    Kind(
        *("DownPayments", DOWN_PAYMENT, "oDownPayments", "ODPI", "DPI1"),
        frozenset({ORDER, QUOTATION, DELIVERY}),
    ),
    Kind("InventoryGenEntries", RECEIPT, "oInventoryGenEntry", "OIGN", "IGN1", partner=False),
    Kind("InventoryGenExits", ISSUE, "oInventoryGenExit", "OIGE", "IGE1", partner=False),
)
KINDS = {kind.name: kind for kind in _ALL}
BY_CODE = {kind.code: kind for kind in _ALL}
BY_ENUM = {kind.enum: kind for kind in _ALL}
DRAFTS = Kind("Drafts", DRAFT, "oDrafts", "ODRF", "DRF1", posted=False)


def kind_of(body: Mapping[str, Any]) -> Kind:
    """Return the kind of a draft.

    Raises:
        Refusal: its body does not say one.
    """
    code = str(body.get("DocObjectCode"))
    kind = BY_ENUM.get(code) or (BY_CODE.get(int(code)) if code.isdigit() else None)
    if kind is None:
        raise Refusal(-5002, "Object type is missing  [ODRF.ObjType]")
    return kind
