"""What the variants of a product are to be.

What the shop's people let a variant decide for itself (pictures, texts, offers) stays as it is:
only what the ERP tells of a variant is decided anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from agent.errors import InvalidRecord
from agent.model.catalogue import Product, Text, Variant
from agent.store.keys import parse_option
from agent.store.product_build import BARCODES
from agent.store.writing.desk import Desk
from agent.store.writing.numbers import measure, price, whole_in_range
from agent.store.writing.product_batch import Plan
from agent.store.writing.product_columns import ProductColumns, Sketch, warn_unit
from agent.store.writing.product_options import HeldOption, read_options
from agent.store.writing.product_parts import CODES, code_rows
from agent.store.writing.rows import Held, Wanted, read_rows

LIMIT = 1000
"""Variants of one product: each is a product of the shop, and saving one form writes them all."""

_DECIDED = frozenset({"price", "weight", "weight_class_id", "status", "variant"})
"""What the ERP tells of every variant, if only that it is as the product's."""

Choice = Mapping[str, object]
"""``product_option_id`` to ``product_option_value_id``, as OpenCart's JSON has them."""


_OWN_CODES = "product_code"


class Known(Protocol):
    """A variant that there is."""

    key: int
    master: int
    choices: Choice
    overrides: Mapping[str, object]


@dataclass(slots=True)
class VariantPlan:
    """What one variant is to be; ``key`` is None until it has a row."""

    master: int
    variant: Variant
    choice: dict[str, str]
    columns: dict[str, object]
    overrides: dict[str, object]
    names: Text
    quantity: int
    codes: list[Wanted] | None = None
    key: int | None = None

    @property
    def number(self) -> int:
        """The variant's id, once it has one."""
        assert self.key is not None  # noqa: S101 - rows are made before anything asks
        return self.key

    @property
    def marker(self) -> str:
        """The mark under which it is made: one per combination."""
        text = f"{self.master}:{self.choice_json}"
        return "variant:" + hashlib.blake2b(text.encode(), digest_size=20).hexdigest()

    @property
    def choice_json(self) -> str:
        """What is chosen, as the shop's form stores it."""
        return json.dumps(self.choice, separators=(",", ":"))

    @property
    def override_json(self) -> str:
        """What the variant decides for itself, as the shop's form stores it."""
        return json.dumps(self.overrides, separators=(",", ":"))


@dataclass(slots=True)
class VariantPlanner:
    """Plans the variants of products whose columns and options are written already.

    ``masters``: the columns of those products, by id.
    """

    desk: Desk
    plans_of: Sequence[Plan]
    siblings: Mapping[int, Known]
    masters: Mapping[int, Mapping[str, object]]
    _columns: ProductColumns = field(init=False)
    _held: Mapping[int, Sequence[Held]] = field(init=False)

    def __post_init__(self) -> None:
        self._columns = ProductColumns(self.desk)
        own = [known.key for known in self.siblings.values() if known.overrides.get(_OWN_CODES)]
        self._held = read_rows(self.desk, CODES, own)

    def plans(self) -> list[VariantPlan]:
        """Return what all variants are to be.

        Raises:
            InvalidRecord: one is made of values that its product does not offer, or they are too
                many.
        """
        options = read_options(self.desk, [plan.number for plan in self.plans_of])
        result: list[VariantPlan] = []
        for plan in self.plans_of:
            mine = [variant for variant in plan.product.variants if variant.values]
            if len(mine) > LIMIT:
                raise InvalidRecord(
                    f"It has {len(mine)} variants; as products of their own the shop can have at "
                    f"most {LIMIT}",
                    fix="Set 'Combinations become' to options, or divide the product in the ERP.",
                    code="store.too_many_variants",
                )
            places = _places(options.get(plan.number, ()))
            planned = [self._plan(plan, variant, places) for variant in mine]
            result += {one.choice_json: one for one in planned}.values()
        return result

    def _plan(
        self, plan: Plan, variant: Variant, places: Mapping[int, tuple[int, int]]
    ) -> VariantPlan:
        product = plan.product
        choice = _choice(variant, places)
        known = self._known(plan.number, variant, choice)
        columns: dict[str, object] = {}
        overrides: dict[str, object] = {}
        texts = plan.texts
        if variant.model is not None and variant.model != product.model:
            columns["model"] = texts.exact("product", "model", variant.model, "model")
            overrides["model"] = "1"
        codes = self._codes(plan, variant, known, columns)
        overrides |= {name: "1" for name in self.desk.dialect.code_columns if name in columns}
        if codes is not None:
            overrides[_OWN_CODES] = "1"
        if variant.price is not None:
            columns["price"] = price(variant.price)
            overrides["price"] = "1"
        decided = _decided(variant)
        if variant.weight is not None:
            weight = self._weight(plan, variant.weight)
            if weight is None:
                warn_unit(texts, "weight", product.weight_unit)
                decided -= {"weight", "weight_class_id"}
            else:
                columns["weight"] = measure(weight, "weight")
                overrides["weight"] = "1"
        if not variant.active:
            columns["status"] = 0
            overrides["status"] = "1"
        overrides["variant"] = dict.fromkeys(choice, "1")
        if known is not None:
            overrides = _laid_over(known.overrides, overrides, decided)
        ending = variant.sku or variant.model or "-".join(choice.values())
        names = {code: f"{name} {ending}" for code, name in product.name.items()}
        quantity = whole_in_range(variant.quantity or 0, "quantity")
        key = None if known is None else known.key
        return VariantPlan(
            plan.number, variant, choice, columns, overrides, names, quantity, codes, key
        )

    def _weight(self, plan: Plan, value: Decimal) -> Decimal | None:
        """Return a variant's weight in the unit that its product has in the shop."""
        number = int(str(self.masters[plan.number].get("weight_class_id") or 0))
        return self._columns.weight_in_class(number, value, plan.product.weight_unit)

    def _codes(
        self, plan: Plan, variant: Variant, known: Known | None, columns: dict[str, object]
    ) -> list[Wanted] | None:
        """Note the variant's own identifiers; return its rows of them where they are rows."""
        product, texts = plan.product, plan.texts
        told = _told_codes(variant)
        own = {"sku": variant.sku, "barcode": variant.barcode}
        same = all(value is None or value == getattr(product, name) for name, value in own.items())
        stand_in = Product(
            product.key,
            product.name,
            sku=product.sku if variant.sku is None else variant.sku,
            barcode=product.barcode if variant.barcode is None else variant.barcode,
        )
        sketch = Sketch(stand_in, frozenset({"sku", "barcode"}), texts, product.codes)
        codes = self._columns.codes(sketch)
        if not same:
            for name in self.desk.dialect.code_columns:
                if codes[name] != texts.exact("product", name, product.codes.get(name, ""), name):
                    columns[name] = codes[name]
        if not told or not self.desk.dialect.code_table:
            return None
        rows = code_rows(codes, ())
        if known is None or not known.overrides.get(_OWN_CODES):
            return None if same else rows
        mine = [
            (row.same, row.values)
            for row in self._held.get(known.key, ())
            if str(row.same[0]).lower() not in told
        ]
        rest = [row for row in rows if str(row[0][0]).lower() not in told]
        if same and sorted(mine, key=str) == sorted(rest, key=str):
            return None
        return [row for row in rows if row not in rest] + mine

    def _known(self, master: int, variant: Variant, choice: Choice) -> Known | None:
        """Return the variant that there is for this combination."""
        mine = [known for known in self.siblings.values() if known.master == master]
        for known in mine:
            if str(known.key) == variant.key:
                return known
        wanted = dict(choice)
        for known in mine:
            if {name: str(value) for name, value in known.choices.items()} == wanted:
                return known
        return None


def _told_codes(variant: Variant) -> frozenset[str]:
    """Return the names of the identifiers that the ERP tells of a variant."""
    sku = {"sku"} if variant.sku is not None else set()
    return frozenset(sku.union(BARCODES) if variant.barcode is not None else sku)


def _decided(variant: Variant) -> frozenset[str]:
    """Return what the ERP decides of what a variant has of its own."""
    codes = _told_codes(variant)
    model = {"model"} if variant.model is not None else set()
    return _DECIDED | codes | model | ({_OWN_CODES} if codes else set())


def _laid_over(
    shop: Mapping[str, object], erp: Mapping[str, object], decided: frozenset[str]
) -> dict[str, object]:
    """Return what a variant decides for itself, in the shop's order: what is equal is no change."""
    kept = {
        name: erp.get(name, own) for name, own in shop.items() if name in erp or name not in decided
    }
    return kept | dict(erp)


def _places(options: Sequence[HeldOption]) -> dict[int, tuple[int, int]]:
    """Return option value to the rows of its option and of itself in the product."""
    return {
        value: (option.row, row)
        for option in options
        for value, (row, _cells) in option.values.items()
    }


def _choice(variant: Variant, places: Mapping[int, tuple[int, int]]) -> dict[str, str]:
    choice: dict[int, int] = {}
    for key in variant.values:
        parsed = parse_option(key)
        place = places.get(parsed[2] or 0) if parsed is not None else None
        if place is None:
            raise InvalidRecord(
                f"One of its variants is made of {key}, which the product does not offer",
                fix="Synchronize the attributes and the product again.",
                code="store.variant_value",
            )
        choice[place[0]] = place[1]
    return {str(option): str(choice[option]) for option in sorted(choice)}
