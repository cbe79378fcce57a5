"""A shop's order book and an ERP that keeps orders, in memory, as strict as the ports say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.erp.cursor import Cursor
from agent.erp.port import Candidate, Change, Outcome, Refs
from agent.erp.sales import Delivery, Invoice, OrderState, Step, StepInput
from agent.errors import BridgeError, TimedOut, Unreachable
from agent.model.document import SalesDocument
from agent.model.entity import Entity
from agent.model.record import Record
from agent_tests.unit.sync.fakes import FakeErp


@dataclass
class FakeSalesErp(FakeErp):
    """Keeps orders and does steps; ``lose`` names steps whose answer is lost after the effect."""

    states: dict[str, OrderState] = field(default_factory=dict)
    documents: dict[str, SalesDocument] = field(default_factory=dict)
    done: list[tuple[str, Step]] = field(default_factory=list)
    lose: set[Step] = field(default_factory=set)
    refuse_step: dict[Step, BridgeError] = field(default_factory=dict)
    linkable: dict[tuple[Entity, str], list[str]] = field(default_factory=dict)
    looks: int = 0
    """How often ``order_states`` was asked."""

    def _one(self, entity: Entity, change: Change) -> Outcome:
        outcome = super()._one(entity, change)
        if entity is Entity.CUSTOMERS and outcome.ref is not None:
            main = getattr(change.record, "address", None)
            if main is not None:
                return replace(outcome, children={(Entity.ADDRESSES, main): outcome.ref})
        if isinstance(change.record, SalesDocument) and outcome.ref is not None:
            self.documents[outcome.ref] = change.record
            self.states.setdefault(
                outcome.ref,
                OrderState(
                    ref=outcome.ref,
                    number=f"S{int(outcome.ref):05}",
                    state="quotation",
                    locked=False,
                    currency=change.record.currency,
                    total=change.record.amount_total,
                    tax=change.record.amount_tax,
                    delivered="none",
                    invoiced="none",
                ),
            )
        return outcome

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> dict[str, list[Candidate]]:
        if entity is Entity.ORDERS:
            return {}
        if entity in {Entity.CUSTOMERS, Entity.ADDRESSES, Entity.PRODUCTS, Entity.CARRIERS}:
            return {}
        return {
            r.key: [Candidate(ref, ref, "name") for ref in self.linkable.get((entity, r.key), [])]
            for r in records
        }

    def order_states(self, refs: Sequence[str]) -> Mapping[str, OrderState]:
        self.looks += 1
        return {ref: self.states[ref] for ref in refs if ref in self.states}

    def step(
        self, ref: str, step: Step, given: StepInput, *, progress: Callable[[], None]
    ) -> OrderState:
        progress()
        if step in self.refuse_step:
            raise self.refuse_step[step]
        before = self.states[ref]
        after = _EFFECTS[step](before)
        if after != before:
            self.done.append((ref, step))
        self.states[ref] = after
        if step in self.lose:
            self.lose.discard(step)
            raise TimedOut("No answer", fix="Wait.")
        return after

    def changed_orders(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        return [], cursor

    def ship(self, ref: str, number: str, *, tracking: str = "", whole: bool = True) -> None:
        """Deliver, as a person in the ERP does."""
        state = self.states[ref]
        delivery = Delivery(number, number, "done", carrier="UPS", tracking=tracking)
        self.states[ref] = replace(
            state,
            deliveries=(*state.deliveries, delivery),
            delivered="fully" if whole else "partly",
        )


def _confirm(state: OrderState) -> OrderState:
    return replace(state, state="confirmed") if state.state == "quotation" else state


def _invoice(state: OrderState) -> OrderState:
    if state.invoiced == "fully":
        return state
    number = f"INV/{state.ref}"
    made = Invoice(
        number, number, "invoice", "posted", "no", state.total, state.total, state.currency
    )
    return replace(state, invoiced="fully", invoices=(*state.invoices, made))


def _pay(state: OrderState) -> OrderState:
    return replace(
        state,
        invoices=tuple(replace(i, paid="yes", residual=Decimal(0)) for i in state.invoices),
    )


def _deliver(state: OrderState) -> OrderState:
    if state.delivered == "fully":
        return state
    made = Delivery(f"OUT/{state.ref}", f"OUT/{state.ref}", "done")
    return replace(state, delivered="fully", deliveries=(*state.deliveries, made))


_EFFECTS: dict[Step, Callable[[OrderState], OrderState]] = {
    Step.CONFIRM: _confirm,
    Step.INVOICE: _invoice,
    Step.PAY: _pay,
    Step.DELIVER: _deliver,
    Step.CANCEL: lambda state: replace(state, state="cancelled"),
    Step.DEPOSIT: lambda state: state,
    Step.CREDIT: lambda state: state,
}


@dataclass
class FakeHistory:
    """The shop's order history: each event once."""

    lines: list[tuple[str, str, str | None, str, bool]] = field(default_factory=list)
    away: bool = False
    lose_answer: bool = False

    def add(self, event: str, order: str, status: str | None, *, comment: str, notify: bool) -> int:
        if self.away:
            raise Unreachable("The shop is away", fix="Wait.")
        known = [line[0] for line in self.lines]
        if event in known:
            return known.index(event) + 1
        self.lines.append((event, order, status, comment, notify))
        if self.lose_answer:
            self.lose_answer = False
            raise TimedOut("No answer", fix="Wait.")
        return len(self.lines)


@dataclass
class FakeFeed:
    """What the shop knows beside its records."""

    from_bridge: set[int] = field(default_factory=set)
    emails: dict[str, list[str]] = field(default_factory=dict)
    histories: dict[int, str] = field(default_factory=dict)
    """History rows of the order: id to status."""

    def bridge_histories(self, orders: Sequence[str]) -> set[int]:
        del orders
        return self.from_bridge

    def status_after(self, key: str, history: int) -> str | None:
        del key
        rows = sorted(self.histories.items(), reverse=True)
        return next((s for n, s in rows if n > history and n not in self.from_bridge), None)

    def customers_with_email(self, email: str) -> list[str]:
        return self.emails.get(email, [])
