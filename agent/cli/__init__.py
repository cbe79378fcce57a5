"""The command line: ``erp-bridge``."""

from __future__ import annotations

import gc
from collections.abc import Sequence

_COLLECTED = 50_000
"""New objects after which Python looks for cycles among them; its own 700 is for small programs.

Pages of records are many objects and no cycles: looking through them took a tenth of the time in
which products and quantities are written into a shop. Loading a program is the same.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    gc.set_threshold(_COLLECTED)
    from agent.cli.root import run  # noqa: PLC0415 - what it loads is many objects, too

    return run(argv)


__all__ = ["main"]
