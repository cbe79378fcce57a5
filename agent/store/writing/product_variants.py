"""Variants of OpenCart 4: products of their own that are a fixed choice of another's options.

Saving a product's form copies it to all its variants, except what a variant decides for itself
(``override``). The same is done here whenever a product is written, so that saving its form changes
nothing. New variants are made hidden and shown last, as products are; those that the ERP has no
more are switched off, never deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.faults import reach
from agent.model.catalogue import Variant
from agent.model.entity import Entity
from agent.store.sql import Ids
from agent.store.variants import choices_of, overrides_of
from agent.store.writing.births import Births, Cradle, tag
from agent.store.writing.desk import Desk
from agent.store.writing.group_prices import GroupPrices
from agent.store.writing.keywords import Keywords, Page
from agent.store.writing.product_batch import Plan
from agent.store.writing.product_parts import (
    CATEGORIES,
    CODES,
    DESCRIPTIONS,
    FILTERS,
    IMAGES,
    LAYOUTS,
    SPECS,
    STORES,
    TEXT_COLUMNS,
)
from agent.store.writing.rows import Held, Part, Wanted, change_rows, read_rows
from agent.store.writing.variant_plans import Choice, VariantPlan, VariantPlanner

_CRADLE = Cradle(Entity.VARIANTS, "product", "product_id")
COPIED = (
    "model",
    "sku",
    "upc",
    "ean",
    "jan",
    "isbn",
    "mpn",
    "location",
    "minimum",
    "subtract",
    "stock_status_id",
    "date_available",
    "manufacturer_id",
    "shipping",
    "price",
    "points",
    "weight",
    "weight_class_id",
    "length",
    "width",
    "height",
    "length_class_id",
    "status",
    "tax_class_id",
    "sort_order",
    "image",
)
"""Columns that a variant has from its product."""

_PARTS: Mapping[Part, str] = {
    DESCRIPTIONS: "",
    CODES: "product_code",
    CATEGORIES: "product_category",
    FILTERS: "product_filter",
    STORES: "product_store",
    SPECS: "product_attribute",
    IMAGES: "product_image",
    LAYOUTS: "product_layout",
}
"""Rows that a variant has from its product, with the name under which it may have its own."""


@dataclass(slots=True)
class Sibling:
    """A variant that there is: its row, what it chooses, what it decides for itself."""

    key: int
    master: int
    columns: dict[str, object]
    choices: Choice
    overrides: Mapping[str, object]


@dataclass(slots=True)
class VariantWriter:
    """Writes the variants of a batch; ``children``: master to keys as given, to keys of the shop.

    ``changed`` are masters of which a variant changed.
    """

    desk: Desk
    children: dict[int, dict[str, str]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def write(self, plans: Sequence[Plan], edited: set[int]) -> None:
        """Make, change and switch off variants after their products were written.

        Raises:
            InvalidRecord: a variant is made of values that its product does not offer.
        """
        if not self.desk.dialect.variants:
            return
        own = [plan for plan in plans if self._keeps(plan)]
        siblings = self._read(plan.number for plan in plans if not plan.fresh)
        touched = {s.master for s in siblings.values() if s.master in edited}
        touched |= {plan.number for plan in own}
        if not touched:
            return
        masters = self._columns(touched)
        wanted = VariantPlanner(self.desk, own, siblings, masters).plans() if own else []
        self._make(wanted, masters)
        for plan in wanted:
            self.children.setdefault(plan.master, {})[plan.variant.key] = str(plan.number)
        shown = {
            plan.number: plan.columns.get("status", int(plan.product.active)) for plan in plans
        }
        self._follow(wanted, siblings, masters, shown)
        self._switch_off(own, wanted, siblings)

    def _keeps(self, plan: Plan) -> bool:
        """Whether the product's combinations become products of their own."""
        variants = self.desk.rules.options_as == "variants"
        return variants and "variants" in plan.fields and bool(_combined(plan.product.variants))

    def _read(self, masters: Iterable[int]) -> dict[int, Sibling]:
        desk, ids = self.desk, Ids.of(masters)
        if not ids:
            return {}
        known = [name for name in (*COPIED, "quantity") if desk.dialect.has("product", name)]
        names = ", ".join(f"`{name}`" for name in known)
        wanted = set(ids)
        return {
            int(key): Sibling(
                int(key),
                int(master),
                dict(zip(known, cells, strict=True)),
                choices_of(variant),
                overrides_of(override),
            )
            for key, master, variant, override, *cells in desk.query.rows(
                f"SELECT `product_id`, `master_id`, `variant`, `override`, {names}"  # noqa: S608
                f" FROM {desk.table('product')} WHERE {ids.where('`master_id`')}"
            )
            if master in wanted and key != master
        }

    def _columns(self, masters: Iterable[int]) -> dict[int, dict[str, object]]:
        desk, ids = self.desk, Ids.of(masters)
        known = [name for name in COPIED if desk.dialect.has("product", name)]
        names = ", ".join(f"`{name}`" for name in known)
        return {
            int(key): dict(zip(known, cells, strict=True))
            for key, *cells in desk.query.rows(
                f"SELECT `product_id`, {names} FROM {desk.table('product')}"  # noqa: S608
                f" WHERE {ids.where('`product_id`')}"
            )
        }

    def _make(
        self, wanted: Sequence[VariantPlan], masters: Mapping[int, Mapping[str, object]]
    ) -> None:
        """Insert the rows of new variants, hidden."""
        new = [plan for plan in wanted if plan.key is None]
        if not new:
            return
        desk, births = self.desk, Births(self.desk, _CRADLE)
        born = births.begin([plan.marker for plan in new])
        for plan in new:
            plan.key = born.get(plan.marker)
        fresh = [plan for plan in new if plan.key is None]
        names = [name for name in COPIED if desk.dialect.has("product", name)]
        more = ("master_id", "variant", "override", "quantity", "date_added", "date_modified")
        low = births.highest()
        rows = []
        for plan in fresh:
            row = {**masters[plan.master], **plan.columns}
            row |= {"status": 0, "sort_order": tag(plan.marker)}
            own = (plan.master, plan.choice_json, plan.override_json, plan.quantity)
            rows.append((*(row[name] for name in names), *own, desk.now, desk.now))
        desk.insert("product", (*names, *more), rows)
        reach("store.variants_hidden")
        found = births.find([plan.marker for plan in fresh], low)
        births.note(found)
        for plan in fresh:
            plan.key = found[plan.marker]

    def _follow(
        self,
        wanted: Sequence[VariantPlan],
        siblings: Mapping[int, Sibling],
        masters: Mapping[int, Mapping[str, object]],
        shown: Mapping[int, object],
    ) -> None:
        """Copy masters to their variants, except what these decide for themselves."""
        plans = {plan.number: plan for plan in wanted}
        owners = {key: s.master for key, s in siblings.items() if s.master in masters}
        owners |= {plan.number: plan.master for plan in wanted}
        overrides = {key: siblings[key].overrides for key in owners if key in siblings}
        overrides |= {plan.number: plan.overrides for plan in wanted}
        self._rows(owners, overrides, plans)
        self._prices(owners, overrides)
        self._words([plan for plan in wanted if plan.number not in siblings])
        now = self._read(masters)
        for key, master in owners.items():
            source = {**masters[master], "status": shown.get(master, masters[master]["status"])}
            source["sort_order"] = max(1, int(str(source["sort_order"] or 0)))
            new: dict[str, object] = {
                name: value for name, value in source.items() if name not in overrides[key]
            }
            if key in plans:
                new |= plans[key].columns
                new |= {"variant": plans[key].choice_json, "override": plans[key].override_json}
            self._update(now[key], new)

    def _update(self, sibling: Sibling, new: Mapping[str, object]) -> None:
        old = dict(sibling.columns)
        old["variant"], old["override"] = _json(sibling.choices), _json(sibling.overrides)
        different = {name: value for name, value in new.items() if value != old.get(name)}
        if different:
            different["date_modified"] = self.desk.now
            self.desk.update("product", {"product_id": sibling.key}, different)
            self.changed.add(sibling.master)

    def _rows(
        self,
        owners: Mapping[int, int],
        overrides: Mapping[int, Mapping[str, object]],
        plans: Mapping[int, VariantPlan],
    ) -> None:
        masters = set(owners.values())
        for part, name in _PARTS.items():
            if not self.desk.dialect.has(part.table):
                continue
            found = read_rows(self.desk, part, [*masters, *owners])
            wanted: dict[int, list[Wanted]] = {}
            for key, master in owners.items():
                plan = plans.get(key)
                if part is CODES and plan is not None and plan.codes is not None:
                    wanted[key] = plan.codes
                elif part is DESCRIPTIONS:
                    own = overrides[key].get("product_description")
                    wanted[key] = _texts(found.get(master, ()), found.get(key, ()), own)
                elif not overrides[key].get(name):
                    wanted[key] = [(row.same, row.values) for row in found.get(master, ())]
            rows = change_rows(self.desk, part, wanted, found)
            rows.remove(self.desk)
            self.changed |= {owners[key] for key in rows.changed}

    def _prices(
        self, owners: Mapping[int, int], overrides: Mapping[int, Mapping[str, object]]
    ) -> None:
        tables = GroupPrices(self.desk)
        found = tables.read([*owners.values(), *owners])
        wanted = {
            key: list(found.get(master, {}).values())
            for key, master in owners.items()
            if not {"product_discount", "product_special"} & overrides[key].keys()
        }
        tables.change(wanted, found)

    def _words(self, plans: Sequence[VariantPlan]) -> None:
        """Give new variants words of their own: the forms ask for them."""
        Keywords(self.desk, "product_id").write(
            [Page(str(plan.number), names=plan.names, fresh=True) for plan in plans]
        )

    def _switch_off(
        self,
        own: Sequence[Plan],
        wanted: Sequence[VariantPlan],
        siblings: Mapping[int, Sibling],
    ) -> None:
        kept = {plan.number for plan in wanted}
        masters = {plan.number for plan in own}
        gone = [
            s
            for key, s in siblings.items()
            if s.master in masters and key not in kept and s.columns["status"]
        ]
        for sibling in gone:
            overrides = {**sibling.overrides, "status": "1"}
            self.desk.update(
                "product",
                {"product_id": sibling.key},
                {"status": 0, "override": _json(overrides), "date_modified": self.desk.now},
            )
            self.changed.add(sibling.master)


def _combined(variants: Sequence[Variant]) -> list[Variant]:
    return [variant for variant in variants if variant.values]


def _texts(master: Sequence[Held], held: Sequence[Held], own: object) -> list[Wanted]:
    """Return a variant's texts: the master's, except those it has of its own."""
    mine = {row.same: row.values for row in held}
    result: list[Wanted] = []
    for row in master:
        language = own.get(str(row.same[0])) if isinstance(own, Mapping) else None
        if not isinstance(language, Mapping) or row.same not in mine:
            result.append((row.same, row.values))
            continue
        cells = zip(TEXT_COLUMNS, row.values, mine[row.same], strict=True)
        result.append(
            (row.same, tuple(kept if language.get(name) else given for name, given, kept in cells))
        )
    return result


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/") if value else ""
