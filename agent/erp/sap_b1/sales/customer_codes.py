"""Codes of new business partners: by a pattern, or by a numbering series of B1."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from agent.erp.sap_b1.connection import Connection

LONGEST = 15
_MOST = 9


def codes(cx: Connection, key: str) -> Iterator[str]:
    """Yield codes for a customer: the pattern's, then with a number where others have it.

    A key that is too long (those of guests are) becomes a hash that fits.
    """
    pattern = cx.settings.customer_code
    room = LONGEST - len(pattern.replace("{key}", ""))
    clean = re.sub(r"[^0-9A-Za-z_-]", "-", key)
    if len(clean) > room:
        digest = hashlib.blake2b(key.encode(), digest_size=10).hexdigest()
        clean = f"G{digest}"[: max(room, 1)]
    first = pattern.replace("{key}", clean)[:LONGEST]
    yield first
    for number in range(2, _MOST + 1):
        end = f"-{number}"
        yield first[: LONGEST - len(end)] + end
