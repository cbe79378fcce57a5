"""One order of a shop and its steps, for the contract suite."""

from __future__ import annotations

from typing import Any, Self

import pytest

from agent.erp.port import Outcome, Status
from agent.erp.sales import OrderState, SalesErp, Step, StepInput
from agent.errors import BridgeError, Held
from agent.model.document import DocumentLine, SalesDocument
from agent_tests.contract.common.books import Payment
from agent_tests.contract.common.seller import BANK, Seller


class Life:
    """One order and its steps."""

    def __init__(self, shop: Seller, *lines: DocumentLine, **values: Any) -> None:
        self.shop = shop
        goods = lines or (shop.goods("1", "100", 2, rate="15", taxes=("86",)),)
        given = {"payment_method": BANK, "transaction": "TX-77", **values}
        self.sent: SalesDocument = shop.document(given.pop("key", "1"), *goods, **given)
        (outcome,) = shop.must(self.sent)
        self.ref = outcome.ref or ""

    @classmethod
    def of(cls, shop: Seller, other: Life) -> Self:
        """Return the same order as another worker sees it."""
        made = cls.__new__(cls)
        made.shop, made.sent, made.ref = shop, other.sent, other.ref
        return made

    @property
    def outcome(self) -> Outcome:
        """The outcome of writing it."""
        return Outcome(self.sent.key, Status.CREATED, self.ref)

    def given(self, **values: Any) -> StepInput:
        """Return what the steps are given."""
        name = self.shop.external_id(self.sent)
        return StepInput(self.sent, name, dict(self.shop.refs), **values)

    def do(self, *steps: Step, **values: Any) -> OrderState:
        """Do steps, each twice: the second time nothing may happen."""
        assert isinstance(self.shop.erp, SalesErp)
        state = None
        for step in steps:
            first = self.once(step, **values)
            state = self.once(step, **values)
            assert state == first
        assert state is not None
        return state

    def once(self, step: Step, **values: Any) -> OrderState:
        """Do a step."""
        erp: Any = self.shop.erp
        found: OrderState = erp.step(self.ref, step, self.given(**values), progress=lambda: None)
        return found

    def held(self, step: Step, **values: Any) -> BridgeError:
        """Do a step that has to be held; returns why."""
        with pytest.raises(Held) as caught:
            self.once(step, **values)
        assert caught.value.fix
        return caught.value

    def payments(self) -> list[Payment]:
        """Return the payments of the order."""
        return self.shop.books.payments(self.ref)
