"""Variants (``product.product``) of products with options.

Odoo makes a variant for each combination of values and gives it no external id; so they are read
back and told apart by their values. References, barcodes, weights and volumes live on variants,
extra prices on the template's values (``product.template.attribute.value``). All is compared with
what Odoo has before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agent.erp.codes import chosen_code, pattern_code
from agent.erp.odoo import bulk
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord, LoadResult
from agent.erp.odoo.product_columns import (
    VARIANT_FIELDS,
    by_variants,
    product_code,
    product_of,
    volume_of,
    weight_of,
)
from agent.erp.odoo.product_plan import Plan
from agent.erp.odoo.units import number_text, same_number
from agent.erp.odoo.variant_prices import extras_of
from agent.erp.port import variant_key
from agent.erp.product_changes import aspects_of
from agent.errors import Refused
from agent.model.catalogue import Product, Variant
from agent.model.entity import Entity

Value = str | Decimal
MODEL = "product.product"
VALUE_MODEL = "product.template.attribute.value"


@dataclass(slots=True)
class _Found:
    """What Odoo has of one product: variants by their values, and the template's values."""

    variants: dict[frozenset[int], Row] = field(default_factory=dict)
    values: list[Row] = field(default_factory=list)
    ranks: dict[frozenset[int], tuple[bool, int]] = field(default_factory=dict)

    def add(self, combination: frozenset[int], row: Row, others: int) -> None:
        """Keep a variant unless a better one has the same values.

        Active ones come before archived ones, then those with the fewest ``others``: values that
        are not the shop's.
        """
        rank = (bool(row["active"]), -others)
        if combination not in self.ranks or rank > self.ranks[combination]:
            self.ranks[combination] = rank
            self.variants[combination] = row


def sync(work: Work, plans: Sequence[tuple[Draft, Plan]]) -> None:
    """Map the variants of products and bring them up to date."""
    wanted = [(d, p) for d, p in plans if d.alive and _concerned(d)]
    if not wanted:
        return
    found = _read(work.cx, wanted)
    work.progress()
    changes: list[LoadRecord] = []
    prices: list[LoadRecord] = []
    owners: dict[str, Draft] = {}
    for draft, plan in wanted:
        has = found[draft.id or 0]
        _map(draft, plan, has)
        for number, values in _differences(work.cx, draft, plan, has).items():
            changes.append(_record(f"variant {number}", number, values))
            owners[changes[-1].key] = draft
        if _prices_matter(draft):
            for number, extra in _price_changes(work.cx, draft, plan, has).items():
                prices.append(_record(f"value {number}", number, {"price_extra": extra}))
                owners[prices[-1].key] = draft
    rows = [r for has in found.values() for r in has.variants.values()]
    archived = {int(r["id"]) for r in rows if not r["active"]}
    _keep(bulk.send(work, MODEL, changes, archived=archived), owners)
    _keep(bulk.send(work, VALUE_MODEL, prices), owners)


def _record(key: str, number: int, values: Mapping[str, Value]) -> LoadRecord:
    cells = {c: number_text(v) if isinstance(v, Decimal) else v for c, v in values.items()}
    return LoadRecord(key, {".id": str(number), **cells})


def _concerned(draft: Draft) -> bool:
    aspects = aspects_of(draft)
    if draft.creates or aspects.lines or aspects.own or _prices_matter(draft):
        return True
    product = product_of(draft)
    parts = bool(product.options or product.variants) or not product.active
    return parts and (aspects.weights or draft.has(*VARIANT_FIELDS))


def _prices_matter(draft: Draft) -> bool:
    aspects = aspects_of(draft)
    own_prices = bool(product_of(draft).variants) and draft.has("price")
    return aspects.lines or aspects.prices or aspects.own or own_prices


def _columns_in_question(draft: Draft) -> set[str]:
    """Return the variant columns that the change is about; the others are left to Odoo."""
    aspects = aspects_of(draft)
    if aspects.lines or aspects.own:
        return {"default_code", "barcode", "weight", "volume"}
    columns: set[str] = set()
    if draft.has("sku", "model"):
        columns.add("default_code")
    if draft.has("barcode"):
        columns.add("barcode")
    if aspects.weights or draft.has("weight", "weight_unit"):
        columns.add("weight")
    if draft.has("length", "width", "height", "length_unit"):
        columns.add("volume")
    return columns


def _read(cx: Connection, wanted: Sequence[tuple[Draft, Plan]]) -> dict[int, _Found]:
    found = {d.id: _Found() for d, _ in wanted if d.id is not None}
    with_lines = [d.id for d, p in wanted if d.id is not None and (p.lines or not d.creates)]
    value_fields = ["product_tmpl_id", "product_attribute_value_id", "price_extra", "ptav_active"]
    of_value: dict[int, int] = {}
    for row in cx.odoo.find_in(VALUE_MODEL, "product_tmpl_id", with_lines, value_fields):
        found[ref_id(row["product_tmpl_id"]) or 0].values.append(row)
        of_value[int(row["id"])] = ref_id(row["product_attribute_value_id"]) or 0
    fields = [
        *("product_tmpl_id", "product_template_attribute_value_ids", "active"),
        *("default_code", "barcode", "weight", "volume"),
    ]
    plans = {d.id: p for d, p in wanted}
    for row in cx.odoo.find_in(MODEL, "product_tmpl_id", list(found), fields):
        template = ref_id(row["product_tmpl_id"]) or 0
        values = {of_value.get(int(v), 0) for v in row["product_template_attribute_value_ids"]}
        combination = frozenset(values & set(plans[template].value_keys))
        if len(combination) == len(plans[template].variant_lines):  # else left over, once sold
            found[template].add(combination, row, len(values - combination))
    return found


def _map(draft: Draft, plan: Plan, has: _Found) -> None:
    keys = plan.value_keys
    for combination, row in has.variants.items():
        key = variant_key(draft.key, (keys[v] for v in combination))
        draft.children[Entity.VARIANTS, key] = str(row["id"])
    for variant, rows in _own_variants(draft, plan, has):
        if len(rows) == 1:
            draft.children[Entity.VARIANTS, variant.key] = str(rows[0]["id"])


def _own_variants(draft: Draft, plan: Plan, has: _Found) -> list[tuple[Variant, list[Row]]]:
    """Return the shop's own variants with the Odoo variants that have all their values."""
    numbers = {key: number for number, key in plan.value_keys.items()}
    found: list[tuple[Variant, list[Row]]] = []
    for variant in product_of(draft).variants:
        wanted = {numbers[v] for v in variant.values if v in numbers}
        complete = len(wanted) == len(variant.values)
        rows = [r for c, r in has.variants.items() if wanted <= c] if complete else []
        found.append((variant, rows))
    return found


def _differences(
    cx: Connection, draft: Draft, plan: Plan, has: _Found
) -> dict[int, dict[str, Value]]:
    """Return the columns in which Odoo's variants differ from what the shop says."""
    if not by_variants(draft, plan):
        return {}
    asked = _columns_in_question(draft)
    if not asked:
        return {}
    wanted = _wanted(cx, draft, plan, has)
    fields = cx.facts.fields(MODEL)
    changes: dict[int, dict[str, Value]] = {}
    for row in has.variants.values():
        differing: dict[str, Value] = {}
        for column, value in wanted[int(row["id"])].items():
            if column not in asked:
                continue
            if isinstance(value, Decimal):
                same = same_number(value, row[column], fields[column].decimals)
            else:
                same = (row[column] or "") == value
            if not same:
                differing[column] = value
        if differing:
            changes[int(row["id"])] = differing
    return changes


def _wanted(cx: Connection, draft: Draft, plan: Plan, has: _Found) -> dict[int, dict[str, Value]]:
    product = product_of(draft)
    base_weight = weight_of(cx, draft, product, product.weight)
    volume = volume_of(cx, draft, product)
    wanted: dict[int, dict[str, Value]] = {}
    for combination, row in has.variants.items():
        columns: dict[str, Value] = {}
        code = _code(cx, product, plan, combination)
        if code is not None:
            columns["default_code"] = code
        if plan.variants == 1:
            columns["barcode"] = product.barcode.strip()
        if base_weight is not None:
            columns["weight"] = _weight(cx, draft, plan, combination, product.weight)
        if volume is not None:
            columns["volume"] = volume
        wanted[int(row["id"])] = columns
    if plan.variants > 1 and product.barcode.strip():
        draft.warnings.append(_barcode_left(product))
    _apply_own(cx, draft, plan, has, wanted)
    return wanted


def _code(cx: Connection, product: Product, plan: Plan, combination: frozenset[int]) -> str | None:
    """Return a variant's reference by the pattern; None where variants get none."""
    if plan.variants <= 1:
        return product_code(cx, product)
    keys = plan.value_keys
    order = [v for line in plan.variant_lines for v in line.values if v in combination]
    return pattern_code(cx.settings.variant_code, product, [keys[v] for v in order])


def _weight(
    cx: Connection, draft: Draft, plan: Plan, combination: frozenset[int], weight: Decimal
) -> Decimal:
    product = product_of(draft)
    chosen = {plan.value_keys[v] for v in combination}
    extra = sum(
        (v.weight_extra for o in product.options for v in o.values if v.value in chosen), Decimal(0)
    )
    return weight_of(cx, draft, product, max(weight + extra, Decimal(0))) or Decimal(0)


def _apply_own(
    cx: Connection,
    draft: Draft,
    plan: Plan,
    has: _Found,
    wanted: dict[int, dict[str, Value]],
) -> None:
    """Let the shop's own variants (OpenCart 4) override reference, barcode and weight."""
    combinations = {int(r["id"]): c for c, r in has.variants.items()}
    for variant, rows in _own_variants(draft, plan, has):
        if len(rows) != 1:
            if variant.sku or variant.barcode or variant.price is not None:
                draft.warnings.append(_not_one(variant, len(rows)))
            continue
        number = int(rows[0]["id"])
        code = chosen_code(cx.settings.code_from, variant.sku, variant.model)
        if code:
            wanted[number]["default_code"] = code
        if variant.barcode is not None:
            wanted[number]["barcode"] = variant.barcode.strip()
        if variant.weight is not None and "weight" in wanted[number]:
            wanted[number]["weight"] = _weight(
                cx, draft, plan, combinations[number], variant.weight
            )


def _price_changes(cx: Connection, draft: Draft, plan: Plan, has: _Found) -> dict[int, Decimal]:
    """Return extra prices that Odoo does not have yet, by the template value's id."""
    extras = extras_of(draft, plan)
    decimals = cx.facts.fields(VALUE_MODEL)["price_extra"].decimals
    changes: dict[int, Decimal] = {}
    for row in has.values:
        value = ref_id(row["product_attribute_value_id"])
        if value not in extras or not row["ptav_active"]:
            continue
        if not same_number(extras[value], row["price_extra"], decimals):
            changes[int(row["id"])] = extras[value]
    return changes


def _keep(results: Mapping[str, LoadResult], owners: Mapping[str, Draft]) -> None:
    for key, result in results.items():
        draft = owners[key]
        draft.warnings += result.warnings
        if result.error is None:
            draft.touched = True
        elif draft.error is None:
            draft.error = result.error


def _barcode_left(product: Product) -> Refused:
    return Refused(
        f"Its barcode {product.barcode} is not carried over: Odoo keeps barcodes on variants, and "
        "it has several",
        fix="Give the variants barcodes of their own, in the shop or in Odoo.",
        code="record.barcode_of_many",
    )


def _not_one(variant: Variant, number: int) -> Refused:
    return Refused(
        f"The shop's variant {variant.key} is {number or 'none'} of the product's variants in "
        "Odoo; its own SKU, barcode and price are not carried over",
        fix="Let the variant choose one value of each option that makes variants.",
        code="record.variant_unclear",
    )
