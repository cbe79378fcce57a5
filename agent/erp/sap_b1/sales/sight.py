"""An order with all documents that were made of it, also those that people made in B1.

Lines tell what they were made from (``BaseType``, ``BaseEntry``). Filters cannot look into lines,
so documents are found by joining each set with its own lines (``$crossjoin``): one call per set,
however many orders are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from agent.erp.sap_b1.births import FIELD
from agent.erp.sap_b1.client import any_of, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.query import portions
from agent.erp.sap_b1.sales.documents import (
    CREDITS,
    DELIVERIES,
    DELIVERY_TYPE,
    DOWN_PAYMENT_TYPE,
    DOWN_PAYMENTS,
    INVOICE_TYPE,
    INVOICES,
    ORDER_TYPE,
    ORDERS,
    is_live,
    is_open,
)
from agent.erp.sap_b1.sales.editing import is_fresh
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sets import Row

_AMOUNTS = ("DocCurrency", "DocTotal", "DocTotalFc", "VatSum", "VatSumFc", "PaidToDate")
_HEADER = (
    *("DocEntry", "DocNum", "Cancelled", "CancelStatus", "DocumentStatus", FIELD),
    *(*_AMOUNTS, "PaidToDateFC", "RoundingDiffAmount", "RoundingDiffAmountFC"),
)
_ORDER = (
    *("DocNum", "CardCode", "NumAtCard", "Confirmed", "Cancelled", "CancelStatus", FIELD),
    *("DocumentStatus", "DocCurrency", "DocTotal", "DocTotalFc", "VatSum", "VatSumFc", "DocDate"),
    *("DocRate", "DiscountPercent", "RoundingDiffAmount", "RoundingDiffAmountFC", "ShipToCode"),
    *("PayToCode", "AddressExtension", "TransportationCode", "SalesPersonCode", "DocumentLines"),
    "DocumentAdditionalExpenses",
)
_OF: Mapping[str, tuple[str, ...]] = {
    DELIVERIES: ("DocDate", "CreationDate", "DocTime", "TransportationCode", "TrackingNumber"),
    INVOICES: ("ReserveInvoice", "InventoryStatus"),
    DOWN_PAYMENTS: ("DownPaymentType",),
    CREDITS: (),
}
_LINE = ("LineNum", "BaseType", "BaseEntry", "BaseLine", "Quantity")
_ROOM = 1500
"""Bytes of an address for the numbers of the documents that are asked for."""


class Link(NamedTuple):
    """A line of a document made from a line of another one."""

    line: int
    base_type: int
    base_entry: int
    base_line: int
    quantity: Decimal


@dataclass(slots=True)
class Document:
    """A document made of an order: its header, and where its lines come from."""

    row: Row
    links: list[Link] = field(default_factory=list)

    @property
    def id(self) -> int:
        """Its ``DocEntry``."""
        return int(self.row["DocEntry"])

    @property
    def number(self) -> str:
        """What people call it."""
        return str(self.row.get("DocNum") or "")

    @property
    def live(self) -> bool:
        """Whether it counts."""
        return is_live(self.row)

    @property
    def name(self) -> str:
        """The external id it carries."""
        return str(self.row.get(FIELD) or "")

    def bases(self, base_type: int) -> set[int]:
        """Return the documents of a kind that it was made from."""
        return {link.base_entry for link in self.links if link.base_type == base_type}


@dataclass(slots=True)
class Sight:
    """An order as it was read, with what was made of it; cancelled documents are among them."""

    row: Row
    deliveries: list[Document] = field(default_factory=list)
    invoices: list[Document] = field(default_factory=list)
    down_payments: list[Document] = field(default_factory=list)
    credits: list[Document] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The order's ``DocEntry``."""
        return int(self.row["DocEntry"])

    @property
    def name(self) -> str:
        """The order's number in B1."""
        return str(self.row.get("DocNum") or self.id)

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled; such an order is closed, too."""
        return not is_live(self.row)

    @property
    def confirmed(self) -> bool:
        """Whether it is approved, or was drawn from all the same."""
        if self.cancelled:
            return False
        return yes(self.row.get("Confirmed")) or bool(self.live(DELIVERIES))

    @property
    def lines(self) -> list[Row]:
        """The order's lines."""
        return list(self.row.get("DocumentLines") or ())

    def live(self, entity_set: str) -> list[Document]:
        """Return documents of a set that count."""
        return [document for document in self.of(entity_set) if document.live]

    def of(self, entity_set: str) -> list[Document]:
        """Return all documents of a set, oldest first."""
        found = {
            DELIVERIES: self.deliveries,
            INVOICES: self.invoices,
            DOWN_PAYMENTS: self.down_payments,
            CREDITS: self.credits,
        }
        return found[entity_set]

    def open_lines(self) -> list[Row]:
        """Return lines of which something can still be delivered or invoiced."""
        return [line for line in self.lines if is_open(line)]


def look(cx: Connection, refs: Sequence[str], *, whole: bool = False) -> dict[int, Sight]:
    """Read orders with all that was made of them, by number; deleted ones are absent.

    Orders that are not approved and not drawn have nothing; ``whole`` looks there, too.
    """
    numbers = sorted({int(r) for r in refs if r.isascii() and r.isdigit()})
    if len(numbers) == 1:
        row = cx.client.get(ORDERS, numbers[0], _ORDER)
        rows = [] if row is None else [row]
    else:
        rows = cx.client.find(ORDERS, "DocEntry", numbers, _ORDER) if numbers else []
    found = {int(row["DocEntry"]): Sight(row) for row in rows}
    add_documents(cx, {k: s for k, s in found.items() if whole or not is_fresh(s.row)})
    return found


def look_again(cx: Connection, sight: Sight) -> Sight:
    """Read an order again in the middle of a step; one that is gone stays as it was."""
    return look(cx, [str(sight.id)], whole=True).get(sight.id, sight)


def read_headers(cx: Connection, entity_set: str, documents: Sequence[Document]) -> None:
    """Read the headers of documents again: what is paid of them has changed."""
    numbers = [document.id for document in documents]
    select = (*_HEADER, *_OF[entity_set])
    rows = cx.client.find(entity_set, "DocEntry", numbers, select) if numbers else []
    by_number = {int(row["DocEntry"]): row for row in rows}
    for document in documents:
        document.row = by_number.get(document.id, document.row)


def add_documents(cx: Connection, sights: Mapping[int, Sight]) -> None:
    """Read what was made of orders."""
    if not sights:
        return
    orders = set(sights)
    by_order = {ORDER_TYPE: orders}
    deliveries = drawn(cx, DELIVERIES, by_order)
    invoices = drawn(cx, INVOICES, {**by_order, DELIVERY_TYPE: set(deliveries)})
    reserves = {n for n, one in invoices.items() if yes(one.row.get("ReserveInvoice"))}
    deliveries |= drawn(cx, DELIVERIES, {INVOICE_TYPE: reserves})
    down_payments = drawn(cx, DOWN_PAYMENTS, by_order)
    sources = {INVOICE_TYPE: set(invoices), DOWN_PAYMENT_TYPE: set(down_payments)}
    credited = drawn(cx, CREDITS, sources)
    for sight in sights.values():
        own = {sight.id}
        sight.down_payments = _from(down_payments, ORDER_TYPE, own)
        sight.deliveries = _from(deliveries, ORDER_TYPE, own)
        mine = _from(invoices, ORDER_TYPE, own)
        mine += _from(invoices, DELIVERY_TYPE, {one.id for one in sight.deliveries})
        sight.invoices = _in_order(mine)
        numbers = {one.id for one in sight.invoices}
        more = _from(deliveries, INVOICE_TYPE, numbers)
        sight.deliveries = _in_order([*sight.deliveries, *more])
        notes = _from(credited, INVOICE_TYPE, numbers)
        advances = {one.id for one in sight.down_payments}
        sight.credits = _in_order([*notes, *_from(credited, DOWN_PAYMENT_TYPE, advances)])


def drawn(
    cx: Connection, entity_set: str, bases: Mapping[int, Iterable[int]]
) -> dict[int, Document]:
    """Return documents whose lines were made from others, by number.

    Args:
        cx: the connection.
        entity_set: where they are.
        bases: numbers of the documents they were made from, by object type.
    """
    found: dict[int, Document] = {}
    lines = f"{entity_set}/DocumentLines"
    select = {entity_set: (*_HEADER, *_OF[entity_set]), lines: _LINE}
    for test in _tests(lines, bases):
        where = f"{entity_set}/DocEntry eq {lines}/DocEntry and ({test})"
        for row in cx.client.cross((entity_set, lines), select, where):
            head, line = row[entity_set], row[lines]
            document = found.setdefault(int(head["DocEntry"]), Document(head))
            link = Link(
                int(line["LineNum"]),
                int(line["BaseType"]),
                int(line["BaseEntry"]),
                int(line["BaseLine"]),
                number(line, "Quantity"),
            )
            if link not in document.links:
                document.links.append(link)
    # the cancellation of a document is none of the order's
    return {k: d for k, d in found.items() if d.row.get("CancelStatus") != "csCancellation"}


def _tests(lines: str, bases: Mapping[int, Iterable[int]]) -> Iterator[str]:
    """Yield conditions for lines made from others; all in one where they fit into an address."""
    entry = f"{lines}/BaseEntry"
    pieces = {code: list(portions(entry, sorted(set(n)), _ROOM)) for code, n in bases.items()}
    single = [
        f"({lines}/BaseType eq {code} and ({any_of(entry, piece)}))"
        for code, found in pieces.items()
        for piece in found
    ]
    if all(len(found) <= 1 for found in pieces.values()):
        single = [" or ".join(single)] if single else []
    yield from single


def _from(documents: Mapping[int, Document], code: int, numbers: set[int]) -> list[Document]:
    return _in_order([d for d in documents.values() if d.bases(code) & numbers])


def _in_order(documents: Iterable[Document]) -> list[Document]:
    return [one for _, one in sorted({d.id: d for d in documents}.items())]
