"""The road of one order: decide, write the document, do what its status asks for, tell the shop.

Every part can be repeated: the document is found by its external id, a step looks before it acts,
a history line of the shop has an id of its own. So a run that was cut short is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from agent.erp.sales import (
    QUOTATION,
    OrderState,
    SalesErp,
    Step,
    StepInput,
    parse_action,
)
from agent.errors import AuthError, BridgeError, ConfigError, Held, TransientError
from agent.model.document import SalesDocument
from agent.model.entity import Entity
from agent.model.sales import Order
from agent.store.records import BadRecord
from agent.sync.context import PageRequest, PageResult, SyncContext, external_id
from agent.sync.mapping import Head, MapState
from agent.sync.page import run_page
from agent.sync.sales.compose import compose
from agent.sync.sales.facts import BackRule, Fact, all_ids
from agent.sync.sales.holding import Holding
from agent.sync.sales.orders_table import OrderNote, OrderNotes, plain_state
from agent.sync.sales.people import readers_with, settle
from agent.sync.sales.rules import OrderRules
from agent.sync.sales.sources import InHand
from agent.sync.sales.telling import ShopHistory, tell
from agent.sync.sales.waiting import WaitingList
from agent.sync.work import Work

_WHOLE = (TransientError, AuthError, ConfigError)
"""Errors that are not about this order: the task is tried again, or the connection paused."""


class OrderFeed(Protocol):
    """What the flow asks the shop beside the order itself."""

    def bridge_histories(self, orders: Sequence[str]) -> set[int]:
        """Return the ids of history rows of these orders that came from the bridge."""
        ...

    def status_after(self, key: str, history: int) -> str | None:
        """Return the newest status above a history row that did not come from the bridge."""
        ...

    def customers_with_email(self, email: str) -> list[str]:
        """Return the keys of registered customers that have this e-mail address."""
        ...


@dataclass(slots=True)
class OrderContext:
    """What the flow of one connection's orders works with."""

    sync: SyncContext
    rules: OrderRules
    connection_id: int
    notes: OrderNotes
    waiting: WaitingList
    feed: OrderFeed
    history: ShopHistory
    sales: SalesErp
    back: Mapping[Fact, BackRule]
    sending: Callable[[], frozenset[str]]
    """Reads the shop's processing and complete statuses: they send orders where no others are set.
    Orders that were sent already do not need them."""
    now: datetime


@dataclass(slots=True)
class OrderResult:
    """What became of an order. ``due``: look again at this time, it is too early now."""

    page: PageResult = field(default_factory=PageResult)
    due: datetime | None = None


def run_order(ctx: OrderContext, key: str, *, force: bool = False) -> OrderResult:
    """Carry one order over and do what is to be done with it.

    Args:
        ctx: the connection's context.
        key: the shop's order number.
        force: a person asks for it: status rule, cut-off and delay do not count, also not while it
            waits afterwards.

    Raises:
        TransientError, AuthError, ConfigError: nothing is lost, run it again.
    """
    return _Order(ctx, key, force).run()


class _Order:
    def __init__(self, ctx: OrderContext, key: str, force: bool) -> None:
        self.ctx = ctx
        self.key = key
        self.force = force
        self.result = OrderResult()
        self.note = OrderNote(key)
        self.state: OrderState | None = None
        """What the order is like in the ERP, None until this run has seen it."""
        self.created = False
        """Whether this run has made the document."""
        self.holding = Holding(
            ctx.sync, ctx.waiting, ctx.connection_id, key, self.result.page, asked=force
        )

    def run(self) -> OrderResult:
        mappings = self.ctx.sync.mappings
        head = mappings.heads(Entity.ORDERS, [self.key]).get(self.key)
        rows = self.ctx.sync.readers[Entity.ORDERS].scan_keys([self.key])
        if head is not None and head.state is MapState.EXCLUDED:
            self.result.page.counts.unchanged += 1
            self.holding.leave(head)
            return self.result
        if not rows:
            self._gone(head)
            return self.result
        self.holding.label = rows[0].label
        self.result.page.counts.read += 1
        item = self.ctx.sync.readers[Entity.ORDERS].read([self.key])[0]
        if not isinstance(item, Order):
            self.holding.stop(item.error if isinstance(item, BadRecord) else _no_order(self.key))
            return self.result
        self.note = self.ctx.notes.get(self.key)
        going = self._is_to_go(item, head)
        if going:
            self._carry(item, head)
        else:
            self.result.page.counts.unchanged += 1
        if self.ctx.sync.dry_run or self.result.due is not None:
            return self.result
        if not going:
            self.holding.leave(head)
        self.ctx.notes.save(replace(self.note, scan_digest=rows[0].digest))
        return self.result

    # -- whether ---------------------------------------------------------------------------------

    def _is_to_go(self, order: Order, head: Head | None) -> bool:
        if self.force or (head is not None and head.erp_id is not None):
            return True
        if self.holding.asked_before:
            return True
        rules = self.ctx.rules
        payment = order.payment.key if order.payment else None
        if not rules.sends(order.status, payment, self.ctx.sending()):
            return False
        if rules.since is not None and order.date.date() < rules.since:
            return False
        due = order.date + rules.delay
        if due > self.ctx.now:
            self.result.due = due
            return False
        return True

    def _gone(self, head: Head | None) -> None:
        if head is None or head.erp_id is None or head.state is MapState.ARCHIVED:
            self.result.page.counts.unchanged += 1
            self.holding.leave(head)
            return
        self.holding.label = head.label or self.key
        number = self.ctx.notes.get(self.key).erp_number or head.erp_id
        self.holding.stop(
            Held(
                f"The order was deleted in the shop, and is {number} in the ERP",
                fix=f"Cancel {number} in the ERP if it is not wanted, then drop this line.",
                code="order.deleted",
            )
        )

    # -- the document ----------------------------------------------------------------------------

    def _carry(self, order: Order, head: Head | None) -> None:
        document = self._document(order)
        new = head is None or head.erp_id is None
        pair = (Entity.ORDERS, self.key)
        ref = self.ctx.sync.mappings.refs([pair]).get(pair)
        if self.ctx.sync.dry_run or ref is None:
            return
        self.note = replace(self.note, erp_ref=ref)
        # what this run has made has no past: its first step looks at it anyway
        fresh = document is not None and self.created
        if not fresh and not self._look(first=new):
            return
        # one that waits is told what happened meanwhile all the same
        if document is None or self._live(order, document, first=new):
            self._tell(order)

    def _document(self, order: Order) -> SalesDocument | None:
        """Write the document; None where it waits or failed (that is noted)."""
        ctx = self.ctx
        made: SalesDocument | BadRecord
        readers = dict(ctx.sync.readers)
        try:
            settled = settle(ctx.sync, order, ctx.rules, ctx.feed.customers_with_email)
            made = compose(settled.order, ctx.rules)
            readers |= readers_with(ctx.sync, settled)
        except _WHOLE:
            raise
        except BridgeError as error:
            made = BadRecord(self.key, self.holding.label, error)
        readers[Entity.ORDERS] = InHand([made])
        page = run_page(
            replace(ctx.sync, readers=readers, count_parents=False),
            PageRequest(Entity.ORDERS, "ids", ids=(self.key,)),
        )
        page.counts.read = 0
        self.created = page.counts.created > 0
        self._add(page)
        trouble = next(
            (
                r
                for r in page.results
                if r.entity == Entity.ORDERS.value
                and r.store_key == self.key
                and r.outcome in {"failed", "held"}
            ),
            None,
        )
        if trouble is not None:
            self.holding.wait(trouble)
            return None
        return made if isinstance(made, SalesDocument) else None

    def _add(self, page: PageResult) -> None:
        self.result.page.counts.add(page.counts)
        self.result.page.results += page.results

    # -- what its status asks for ----------------------------------------------------------------

    def _live(self, order: Order, document: SalesDocument, *, first: bool) -> bool:
        """Do the steps of the order's status; False where it is gone from the ERP."""
        note = self.note
        # an imported order may have no history row: its steps look for themselves what is done
        if order.history > note.seen_history or not order.history or self.holding.waits:
            try:
                self._steps(order, document)
            except _WHOLE:
                raise
            except BridgeError as error:
                self.holding.stop(error)
                return self.state is not None or self._look(first=first)
            self.note = replace(self.note, seen_history=order.history)
        if self.state is None:
            if not self._look(first=first):
                return False
        elif self.note.seen_history != note.seen_history:
            self.ctx.notes.save(self.note)
        self.holding.cleared()
        return True

    def _steps(self, order: Order, document: SalesDocument) -> None:
        given = self._given(order, document)
        for step in self._wanted(self._status(order, self.note)):
            self.ctx.sync.beat()
            self.ctx.sync.reach(f"order.before_{step.value}")
            after = self.ctx.sales.step(self.note.erp_ref, step, given, progress=self.ctx.sync.beat)
            self.ctx.sync.reach(f"order.after_{step.value}")
            # the shop asked for it: it is not told what it knows
            self._remember(after, all_ids(after))

    def _status(self, order: Order, note: OrderNote) -> str | None:
        """Return the status to act on: the newest that did not come from the bridge."""
        ours = self.ctx.feed.bridge_histories([self.key])
        if order.history not in ours:
            return order.status
        # a hold is looked at again: what a person asked for last may be seen already
        seen = 0 if self.holding.waits else note.seen_history
        return self.ctx.feed.status_after(self.key, seen)

    def _wanted(self, status: str | None) -> tuple[Step, ...]:
        steps = parse_action(self._action(status)) or () if status is not None else ()
        if not self.ctx.rules.credit_notes:
            steps = tuple(step for step in steps if step is not Step.CREDIT)
        return steps

    def _action(self, status: str) -> str:
        """Return what is to be done at an order status; one without a mapping is looked for."""
        sync = self.ctx.sync
        pair = (Entity.ORDER_STATUS, status)
        known = sync.mappings.refs([pair]).get(pair)
        if known is not None:
            return known
        works = [
            Work.of(sync, Entity.ORDER_STATUS, record)
            for record in sync.readers[Entity.ORDER_STATUS].read([status])
            if not isinstance(record, BadRecord)
        ]
        for work in works:
            found = sync.erp.match(
                Entity.ORDER_STATUS, [work.record] if work.record else [], refs={}
            )
            candidates = found.get(work.key, [])
            if len(candidates) == 1:
                return candidates[0].ref
        return QUOTATION

    def _given(self, order: Order, document: SalesDocument) -> StepInput:
        percent = self.ctx.rules.deposits.get(document.payment_method or "", Decimal(0))
        step = Decimal(1).scaleb(-document.decimals)
        deposit = (document.amount_total * percent / 100).quantize(step, ROUND_HALF_UP)
        pairs = [(Entity.CUSTOMERS, document.customer)]
        if document.payment_method is not None:
            pairs.append((Entity.PAYMENT_METHODS, document.payment_method))
        if document.carrier is not None:
            pairs.append((Entity.CARRIERS, document.carrier))
        return StepInput(
            document=document,
            external_id=external_id(self.ctx.sync.instance, Entity.ORDERS, self.key),
            refs=self.ctx.sync.mappings.refs(pairs),
            deposit=deposit,
            paid_at=order.date,
        )

    # -- what happened there ---------------------------------------------------------------------

    def _look(self, *, first: bool) -> bool:
        """See what the order is like there and remember it; False where it is gone.

        ``first``: the order was not linked before this run.
        """
        ref = self.note.erp_ref
        state = self.ctx.sales.order_states([ref]).get(ref)
        if state is None:
            self.holding.stop(
                Held(
                    "The order was in the ERP and has been deleted there",
                    fix="Synchronize all orders to make it anew, or exclude it under ERP Mapping > "
                    "Orders.",
                    code="order.erp_deleted",
                )
            )
            return False
        # a document that was there before has a past the shop needs not be told of
        past = all_ids(state) if first and not self.note.erp_number else frozenset()
        self._remember(state, past)
        return True

    def _tell(self, order: Order) -> None:
        state = self.state
        if state is None:
            return

        def remember(ids: set[str]) -> None:
            self.ctx.sync.reach("order.after_tell")
            self._remember(state, ids)

        tell(
            self.ctx.history,
            self.ctx.back,
            state,
            self.note.told,
            connection_id=self.ctx.connection_id,
            order=self.key,
            status=order.status,
            remember=remember,
        )

    def _remember(self, state: OrderState, told: Collection[str]) -> None:
        """Remember what the order is like there, and what the shop knows of it now."""
        self.state = state
        self.note = replace(
            self.note,
            erp_ref=state.ref,
            erp_number=state.number,
            state=state.state,
            details=plain_state(state),
            told=self.note.told.union(told),
        )
        self.ctx.notes.save(self.note)


def _no_order(key: str) -> BridgeError:
    return BridgeError(
        f"Order {key} could not be read",
        fix="Try again; if it stays, report it with the lines of the agent's log.",
        code="bridge.bug",
    )
