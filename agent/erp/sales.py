"""What an ERP offers for the life of a sales order; every adapter that carries orders has it.

The document itself is written by ``Erp.upsert(Entity.ORDERS, …)``: a quotation, found again by its
external id, that agrees with the shop to the cent. Where it cannot be made to agree, the outcome is
failed with a ``Held`` error that names the difference. It carries the document's ``ref`` where one
was written; an ERP that can compute a document without writing it leaves none behind.

What follows are *steps*. A step looks at the document first and does only what is not done yet, so
that repeating one after a lost answer does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from agent.erp.cursor import Cursor
from agent.erp.port import Refs
from agent.model.document import SalesDocument


class Step(StrEnum):
    """What can be done with a document, in the order in which steps are done."""

    CONFIRM = "confirm"
    DEPOSIT = "deposit"
    """Down payment invoice, posted, and its payment."""
    DELIVER = "deliver"
    INVOICE = "invoice"
    """Final invoice, posted; earlier down payments are drawn from it."""
    PAY = "pay"
    CANCEL = "cancel"
    CREDIT = "credit"
    """Credit note for what was invoiced."""


NONE = "none"
QUOTATION = "quotation"
ACTIONS: Mapping[str, str] = {
    NONE: "Do nothing",
    QUOTATION: "Quotation",
    "confirm": "Sales order",
    "confirm+deposit": "Sales order, down payment with its payment",
    "confirm+deliver": "Sales order, delivered",
    "confirm+invoice": "Sales order, invoice",
    "confirm+invoice+pay": "Sales order, invoice and payment",
    "confirm+deliver+invoice": "Sales order, delivered, invoice",
    "confirm+deliver+invoice+pay": "Sales order, delivered, invoice and payment",
    "cancel": "Cancel it",
    "credit": "Credit note",
}
"""What can be done at an order status of the shop, and what to call it."""


def parse_action(text: str) -> tuple[Step, ...] | None:
    """Return the steps of an action, in their order; None where nothing is done, not even read.

    A quotation has no steps: the document itself is written by ``upsert``.

    Raises:
        ValueError: ``text`` is no key of :data:`ACTIONS`.
    """
    if text not in ACTIONS:
        raise ValueError(f"{text!r} is no action")
    if text == NONE:
        return None
    return tuple(step for step in Step if step.value in text.split("+"))


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note of a document. Amounts are in its own currency."""

    ref: str
    number: str
    kind: Literal["invoice", "down_payment", "credit_note"]
    state: Literal["draft", "posted", "cancelled"]
    paid: Literal["no", "partly", "yes"]
    total: Decimal
    residual: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery (Odoo: transfer). ``done_at`` is aware, None until it is done."""

    ref: str
    number: str
    state: Literal["waiting", "ready", "done", "cancelled"]
    done_at: datetime | None = None
    carrier: str = ""
    """The carrier's name."""
    tracking: str = ""
    tracking_url: str = ""


@dataclass(frozen=True, slots=True)
class OrderState:
    """What a document is like in the ERP."""

    ref: str
    number: str
    state: Literal["quotation", "confirmed", "cancelled"]
    locked: bool
    currency: str
    total: Decimal
    tax: Decimal
    delivered: Literal["none", "partly", "fully"]
    """``fully`` also where nothing is left to deliver."""
    invoiced: Literal["none", "partly", "fully"]
    invoices: tuple[Invoice, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class StepInput:
    """What a step needs to know beside the document's number.

    ``refs`` has the ERP ids of the document's references, the payment method's journal among them.
    ``deposit`` is the amount of a down payment in the document's currency.
    """

    document: SalesDocument
    external_id: str
    refs: Refs = field(default_factory=dict)
    deposit: Decimal = Decimal(0)
    paid_at: datetime | None = None


@runtime_checkable
class SalesErp(Protocol):
    """The part of an ERP connection that keeps a document's life; see the module."""

    def order_states(self, refs: Sequence[str]) -> Mapping[str, OrderState]:
        """Return what documents are like now; deleted ones are absent."""
        ...

    def step(
        self, ref: str, step: Step, given: StepInput, *, progress: Callable[[], None]
    ) -> OrderState:
        """Do ``step`` where it is not done yet, and return what the document is like then.

        Raises:
            Held: the ERP cannot do it now (a closed period, nothing delivered yet, already packed):
                says what has to happen first.
            Refused: the ERP said no.
            TransientError: the answer is missing; run the step again later.
        """
        ...

    def changed_orders(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of documents that changed, or whose invoices, payments or deliveries did.

        A lag window is read again each time, because changes show up late; what was seen in it is
        told once.
        """
        ...
