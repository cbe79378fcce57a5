"""The steps of an order's life: each reads first and does only what is not done yet."""

from __future__ import annotations

from collections.abc import Callable

from agent.erp.odoo.connection import Connection, Work
from agent.erp.odoo.sales import confirming, delivering, deposits, invoicing, paying
from agent.erp.odoo.sales.states import look, state_of
from agent.erp.sales import OrderState, Step, StepInput
from agent.errors import InvalidRecord, Refused
from agent.model.catalogue import Image


def step(
    cx: Connection, ref: str, name: Step, given: StepInput, progress: Callable[[], None]
) -> OrderState:
    """Do a step where it is not done yet; return what the order is like then.

    Raises: see :meth:`agent.erp.sales.SalesErp.step`.
    """
    found = look(cx, [ref], lines=name is Step.INVOICE)
    if not found:
        raise Refused(
            "The order it was linked to is no longer in Odoo",
            fix="Forget the link on the mapping screen, then synchronize the order again.",
            code="erp.gone",
        )
    (sight,) = found.values()
    done = True
    if name is Step.CONFIRM:
        done = confirming.confirm(cx, sight, given)
    elif name is Step.DEPOSIT:
        deposits.deposit(Work(cx, _no_media, progress), sight, given)
    elif name is Step.DELIVER:
        done = delivering.deliver(cx, sight, progress)
    elif name is Step.INVOICE:
        invoicing.invoice(cx, sight, given)
    elif name is Step.PAY:
        done = paying.pay(cx, sight, given)
    elif name is Step.CANCEL:
        done = confirming.cancel(cx, sight)
    else:
        invoicing.credit(cx, sight, given)
    progress()
    # where nothing was open, what was read before is what the order is like
    return state_of(look(cx, [ref])[sight.id] if done else sight)


def _no_media(image: Image) -> bytes:
    raise InvalidRecord(f"Orders have no pictures ({image.path})", fix="Report this.")
