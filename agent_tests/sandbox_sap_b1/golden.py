"""Which test holds which fact of ``sap/golden.json`` in the shared folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

HELD: dict[str, list[str]] = {}
"""Facts by their id, with the tests that hold them."""
SKIPPED: dict[str, str] = {}
"""Facts that no test here holds, with the reason."""


def golden(*facts: str) -> Callable[[Test], Test]:
    """Say of a test which facts it holds."""

    def held(test: Test) -> Test:
        for fact in facts:
            HELD.setdefault(fact, []).append(f"{test.__module__}.{test.__qualname__}")
        return test

    return held
