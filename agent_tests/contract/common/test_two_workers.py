"""Two workers at one order: whatever order their calls come in, every step is done once.

The ledger lets only one work at an order, unless it was frozen for longer than its lease. Then its
calls come in the midst of another worker's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.errors import BridgeError, TransientError
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.done_once import DEPOSIT, assert_done_once, ready
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import Seller
from agent_tests.lab.wire import WRITING, Fault, Wire

MOST = 40


@pytest.fixture
def shop(seller: Seller) -> Seller:
    """Give a shop that can sell."""
    return seller


@pytest.fixture
def other_wire(shop: Seller) -> Iterator[Wire]:
    """Give a second proxy in front of the ERP."""
    with Wire(shop.ground.url) as wire:
        yield wire


class Worker:
    """A worker at a step, one of whose writing calls its wire keeps back."""

    def __init__(
        self, shop: Seller, wire: Wire, life: Life, step: Step, fault: Fault, number: int
    ) -> None:
        self._wire = wire
        self._seller = Seller(shop.ground, shop.books)
        self._seller.borrow(shop, url=wire.url)
        self._life = Life.of(self._seller, life)
        self._error: BaseException | None = None
        wire.order(fault, WRITING, skip=number)
        self._thread = threading.Thread(target=self._run, args=(step,))
        self._thread.start()

    def _run(self, step: Step) -> None:
        try:
            self._life.once(step, deposit=DEPOSIT)
        except BaseException as error:
            self._error = error

    def is_held(self) -> bool:
        """Wait until the call is kept back; False where the work came to its end without it."""
        while self._thread.is_alive():
            if self._wire.wait_held(0.02):
                return True
        self._wire.calm()
        return False

    def let_go(self) -> None:
        """Let the call arrive and take effect."""
        assert self._wire.release(120), "the call arrived"

    def join(self, allowed: type[BaseException]) -> None:
        """Wait for the end of the work, and raise what went wrong but is not ``allowed``."""
        self._thread.join()
        self._seller.close()
        if self._error is not None and not isinstance(self._error, allowed):
            raise self._error


@pytest.mark.parametrize("step", list(Step))
def test_calls_of_a_frozen_worker_arrive_in_the_midst_of_anothers(
    shop: Seller, wire: Wire, other_wire: Wire, books: Books, step: Step
) -> None:
    """The frozen one's n-th call arrives just before each of the other's, and after all.

    On a real server it arrives when the other has just made the same call, before its next one.
    """
    met = 0
    for number in range(MOST):
        places = (number + 1,) if shop.ground.real else range(MOST)
        for place in places:
            life = ready(shop, step, f"{number}_{place}")
            frozen = Worker(shop, wire, life, step, "late", number)
            if not frozen.is_held():
                frozen.join(TransientError)
                assert met, "nothing was written"
                return
            met += 1
            other = Worker(shop, other_wire, life, step, "wait", place)
            waits = other.is_held()
            frozen.let_go()
            frozen.join(BridgeError)  # its answer never comes
            if waits:
                other.let_go()
            other.join(TransientError)
            state = life.once(step, deposit=DEPOSIT)
            assert_done_once(step, life, state, books)
            if not waits:
                break
    raise AssertionError("the calls come to no end")


class TestAtOnce:
    def test_on_one_new_order(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        self.together(shop, lambda worker: worker.put(sent), 4)
        (ref,) = books.orders_with(sent.number)
        assert len(books.order(ref).goods) == 1

    @pytest.mark.parametrize("step", [Step.CONFIRM, Step.INVOICE, Step.PAY, Step.DEPOSIT])
    def test_on_one_step(self, shop: Seller, step: Step) -> None:
        life = ready(shop, step, "1")
        self.together(shop, lambda worker: Life.of(worker, life).once(step, deposit=DEPOSIT), 3)
        state = life.do(step, deposit=DEPOSIT)
        wanted = {Step.CONFIRM: [], Step.DEPOSIT: [DEPOSIT]}.get(step, [Decimal(230)])
        assert [i.total for i in state.invoices if i.state != "cancelled"] == wanted
        assert len(life.payments()) == (step in (Step.PAY, Step.DEPOSIT))

    def together(self, shop: Seller, work: Callable[[Seller], object], count: int) -> None:
        """Run ``work`` in several workers at once; only transient errors are allowed."""
        errors: list[BaseException] = []
        start = threading.Barrier(count)

        def run() -> None:
            worker = Seller(shop.ground, shop.books)
            worker.borrow(shop)
            start.wait()
            try:
                work(worker)
            except TransientError:
                pass  # the ledger tries again
            except BaseException as error:
                errors.append(error)
            finally:
                worker.close()

        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
