"""How far the changes of an ERP were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far changes were read: the ERP's own clock, and what was seen within the lag window.

    ``since`` is what the ERP compares with, as its text; empty: from now on. ``seen`` are marks of
    the rows read in the window that is read again each time, by row, so that none is told twice.
    """

    since: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
