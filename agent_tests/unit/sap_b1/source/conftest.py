"""The stand-in and shop of the tests of items; stand-ins of their own for times and time zones."""

from __future__ import annotations

from agent_tests.unit.sap_b1.items.conftest import ground, shop

__all__ = ["ground", "shop"]
