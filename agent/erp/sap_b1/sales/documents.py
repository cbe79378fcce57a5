"""Marketing documents of B1: their sets, numbers, and how they are found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from agent.erp.sap_b1.births import FIELD, id_of, made
from agent.erp.sap_b1.client import Operation, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sets import Row
from agent.errors import BridgeError, Busy, Held

ORDERS, DELIVERIES, INVOICES = "Orders", "DeliveryNotes", "Invoices"
DOWN_PAYMENTS, CREDITS, DRAFTS = "DownPayments", "CreditNotes", "Drafts"
PAYMENTS, PAYMENT_DRAFTS = "IncomingPayments", "PaymentDrafts"
ORDER_TYPE, DELIVERY_TYPE, INVOICE_TYPE, DOWN_PAYMENT_TYPE = 17, 15, 13, 203
RELEASE = "then release the order"
_MOST_NAMES = 9


def is_live(row: Row) -> bool:
    """Tell whether a document counts: neither cancelled nor the cancellation of another."""
    return not yes(row.get("Cancelled")) and row.get("CancelStatus") in (None, "", "csNo")


def is_open(line: Row) -> bool:
    """Tell whether something of a line can still be drawn."""
    return line.get("LineStatus") in (None, "", "bost_Open") and open_quantity(line) > 0


def open_quantity(line: Row) -> Decimal:
    """Return how much of a line can still be drawn."""
    told = line.get("RemainingOpenQuantity") is not None
    return number(line, "RemainingOpenQuantity" if told else "Quantity")


def named(cx: Connection, entity_set: str, external_id: str, select: Sequence[str]) -> list[Row]:
    """Return documents that carry an external id, oldest first, cancelled ones too."""
    rows = cx.client.find(entity_set, FIELD, [id_of(external_id)], select)
    return sorted(rows, key=lambda row: int(row["DocEntry"]))


def make(
    cx: Connection, entity_set: str, name: str, body: Row, what: str, *, carries: str = ""
) -> Row | None:
    """Make a document under a name; None where it was made under it before.

    Args:
        cx: the connection.
        entity_set: where it is made.
        name: the key that is taken with it.
        body: the document.
        what: how it is called in messages.
        carries: the external id it is found by, where that is not its name.

    Raises:
        Held: it ended as a draft that waits for approval.
        BridgeError: B1 refused it, or the answer is missing.
    """
    row = made(cx, name, Operation.post(entity_set, {**body, FIELD: id_of(carries or name)}))
    if row is not None and is_draft(row):
        raise waits_for_approval(what)
    return row


def make_next(
    cx: Connection,
    entity_set: str,
    base: str,
    body: Callable[[], Row],
    what: str,
    *,
    used: Iterable[str] = (),
    carries: str = "",
    done: Callable[[], bool],
) -> Row | None:
    """Make a document under the first free name of ``base``, ``base_2`` …; None where it is done.

    A name stays taken by what people cancelled, so that the same may be made once more.

    Args:
        cx: the connection.
        entity_set: where it is made.
        base: the name.
        body: returns the document; asked again for each name.
        what: how it is called in messages.
        used: names that are known to be taken.
        carries: the external id it is found by, where that is not its name.
        done: looks whether it was made by another try; asked where a name is taken or B1 says no.

    Raises: as :func:`make`, and
        Busy: another worker is at it.
        Held: it was cancelled too often.
    """
    taken = set(used)
    for turn in range(1, _MOST_NAMES + 1):
        name = base if turn == 1 else f"{base}_{turn}"
        if id_of(name) in taken:
            continue
        try:
            row = make(cx, entity_set, name, body(), what, carries=carries)
        except B1Refused:
            if done():  # another worker was faster, between our looks at order and document
                return None
            raise
        if row is not None:
            return row
        if done():
            return None
        if len(named(cx, entity_set, carries or name, ("DocEntry",))) < (turn if carries else 1):
            raise _nowhere(cx, entity_set, carries or name, what)
    raise Held(
        f"{what} was cancelled {_MOST_NAMES} times in SAP Business One",
        fix="Enter it in SAP by hand.",
        code="order.cancelled_often",
    )


def is_draft(row: Row) -> bool:
    """Tell whether B1 kept as a draft what was to become a document: an approval procedure."""
    return row.get("AuthorizationStatus") in ("dasPending", "dasRejected")


def _nowhere(cx: Connection, entity_set: str, name: str, what: str) -> BridgeError:
    """Return why a name is taken though no document carries it: a draft does, or will soon."""
    drafts = PAYMENT_DRAFTS if entity_set == PAYMENTS else DRAFTS
    if cx.client.find(drafts, FIELD, [id_of(name)], ("DocEntry",)):
        return waits_for_approval(what)
    return Busy(
        f"{what} is being made by another worker",
        fix="Nothing to do: the bridge tries again by itself.",
        code="erp.busy",
    )


def waits_for_approval(what: str) -> Held:
    """Return the error for a document that an approval procedure keeps."""
    return Held(
        f"{what} waits for approval in SAP Business One: it was kept as a draft",
        fix="Let it be approved in SAP (Approval Status Report) and add it there, "
        f"{RELEASE}; or take the bridge's user out of the approval procedure.",
        code="order.approval",
    )
