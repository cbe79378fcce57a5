"""Losing the answers of whatever an adapter writes, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.errors import TimedOut
from agent_tests.lab.wire import WRITING, Wire

_MOST = 40


def each_lost(wire: Wire, make: Callable[[int], object]) -> Iterator[int]:
    """Call ``make`` with 0, 1, 2 …; lose the answer of its n-th writing call; yield n each time.

    Ends with the first that has no such call any more.
    """
    for number in range(_MOST):
        wire.order("lose", WRITING, skip=number)
        try:
            make(number)
        except TimedOut:
            assert not wire.pending()
            yield number
        else:
            assert wire.pending(), "a lost answer has to be told"
            wire.calm()
            assert number, "nothing was written"
            return
    raise AssertionError("the calls come to no end")
