"""The steps of an order's life: each reads first and does only what is not done yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.erp.sales import OrderState, Step, StepInput
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales import (
    confirming,
    crediting,
    delivering,
    deposits,
    invoicing,
    paying,
)
from agent.erp.sap_b1.sales.sight import Sight, look
from agent.erp.sap_b1.sales.states import state_of
from agent.errors import Refused

_STEPS: Mapping[Step, Callable[[Connection, Sight, StepInput], Sight]] = {
    Step.CONFIRM: confirming.confirm,
    Step.DEPOSIT: deposits.deposit,
    Step.DELIVER: delivering.deliver,
    Step.INVOICE: invoicing.invoice,
    Step.PAY: paying.pay,
    Step.CANCEL: confirming.cancel,
    Step.CREDIT: crediting.credit,
}


def step(
    cx: Connection, ref: str, name: Step, given: StepInput, progress: Callable[[], None]
) -> OrderState:
    """Do a step where it is not done yet; return what the order is like then.

    Raises: see :meth:`agent.erp.sales.SalesErp.step`.
    """
    found = look(cx, [ref], whole=name is Step.CANCEL)
    if not found:
        raise Refused(
            "The order it was linked to is no longer in SAP Business One",
            fix="Forget the link on the mapping screen, then synchronize the order again.",
            code="erp.gone",
        )
    (sight,) = found.values()
    after = _STEPS[name](cx, sight, given)
    progress()
    return state_of(cx, after)
