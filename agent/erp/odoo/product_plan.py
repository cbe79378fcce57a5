"""What a product's options, specs and manufacturer come to in Odoo: its attribute lines.

Every option, spec and (where manufacturers are an attribute) the manufacturer is one line of the
template: an attribute and the values the product has of it. Lines of attributes that make variants
multiply into variants.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection, Draft
from agent.erp.plan_words import (
    no_longer_there,
    not_there,
    option_doubled,
    option_empty,
    refs_of,
)
from agent.errors import Refused
from agent.model.catalogue import Product
from agent.model.entity import Entity

ATTRIBUTE = "product.attribute"
VALUE = "product.attribute.value"
MANUFACTURER_LINE = "manufacturer"
ODOO_VARIANT_LIMIT = 1000


def safe_name(key: str) -> str:
    """Return a key as part of an external id: only letters, digits and underscores."""
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in key)


@dataclass(slots=True)
class Line:
    """An attribute line. ``values`` are Odoo value ids to the shop's AttributeValue keys."""

    key: str
    attribute: int
    mode: str
    values: dict[int, str]
    external_id: str
    single: bool = False
    """Whether the shop has exactly one value here (specs, manufacturer)."""

    @property
    def makes_variants(self) -> bool:
        """Whether its values are part of what tells variants apart."""
        return self.mode != "no_variant"

    @property
    def value_cell(self) -> str:
        """Its values as ``load()`` takes them."""
        return ",".join(map(str, self.values))


@dataclass(slots=True)
class Plan:
    """A product's lines, and how many variants Odoo makes of them."""

    lines: list[Line] = field(default_factory=list)

    @property
    def variant_lines(self) -> list[Line]:
        """Lines whose values tell variants apart."""
        return [line for line in self.lines if line.makes_variants]

    @property
    def variants(self) -> int:
        """Number of variants; 1 where Odoo makes them only when they are ordered."""
        if any(line.mode == "dynamic" for line in self.lines):
            return 1
        return math.prod(len(line.values) for line in self.variant_lines)

    @property
    def value_keys(self) -> dict[int, str]:
        """Shop keys of all values that tell variants apart, by Odoo id."""
        return {number: key for line in self.variant_lines for number, key in line.values.items()}


class Planner:
    """Makes plans; reads what it must know of attributes for a whole batch at once."""

    def __init__(self, cx: Connection, drafts: Sequence[Draft]) -> None:
        self._cx = cx
        self._place = manufacturers.place(cx)
        self._modes = self._read_modes(drafts)
        self._manufacturer_attributes = self._read_manufacturers(drafts)

    def _read_modes(self, drafts: Sequence[Draft]) -> dict[int, str]:
        numbers = _refs(drafts, Entity.ATTRIBUTES)
        rows = self._cx.odoo.find_in(ATTRIBUTE, "id", numbers, ["create_variant"])
        return {int(r["id"]): str(r["create_variant"]) for r in rows}

    def _read_manufacturers(self, drafts: Sequence[Draft]) -> dict[int, int]:
        if self._place is None or not self._place.as_attribute:
            return {}
        numbers = _refs(drafts, Entity.MANUFACTURERS)
        rows = self._cx.odoo.find_in(VALUE, "id", numbers, ["attribute_id"])
        return {int(r["id"]): a for r in rows if (a := ref_id(r["attribute_id"])) is not None}

    def brand_field(self) -> str:
        """Return the product's field for a brand model, empty where there is none."""
        return self._place.product_field if self._place is not None else ""

    def plan(self, draft: Draft, product: Product) -> Plan:
        """Return the plan of a product.

        Raises:
            Held: an attribute or value is not in Odoo.
            Refused: more variants than the connection's setting allows.
        """
        plan = Plan()
        for option in product.options:
            if not option.values:
                draft.warnings.append(option_empty(option.attribute))
                continue
            self._add(plan, draft, option.attribute, [v.value for v in option.values], single=False)
        for spec in product.specs:
            self._add(plan, draft, spec.attribute, [spec.value], single=True)
        self._add_manufacturer(plan, draft, product)
        self._guard(plan)
        return plan

    def _add(
        self, plan: Plan, draft: Draft, attribute: str, values: Iterable[str], *, single: bool
    ) -> None:
        number = _known(draft, Entity.ATTRIBUTES, attribute)
        if number not in self._modes:
            raise _gone(f"The attribute {attribute}")
        found = {_known(draft, Entity.ATTRIBUTE_VALUES, v): v for v in values}
        for line in plan.lines:
            if line.attribute == number:
                line.values.update({n: k for n, k in found.items() if n not in line.values})
                draft.warnings.append(
                    option_doubled(attribute, "in Odoo it is one line with all values")
                )
                return
        plan.lines.append(
            Line(
                key=attribute,
                attribute=number,
                mode=self._modes[number],
                values=found,
                external_id=f"{draft.change.external_id}_line_{safe_name(attribute)}",
                single=single,
            )
        )

    def _add_manufacturer(self, plan: Plan, draft: Draft, product: Product) -> None:
        if product.manufacturer is None or self._place is None or not self._place.as_attribute:
            return
        value = _known(draft, Entity.MANUFACTURERS, product.manufacturer)
        attribute = self._manufacturer_attributes.get(value)
        if attribute is None:
            raise _gone("The manufacturer")
        plan.lines.append(
            Line(
                key=MANUFACTURER_LINE,
                attribute=attribute,
                mode="no_variant",
                values={value: product.manufacturer},
                external_id=f"{draft.change.external_id}_line_{MANUFACTURER_LINE}",
                single=True,
            )
        )

    def _guard(self, plan: Plan) -> None:
        most = min(self._cx.settings.max_variants, ODOO_VARIANT_LIMIT)
        if plan.variants > most:
            raise Refused(
                f"Its options would make {plan.variants} variants in Odoo, more than the {most} "
                "that are allowed",
                fix="Make options that need no stock of their own optional in the shop, remove "
                "values, or raise Most variants per product in the connection (Odoo's own limit "
                f"is {ODOO_VARIANT_LIMIT}).",
                code="erp.too_many_variants",
            )


def _refs(drafts: Sequence[Draft], entity: Entity) -> list[int]:
    return [int(ref) for ref in refs_of(drafts, entity) if ref.isascii() and ref.isdigit()]


def _known(draft: Draft, entity: Entity, key: str) -> int:
    number = draft.ref(entity, key)
    if number is None:
        raise not_there(key, entity, "Odoo")
    return number


def _gone(what: str) -> Refused:
    return no_longer_there(what, "attributes and manufacturers", "Odoo")


def previous_attributes(previous: Mapping[str, object] | None) -> set[str]:
    """Return the line keys a product had when it was last written."""
    before = previous or {}
    keys: set[str] = set()
    for name in ("options", "specs"):
        items = before.get(name)
        if isinstance(items, list | tuple):
            keys |= {str(i["attribute"]) for i in items if isinstance(i, Mapping)}
    if before.get("manufacturer") is not None:
        keys.add(MANUFACTURER_LINE)
    return keys
