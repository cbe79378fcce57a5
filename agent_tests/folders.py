"""Where tests of each kind are, so that a part of the whole run looks for its own there alone."""

from __future__ import annotations

BENCH = "agent_tests/bench"
CONTRACT = "agent_tests/contract"
FLOWS = ("agent_tests/faults", "agent_tests/two_ways")
STAND_INS = (CONTRACT, *FLOWS)
"""What meets every adapter."""
WITH_LIVE = (*STAND_INS, "agent_tests/live")
"""What meets real Odoo servers without a browser."""
WITH_BROWSER = tuple(f"agent_tests/{name}" for name in ("browser", "live", "store"))
"""What needs a browser."""
