"""Items that are one product: a family, or an item alone.

A family's items name the product's code in ``U_ERPB_Product``. An item alone is a product by its
own code; where items of a family name its code it is what the product was before it had options.
Where B1's database does not tell cases apart, neither do codes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.codes import values_of

SET = "Items"
FAMILY = "U_ERPB_Product"
VALUES = "U_ERPB_Values"
USE = ("Valid", "ValidFrom", "ValidTo", "Frozen", "FrozenFrom", "FrozenTo")
"""What tells whether an item is in use; see :func:`in_use`."""
STATE = ("SalesItem", *USE, ID_FIELD, FAMILY, VALUES)
"""What tells whether an item is in use, and whose it is."""


@dataclass(slots=True)
class Family:
    """The items of a product: ``single`` stands for it alone, ``members`` for its combinations."""

    ref: str
    single: Row | None = None
    members: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All items, the single one last."""
        return [*self.members, *([self.single] if self.single is not None else [])]

    @property
    def there(self) -> bool:
        """Whether there is any item."""
        return bool(self.members) or self.single is not None


def family_of(row: Row) -> str:
    """Return the code of the product that an item belongs to."""
    return str(row.get(FAMILY) or "").strip() or str(row["ItemCode"])


def read_families(cx: Connection, refs: Iterable[str], select: Sequence[str]) -> dict[str, Family]:
    """Return the families of products by code; those without any item are empty."""
    wanted = {ref: Family(ref) for ref in refs if ref}
    by_case = {ref.casefold(): family for ref, family in wanted.items()}
    columns = tuple(dict.fromkeys((*STATE, *select)))
    for row in cx.client.find(SET, FAMILY, list(wanted), columns):
        family = by_case.get(str(row.get(FAMILY) or "").strip().casefold())
        if family is not None:
            family.members.append(row)
    for row in cx.client.find(SET, "ItemCode", list(wanted), columns):
        family = by_case.get(str(row["ItemCode"]).casefold())
        if family is not None and not str(row.get(FAMILY) or "").strip():
            family.single = row
    for family in wanted.values():
        alone = [row for row in family.members if not values_of(row.get(VALUES))]
        if alone and family.single is None:
            family.single = alone[0]
        family.members = [row for row in family.members if values_of(row.get(VALUES))]
    return wanted


def in_use(row: Mapping[str, object], today: date) -> bool:
    """Tell whether B1 lets an item be used today: ``Valid``, ``Frozen`` and their days."""
    if row.get("Frozen") == "tYES" and _within(row, "Frozen", today):
        return False
    limited = row.get("ValidFrom") or row.get("ValidTo")
    return not (row.get("Valid") == "tYES" and limited and not _within(row, "Valid", today))


def _within(row: Mapping[str, object], word: str, today: date) -> bool:
    first = stamp(row.get(f"{word}From"), "00:00")
    last = stamp(row.get(f"{word}To"), "00:00")
    return (first is None or first.date() <= today) and (last is None or today <= last.date())


def today_of(cx: Connection) -> date:
    """Return the server's day."""
    return cx.client.clock.local().date()
