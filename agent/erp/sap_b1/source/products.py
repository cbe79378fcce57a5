"""Products: a family of items as one product with options and variants, an item alone as one.

Every product has its variants listed, also a single one (without values): its item is what stock is
kept of. What B1 keeps per item is the product's own where all its items agree, and else the
variants'. An item that is not part of a family says nothing of options: the shop's stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from agent.erp.html import html_of
from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.codes import has_more, values_of
from agent.erp.sap_b1.items.families import VALUES, Family, in_use, read_families, today_of
from agent.erp.sap_b1.items.item_columns import FIRST_GROUP, NAME_GAP, NO_MAKER, VALUE_GAP
from agent.erp.sap_b1.items.item_steps import COLUMNS
from agent.erp.sap_b1.items.price_lists import own_list, tax_field
from agent.erp.sap_b1.items.texts import clean
from agent.erp.sap_b1.items.units import Units, units
from agent.erp.sap_b1.source.amounts import Combination, Extras, price_in, split
from agent.erp.sap_b1.source.attributes import attribute_rows, kind_of, value_rows
from agent.erp.sap_b1.source.pictures import image_of
from agent.erp.sap_b1.source.results import changed_at, main_tongue, nameless
from agent.erp.sap_b1.source.scope import scope_columns, shown
from agent.erp.source import Sourced, Unreadable
from agent.errors import BridgeError, Refused
from agent.model.catalogue import OptionValue, Product, ProductOption, Variant

_ALWAYS = frozenset(
    {"name", "price", "active", "subtract", "requires_shipping", "options", "variants", "barcode"}
    | {"weight", "weight_unit", "length", "width", "height", "length_unit", "tax_class"}
    | {"manufacturer"}
)
_SIDES = ("Length", "Width", "Height")


def product_fields(cx: Connection) -> frozenset[str]:
    """Return the fields of a product that B1 can tell."""
    fields = {*_ALWAYS, _code_field(cx)}
    if cx.settings.description_field != "none":
        fields.add("description")
    if cx.settings.categories_as == "item_groups":
        fields.add("categories")
    if cx.settings.pictures != "none":
        fields.add("images")
    return frozenset(fields)


def _code_field(cx: Connection) -> str:
    return "model" if cx.settings.code_from == "model" else "sku"


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all products of a call are made with."""

    cx: Connection
    fields: frozenset[str]
    values: Mapping[str, Row]
    attributes: Mapping[str, Row]
    units: Units
    today: date


def read_products(cx: Connection, refs: Sequence[str]) -> dict[str, Sourced | Unreadable]:
    """Return products by code; one that is out of use or not meant for the shop is not active."""
    columns = (*COLUMNS, *scope_columns(cx), "Picture", "UpdateDate", "UpdateTime")
    families = read_families(cx, refs, columns)
    used = {c for f in families.values() for row in f.members for c in values_of(row.get(VALUES))}
    values = value_rows(cx, sorted(used))
    owners = {str(row.get("U_Attribute") or "") for row in values.values()} - {""}
    shared = _Shared(
        cx,
        product_fields(cx),
        values,
        attribute_rows(cx, sorted(owners)),
        cx.facts.keep(units, lambda: units(cx)),
        today_of(cx),
    )
    return {
        ref: _Build(shared, family).result() for ref, family in families.items() if family.there
    }


@dataclass(slots=True)
class _Build:
    """One product on its way."""

    shared: _Shared
    family: Family
    warnings: list[BridgeError] = field(default_factory=list)
    by_values: dict[Combination, Row] = field(default_factory=dict)

    def result(self) -> Sourced | Unreadable:
        """Return the product, or why a shop cannot have it."""
        cx, ref = self.shared.cx, self.family.ref
        self._sort_members()
        rows = self._rows()
        name = self._name(rows)
        if not name:
            return nameless(ref, "item")
        selling = sum(in_use(row, self.shared.today) for row in rows)
        if selling > cx.settings.max_variants:
            error = _too_many(selling, cx.settings.max_variants)
            return Unreadable(ref, name, error.about(f"product {ref} ({name})"))
        product, fields = self._product(name, rows)
        own = str(rows[0].get(ID_FIELD) or "")
        return Sourced(
            ref=ref,
            record=product,
            fields=fields,
            changed_at=self._changed(rows),
            external_id=own if own.startswith(f"{cx.instance}.") else "",
            warnings=tuple(self.warnings),
        )

    def _changed(self, rows: Sequence[Row]) -> datetime | None:
        times = [t for row in rows if (t := changed_at(self.shared.cx, row)) is not None]
        return max(times, default=None)

    # -- which items it has ------------------------------------------------------------------------

    def _sort_members(self) -> None:
        """Find the combinations: items that name one value of each of the same attributes."""
        told: list[tuple[Combination, Row]] = []
        for row in self.family.members:
            codes = values_of(row.get(VALUES))
            lost = [c for c in codes if self._attribute(c) not in self.shared.attributes]
            if lost:
                self.warnings.append(_unknown_value(row, lost))
                continue
            told.append((frozenset(c for c in codes if self._chooses(c)), row))
        shapes = Counter(self._shape(combination) for combination, _ in told)
        usual = shapes.most_common(1)[0][0] if shapes else ()
        for combination, row in told:
            if self._shape(combination) != usual or len(set(usual)) != len(usual):
                self.warnings.append(_uneven(row))
            elif self._better(row, self.by_values.get(combination)):
                self.by_values[combination] = row

    def _better(self, row: Row, other: Row | None) -> bool:
        if other is None:
            return True
        mine, others = in_use(row, self.shared.today), in_use(other, self.shared.today)
        if mine and others:
            self.warnings.append(_doubled(row, other))
        return mine and not others

    def _attribute(self, value: str) -> str:
        row = self.shared.values.get(value)
        return str(row.get("U_Attribute") or "") if row is not None else ""

    def _chooses(self, value: str) -> bool:
        return kind_of(self.shared.attributes[self._attribute(value)]) == "choice"

    def _shape(self, combination: Combination) -> tuple[str, ...]:
        return tuple(sorted(self._attribute(value) for value in combination))

    def _rows(self) -> list[Row]:
        if self.by_values:
            return list(self.by_values.values())
        return [self.family.single] if self.family.single is not None else self.family.members[:1]

    # -- what it is like ---------------------------------------------------------------------------

    def _name(self, rows: Sequence[Row]) -> str:
        names: Counter[str] = Counter()
        for row in rows:
            whole = clean(str(row.get("ItemName") or ""))
            values = [
                clean(str(self.shared.values[c].get("Name") or ""))
                for c in values_of(row.get(VALUES))
                if c in self.shared.values
            ]
            names[whole.removesuffix(f"{NAME_GAP}{VALUE_GAP.join(values)}")] += 1
        if len(names) > 1 and names.most_common(1)[0][1] == 1:
            shared = _common_start(list(names))
            if shared:
                return shared
        return names.most_common(1)[0][0] if names else ""

    def _product(self, name: str, rows: Sequence[Row]) -> tuple[Product, frozenset[str]]:
        cx, first = self.shared.cx, rows[0]
        fields = set(self.shared.fields)
        active = [r for r in rows if shown(cx, r, self.shared.today)]
        if self.by_values:
            fields.discard("barcode")
            if any(has_more(row.get(VALUES)) for row in rows):
                fields.discard("options")
        else:
            fields -= {"options", "variants"}
        if not _stocked(first):
            fields.discard("requires_shipping")
        extras = self._extras(active or rows, fields)
        weights = {self._weight(row) for row in rows}
        if len(weights) != 1 or None in weights:
            fields -= {"weight", "weight_unit"}
        sides = self._sides(first, fields)
        same_weight = "weight" in fields
        by_model = _code_field(cx) == "model"
        tongue = main_tongue(cx)
        product = Product(
            key=self.family.ref,
            name={tongue: name},
            description={tongue: text} if (text := self._description(first)) else {},
            model=self.family.ref if by_model else "",
            sku="" if by_model else self.family.ref,
            barcode="" if self.by_values else str(first.get("BarCode") or "").strip(),
            price=extras.base,
            weight=(weights.pop() or Decimal(0)) if same_weight else Decimal(0),
            weight_unit="kg",
            length_unit="cm",
            subtract=_stocked(first),
            active=bool(active),
            tax_class=str(first.get(tax_field(cx)) or "") or None,
            manufacturer=_maker(first),
            categories=self._categories(first),
            options=self._options(active or rows, extras),
            variants=tuple(self._variants(rows, active, extras, same_weight=same_weight)),
            images=tuple(image_of(row) for row in rows[:1] if row.get("Picture")),
        )
        product = replace(product, length=sides[0], width=sides[1], height=sides[2])
        return product, frozenset(fields)

    def _extras(self, rows: Sequence[Row], fields: set[str]) -> Extras:
        """Return the own price and what values add, with the taxes that the price includes."""
        cx = self.shared.cx
        listed = own_list(cx)
        prices: dict[Combination, Decimal] = {}
        for row in rows:
            amount = price_in(cx, row, listed)
            if amount is not None:
                combination = frozenset(values_of(row.get(VALUES))) if self.by_values else None
                prices[combination or frozenset()] = amount.price
        if not prices:
            fields.discard("price")
        return split(prices)

    def _offered(self, rows: Sequence[Row]) -> dict[str, list[str]]:
        """Return the values that are chosen from, by attribute, in the order people gave them."""
        if not self.by_values:
            return {}
        used = {c for row in rows for c in values_of(row.get(VALUES)) if self._chooses(c)}
        order = sorted(used, key=lambda c: (number(self.shared.values[c], "U_Sort"), c))
        found: dict[str, list[str]] = {}
        for code in order:
            found.setdefault(self._attribute(code), []).append(code)
        attributes = self.shared.attributes
        return dict(
            sorted(found.items(), key=lambda pair: (number(attributes[pair[0]], "U_Sort"), pair[0]))
        )

    def _options(self, rows: Sequence[Row], extras: Extras) -> tuple[ProductOption, ...]:
        """Return what is chosen from; a value counts its stock where an item of it has one."""
        kept = {c for row in rows if _stocked(row) for c in values_of(row.get(VALUES))}
        return tuple(
            ProductOption(
                attribute=attribute,
                values=tuple(
                    OptionValue(
                        value=v,
                        price_extra=extras.extras.get(v, Decimal(0)),
                        subtract=v in kept,
                        sort_order=n,
                    )
                    for n, v in enumerate(values)
                ),
                required=True,
                key=f"{self.family.ref}/{attribute}",
            )
            for attribute, values in self._offered(rows).items()
        )

    def _variants(
        self, rows: Sequence[Row], active: Sequence[Row], extras: Extras, *, same_weight: bool
    ) -> list[Variant]:
        selling = {str(row["ItemCode"]) for row in active}
        by_model = _code_field(self.shared.cx) == "model"
        found: list[Variant] = []
        for row in rows:
            code = str(row["ItemCode"])
            combination = frozenset(values_of(row.get(VALUES))) if self.by_values else frozenset()
            own = code if self.by_values else None
            found.append(
                Variant(
                    key=code,
                    values=tuple(sorted(c for c in combination if self._chooses(c))),
                    sku=None if by_model else own,
                    model=own if by_model else None,
                    barcode=str(row.get("BarCode") or "").strip() if self.by_values else None,
                    price=extras.own.get(combination),
                    weight=None if same_weight else self._weight(row),
                    active=code in selling or not selling,
                )
            )
        return found

    def _weight(self, row: Row) -> Decimal | None:
        value = number(row, "SalesUnitWeight")
        return self.shared.units.kilograms(value, row.get("SalesWeightUnit"))

    def _sides(self, row: Row, fields: set[str]) -> list[Decimal]:
        """Return length, width and height."""
        found: list[Decimal] = []
        for word in _SIDES:
            value = number(row, f"SalesUnit{word}")
            told = self.shared.units.centimetres(value, row.get(f"Sales{word}Unit"))
            if told is None:
                fields -= {"length", "width", "height", "length_unit"}
            found.append(told or Decimal(0))
        return found

    def _description(self, row: Row) -> str:
        target = self.shared.cx.settings.description_field
        return html_of(str(row.get(target) or ""), "text") if target != "none" else ""

    def _categories(self, row: Row) -> tuple[str, ...]:
        settings = self.shared.cx.settings
        group = row.get("ItemsGroupCode")
        other = settings.item_group or FIRST_GROUP
        if settings.categories_as != "item_groups" or group in (None, other):
            return ()
        return (str(group),)


def _stocked(row: Row) -> bool:
    return row.get("InventoryItem") != "tNO"


def _maker(row: Row) -> str | None:
    maker = row.get("Manufacturer")
    return None if maker in (None, "", NO_MAKER) else str(maker)


def _common_start(names: Sequence[str]) -> str:
    """Return the words that all names begin with, empty where they share none."""
    words = [name.split() for name in names]
    shared: list[str] = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return " ".join(shared).rstrip(" -,/(")


def _too_many(count: int, most: int) -> Refused:
    return Refused(
        f"It has {count} items in SAP, more than the {most} that are allowed",
        fix="Split it into several products in SAP (OpenCart product), or raise Most variants per "
        "product in the connection.",
        code="erp.too_many_variants",
    )


def _unknown_value(row: Row, codes: Sequence[str]) -> Refused:
    return Refused(
        f"The item {row['ItemCode']} names option values that are not in the table @ERPB_VALUE: "
        f"{', '.join(codes)}; it was left out",
        fix="Correct the field OpenCart option values of the item, or add the values to the table.",
        code="sap_b1.value_unknown",
    )


def _uneven(row: Row) -> Refused:
    return Refused(
        f"The item {row['ItemCode']} does not name one value of each option that the other items "
        "of its product have; it was left out",
        fix="Correct the field OpenCart option values of the item.",
        code="sap_b1.values_uneven",
    )


def _doubled(row: Row, other: Row) -> Refused:
    return Refused(
        f"The items {other['ItemCode']} and {row['ItemCode']} are the same combination of options; "
        "the first one counts",
        fix="Correct the field OpenCart option values of one of them.",
        code="sap_b1.variant_doubled",
    )
