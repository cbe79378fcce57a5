"""Options of the shop as attributes.

Select, radio and image options let a shopper choose one of several values. Where a product requires
the choice, the option is the attribute ``option:13`` (kind ``choice``, makes variants); where it
may be left out, it is ``option:13:optional`` (kind ``optional``). Which of the two exist is decided
by the products' rows: both, when one product requires the option and another does not;
``option:13`` alone, when no product uses it yet. A checkbox takes several values at once: it is
``option:13`` of kind ``multi``, required or not. Text, file, date and time options, and types that
other extensions add, have no values to choose from in an ERP: they stay on the order line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

from agent.store.keys import option_key
from agent.store.view import View, whole

Display = Literal["select", "radio", "checkbox", "image"]

CHOICES: tuple[Display, ...] = ("select", "radio", "image")
ALL: tuple[Display, ...] = (*CHOICES, "checkbox")
_CHOICE_TYPES = ",".join(f"'{name}'" for name in CHOICES)
MAKES_VARIANTS = f"o.`type` IN ({_CHOICE_TYPES}) AND p.`required` <> 0"
"""SQL: option ``o`` makes variants as product option ``p``; its values' keys are plain ones."""
SQL_TYPES = ",".join(f"'{name}'" for name in ALL)


def is_display(kind: object) -> TypeGuard[Display]:
    """Tell whether options of this type have values to choose from."""
    return kind in ALL


@dataclass(frozen=True, slots=True)
class Option:
    """An option and how products use it."""

    id: int
    kind: Display
    sort_order: int
    required: bool
    optional: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the attributes that this option is."""
        if self.kind == "checkbox":
            return (option_key(self.id),)
        keys = []
        if self.required or not self.optional:
            keys.append(option_key(self.id))
        if self.optional:
            keys.append(option_key(self.id, optional=True))
        return tuple(keys)


def key_for(kind: Display, option_id: int, *, required: bool) -> str:
    """Return the attribute key of an option as one product uses it."""
    return option_key(option_id, optional=kind in CHOICES and not required)


def load_options(view: View, ids: Sequence[int] | None = None) -> dict[int, Option]:
    """Return the options with values, by id (only ``ids``, when given)."""
    condition = (
        "" if ids is None else f" AND o.`option_id` IN ({','.join(map(str, ids)) or 'NULL'})"
    )
    rows = view.query.rows(
        "SELECT o.`option_id`, o.`type`, o.`sort_order`, u.`required`, u.`optional`"  # noqa: S608
        f" FROM {view.table('option')} o LEFT JOIN ("
        "SELECT `option_id`, MAX(COALESCE(`required`, 0) <> 0) AS `required`,"
        " MAX(COALESCE(`required`, 0) = 0) AS `optional`"
        f" FROM {view.table('product_option')} GROUP BY `option_id`"
        ") u ON u.`option_id` = o.`option_id`"
        f" WHERE o.`type` IN ({SQL_TYPES}){condition}"
    )
    return {
        int(key): Option(int(key), kind, whole(order), bool(required), bool(optional))
        for key, kind, order, required, optional in rows
        if is_display(kind)
    }
