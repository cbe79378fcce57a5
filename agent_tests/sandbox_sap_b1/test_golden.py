"""Every fact of ``golden.json`` is held by a test, or there is a reason why not."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from pathlib import Path

from agent_tests import sandbox_sap_b1
from agent_tests.sandbox_sap_b1.golden import HELD, SKIPPED


def test_every_fact_is_held(shared: Path) -> None:
    for found in pkgutil.iter_modules(sandbox_sap_b1.__path__):
        import_module(f"{sandbox_sap_b1.__name__}.{found.name}")
    facts = json.loads((shared / "sap" / "golden.json").read_text("utf-8"))
    known = {fact["id"] for fact in facts}
    assert HELD.keys() | SKIPPED.keys() == known
    assert not HELD.keys() & SKIPPED.keys()
    assert all(SKIPPED.values())
