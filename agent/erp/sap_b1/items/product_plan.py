"""What items a product of the shop is to be: one, or one per combination of its options' values.

Options that make items are those whose attribute says so in B1 (``U_Kind`` ``choice``). What the
other options, and descriptions, say of a product has no place in B1; orders tell what was chosen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agent.erp.draft import Draft
from agent.erp.plan_words import (
    no_longer_there,
    not_there,
    option_doubled,
    option_empty,
    refs_of,
)
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items import codes
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.errors import Refused
from agent.model.catalogue import Product, Variant
from agent.model.entity import Entity


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that is to be there.

    ``values`` are codes of B1, ``keys`` the same values' keys of the shop, in the order of the
    product's options. ``own`` is the shop's own record of the combination (OpenCart 4).
    """

    code: str
    values: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    price_extra: Decimal = Decimal(0)
    weight_extra: Decimal = Decimal(0)
    own: Variant | None = None

    @property
    def combination(self) -> frozenset[str]:
        """Its values, in no order."""
        return frozenset(self.values)


@dataclass(slots=True)
class Plan:
    """The items of a product. ``ref`` is its code; ``more``: it has options that make no items."""

    ref: str
    items: list[Wanted] = field(default_factory=list)
    more: bool = False

    @property
    def several(self) -> bool:
        """Whether the product is a family."""
        return any(item.values for item in self.items)


@dataclass(frozen=True, slots=True)
class _Option:
    attribute: str
    values: Mapping[str, str]
    """Codes of B1 by the shop's keys."""


class Planner:
    """Makes plans; reads what it must know of attributes for a whole batch at once."""

    def __init__(self, cx: Connection, drafts: Sequence[Draft]) -> None:
        self._cx = cx
        self._kinds = self._read(ATTRIBUTES, "U_Kind", refs_of(drafts, Entity.ATTRIBUTES))
        self._names = self._read(VALUES, "Name", refs_of(drafts, Entity.ATTRIBUTE_VALUES))

    def _read(self, table: str, column: str, refs: Sequence[str]) -> dict[str, str]:
        rows = self._cx.client.find(table, "Code", refs, (column,)) if refs else []
        return {str(row["Code"]): str(row.get(column) or "") for row in rows}

    def plan(self, draft: Draft, product: Product) -> Plan:
        """Return the plan of a product.

        Raises:
            InvalidRecord: a code cannot be made, or B1 cannot have it.
            Held: an attribute or value is not in B1.
            Refused: more items than the connection's setting allows.
        """
        options, more = self._options(draft, product)
        ref = draft.change.ref or codes.product_code(self._cx, product)
        plan = Plan(ref, more=more)
        number = math.prod(len(option.values) for option in options)
        if number > self._cx.settings.max_variants:
            raise _too_many(number, self._cx.settings.max_variants)
        if not options:
            code = draft.change.ref or ref
            own = product.variants[0] if len(product.variants) == 1 else None
            plan.items = [Wanted(code, own=own if own and not own.values else None)]
            return plan
        for chosen in itertools.product(*(option.values.items() for option in options)):
            plan.items.append(self._wanted(product, tuple(chosen), ref))
        _warn_unclear(draft, product, options)
        return plan

    def _wanted(self, product: Product, chosen: tuple[tuple[str, str], ...], ref: str) -> Wanted:
        keys = tuple(key for key, _ in chosen)
        offered = {v.value: v for option in product.options for v in option.values}
        own = next((v for v in product.variants if frozenset(v.values) == frozenset(keys)), None)
        return Wanted(
            code=codes.variant_code(self._cx, product, keys, own, ref),
            values=tuple(code for _, code in chosen),
            keys=keys,
            names=tuple(self._names[code] for _, code in chosen),
            price_extra=sum((offered[k].price_extra for k in keys), Decimal(0)),
            weight_extra=sum((offered[k].weight_extra for k in keys), Decimal(0)),
            own=own,
        )

    def _options(self, draft: Draft, product: Product) -> tuple[list[_Option], bool]:
        found: dict[str, dict[str, str]] = {}
        more = False
        for option in product.options:
            if not option.values:
                draft.warnings.append(option_empty(option.attribute))
                continue
            code = _known(draft, Entity.ATTRIBUTES, option.attribute)
            if code not in self._kinds:
                raise _gone(f"The attribute {option.attribute}")
            if self._kinds[code] not in ("choice", ""):
                more = True
                continue
            values = {
                v.value: _known(draft, Entity.ATTRIBUTE_VALUES, v.value) for v in option.values
            }
            lost = next((key for key, value in values.items() if value not in self._names), None)
            if lost is not None:
                raise _gone(f"The value {lost}")
            if code in found:
                draft.warnings.append(
                    option_doubled(option.attribute, "in SAP its values are one choice")
                )
            found.setdefault(code, {}).update(values)
        return [_Option(code, values) for code, values in found.items()], more


def product_of(draft: Draft) -> Product:
    """Return the draft's record as a product."""
    record = draft.change.record
    if not isinstance(record, Product):
        raise TypeError(f"{type(record).__name__} is no product")
    return record


def _known(draft: Draft, entity: Entity, key: str) -> str:
    code = draft.ref_of(entity, key)
    if code is None:
        raise not_there(key, entity, "SAP")
    return code


def _gone(what: str) -> Refused:
    return no_longer_there(what, "attributes", "SAP")


def _too_many(number: int, most: int) -> Refused:
    return Refused(
        f"Its options would make {number} items in SAP, more than the {most} that are allowed",
        fix="Make options that need no stock of their own optional in the shop, remove values, or "
        "raise Most variants per product in the connection.",
        code="erp.too_many_variants",
    )


def _warn_unclear(draft: Draft, product: Product, options: Iterable[_Option]) -> None:
    """Tell of the shop's own variants that are none of the combinations."""
    sizes = [set(option.values) for option in options]
    for variant in product.variants:
        chosen = set(variant.values)
        fits = len(chosen) == len(sizes) and all(len(chosen & size) == 1 for size in sizes)
        if not fits and (variant.sku or variant.barcode or variant.price is not None):
            draft.warnings.append(
                Refused(
                    f"The shop's variant {variant.key} is none of the product's combinations in "
                    "SAP; its own SKU, barcode and price are not carried over",
                    fix="Let the variant choose one value of each option that must be chosen.",
                    code="record.variant_unclear",
                )
            )
