"""Wizards that make another document with every call: earlier tries are taken out of service.

A wizard loses a value without which Odoo makes nothing of it. Then the order's row is written: a
call that is still under way either has ended, and its document is seen, or must start again,
because making the document writes the order's row, too, and then fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.states import ORDER, Sight
from agent.errors import Busy


@dataclass(frozen=True, slots=True)
class Wizard:
    """A wizard. ``field`` ``is_on`` tells that it can be called, ``off`` that it cannot."""

    model: str
    makes: str
    field: str
    is_on: tuple[str, Any]
    off: Any

    def take_off(
        self, cx: Connection, sight: Sight, mine: list[tuple[str, str, Any]], own: int
    ) -> bool:
        """Take those of ``mine`` before the ``own`` one out of service; tells of any."""
        domain = [*mine, (self.field, *self.is_on), ("id", "<", own)]
        earlier = cx.odoo.find(self.model, domain, ["id"])
        if not earlier:
            return False
        cx.odoo.write(self.model, [int(row["id"]) for row in earlier], {self.field: self.off})
        reference = sight.row["client_order_ref"]
        cx.odoo.write(ORDER, [sight.id], {"client_order_ref": reference})
        return True

    def check(self, cx: Connection, own: int) -> None:
        """Make sure that the own one was not taken out of service.

        Raises:
            Busy: it was, by another worker.
        """
        if not cx.odoo.find(self.model, [("id", "=", own), (self.field, *self.is_on)], ["id"]):
            raise Busy(
                f"Another worker is making the same {self.makes}",
                fix="Nothing to do: the bridge tries again by itself.",
            )
