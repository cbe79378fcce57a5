"""Faults that were ordered from a stand-in, and which call meets one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Ordered(Protocol):
    """A fault for the next ``times`` calls that match, after ``skip`` of them passed."""

    times: int
    skip: int


F = TypeVar("F", bound=Ordered)


class FaultQueue(Generic[F]):
    """Ordered faults, oldest first. Its owner's lock guards it."""

    def __init__(self) -> None:
        self._faults: list[F] = []

    def __len__(self) -> int:
        """Return how many have not been met to the end."""
        return len(self._faults)

    def order(self, fault: F) -> None:
        """Order a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Drop all of them."""
        self._faults.clear()

    def take(self, matches: Callable[[F], bool]) -> F | None:
        """Return the fault that a call meets, None for none; it is used up by its last call."""
        for fault in self._faults:
            if matches(fault):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
